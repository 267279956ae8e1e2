package io.h2session.stream;

import java.util.concurrent.ThreadLocalRandom;

/**
 * The live streams: by number, in an open-addressed table, and all of them in the order they came, as a list through the
 * streams themselves. Nothing is allocated before the first stream.
 */
public final class StreamTable {
    private static final Stream[] NONE = new Stream[0];
    private static final int INITIAL_CAPACITY = 16;
    private static final int SEED = ThreadLocalRandom.current().nextInt();

    // 2^32 by the golden ratio: neighbours fall far apart.
    private static final int SPREAD = 0x9e37_79b9;

    private Stream[] slots = NONE;
    private int size;
    private int added;
    private Stream first;
    private Stream last;

    /** The stream of that number, or null. */
    public Stream get(int id) {
        Stream[] table = slots;
        int mask = table.length - 1;
        if (mask < 0) {
            return null;
        }
        for (int i = slot(id, mask); ; i = (i + 1) & mask) {
            Stream stream = table[i];
            if (stream == null || stream.id() == id) {
                return stream;
            }
        }
    }

    /** Adds a stream whose number is not in the table. */
    public void add(Stream stream) {
        if (size * 2 >= slots.length) {
            grow();
        }
        put(stream);
        size++;
        stream.tableOrder = ++added;
        stream.tablePrevious = last;
        if (last == null) {
            first = stream;
        } else {
            last.tableNext = stream;
        }
        last = stream;
    }

    /** Removes a stream that is in the table. */
    public void remove(Stream stream) {
        int mask = slots.length - 1;
        int hole = slot(stream.id(), mask);
        while (slots[hole] != stream) {
            hole = (hole + 1) & mask;
        }
        closeHole(hole, mask);
        size--;
        unlink(stream);
    }

    /** How many there are. */
    public int size() {
        return size;
    }

    /** The oldest, or null; {@link Stream#next()} leads to the others. */
    public Stream first() {
        return first;
    }

    // Linear probing without tombstones: what follows the hole and could have been put nearer to its place moves up.
    private void closeHole(int from, int mask) {
        int hole = from;
        for (int i = (hole + 1) & mask; slots[i] != null; i = (i + 1) & mask) {
            int home = slot(slots[i].id(), mask);
            if (((i - home) & mask) >= ((i - hole) & mask)) {
                slots[hole] = slots[i];
                hole = i;
            }
        }
        slots[hole] = null;
    }

    private void unlink(Stream stream) {
        Stream previous = stream.tablePrevious;
        Stream next = stream.tableNext;
        if (previous == null) {
            first = next;
        } else {
            previous.tableNext = next;
        }
        if (next == null) {
            last = previous;
        } else {
            next.tablePrevious = previous;
        }
        stream.tablePrevious = null;
        stream.tableNext = null;
    }

    private void grow() {
        slots = new Stream[Math.max(INITIAL_CAPACITY, slots.length * 2)];
        for (Stream stream = first; stream != null; stream = stream.tableNext) {
            put(stream);
        }
    }

    private void put(Stream stream) {
        int mask = slots.length - 1;
        int i = slot(stream.id(), mask);
        while (slots[i] != null) {
            i = (i + 1) & mask;
        }
        slots[i] = stream;
    }

    // The peer chooses its numbers, and must not know which of them would crowd into one place.
    private static int slot(int id, int mask) {
        return (id ^ SEED) * SPREAD >>> Integer.numberOfLeadingZeros(mask);
    }
}
