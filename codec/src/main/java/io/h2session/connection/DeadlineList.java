package io.h2session.connection;

import io.h2session.stream.StreamDeadline;

/**
 * The streams under one timeout. Since the timeout is constant, they are due in the order in which their time began; a
 * stream whose time begins, or begins again, goes to the end. Every operation takes constant time.
 */
final class DeadlineList {
    private StreamDeadline first;
    private StreamDeadline last;
    private int size;

    /** The stream that is due first, or null. */
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
