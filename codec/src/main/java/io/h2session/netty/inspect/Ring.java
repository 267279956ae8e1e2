package io.h2session.netty.inspect;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The latest entries of a sequence, up to a number of them. The first entry of all has the number 0. */
final class Ring<T> {
    private final @Nullable Object[] entries;
    private long added;

    Ring(int capacity) {
        entries = new Object[capacity];
    }

    void add(T entry) {
        entries[(int) (added++ % entries.length)] = entry;
    }

    /** How many entries were added, those that are gone included: the number of the next one. */
    long added() {
        return added;
    }

    /** The entries from a number on, the oldest first; those that are gone are left out. */
    @SuppressWarnings("unchecked") // only add puts entries in
    void since(long number, Consumer<? super T> action) {
        for (long at = Math.max(number, added - entries.length); at < added; at++) {
            action.accept((T) entries[(int) (at % entries.length)]);
        }
    }

    /** The latest entry; null if there is none. */
    @SuppressWarnings("unchecked")
    @Nullable
    T last() {
        return added == 0 ? null : (T) entries[(int) ((added - 1) % entries.length)];
    }
}
