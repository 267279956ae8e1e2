package io.h2session.netty.pool;

/** Openings that wait, the one with the earliest deadline first. Any of them can leave at no cost. */
final class WaitingList {
    private Opening first;
    private Opening last;
    private int size;

    int size() {
        return size;
    }

    boolean isEmpty() {
        return first == null;
    }

    /** The one that has waited longest; null if there is none. */
    Opening first() {
        return first;
    }

    /** Puts it behind all whose deadline is not later; as a rule that is the end. */
    void add(Opening added) {
        Opening place = last;
        while (place != null && place.deadline > added.deadline) {
            place = place.before;
        }
        added.list = this;
        added.before = place;
        added.after = place == null ? first : place.after;
        if (added.before == null) {
            first = added;
        } else {
            added.before.after = added;
        }
        if (added.after == null) {
            last = added;
        } else {
            added.after.before = added;
        }
        size++;
    }

    /** Takes out one that is in this list. */
    void remove(Opening removed) {
        if (removed.before == null) {
            first = removed.after;
        } else {
            removed.before.after = removed.after;
        }
        if (removed.after == null) {
            last = removed.before;
        } else {
            removed.after.before = removed.before;
        }
        removed.before = null;
        removed.after = null;
        removed.list = null;
        size--;
    }

    /** Takes out the first; null if there is none. */
    Opening poll() {
        Opening polled = first;
        if (polled != null) {
            remove(polled);
        }
        return polled;
    }
}
