package io.h2session.connection;

import io.h2session.stream.StreamDeadline;

/**
 * Streams under the same timeout. Since that is constant, the one whose time began to count first is due first, and
 * whoever begins, or begins anew, goes to the end: every operation takes constant time.
 */
final class DeadlineList {
    private StreamDeadline first;
    private StreamDeadline last;
    private int size;

    /** The one that is due first, or null. */
    StreamDeadline first() {
        return first;
    }

    int size() {
        return size;
    }

    void addLast(StreamDeadline added, long began) {
        added.began = began;
        added.previous = last;
        if (last == null) {
            first = added;
        } else {
            last.next = added;
        }
        last = added;
        size++;
    }

    void remove(StreamDeadline removed) {
        StreamDeadline before = removed.previous;
        StreamDeadline after = removed.next;
        if (before == null) {
            first = after;
        } else {
            before.next = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.previous = before;
        }
        removed.previous = null;
        removed.next = null;
        size--;
    }
}
