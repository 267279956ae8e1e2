package io.h2session.examples.load;

import io.h2session.examples.get.Request;

/** A request and what has come of its response. On the event loop of its connection. */
final class Exchange {
    final Request request;

    /** When it should have been sent. */
    final long due;

    /** Whether it counts, and is not one of the warm-up. */
    final boolean measured;

    /** When it was sent. */
    long sent;

    /** When the head of the final response came; 0 if it has not. */
    long head;

    /** The status of the last head that came. */
    int status;

    /** How many bytes of content came. */
    long bytes;

    /** Why there will be no whole response; null if that is not known, or there may be one. */
    String failure;

    /** The number of its stream. */
    int stream;

    /** Its neighbours among those that run on the connection, in the order in which they were sent. */
    Exchange older;

    Exchange newer;

    Exchange(Request request, long due, boolean measured) {
        this.request = request;
        this.due = due;
        this.measured = measured;
    }

    /** Only the first reason is kept. Later ones are mostly its consequences. */
    void because(String reason) {
        if (failure == null) {
            failure = reason;
        }
    }

    /** The head of a response that is not informational. */
    void headCame(long now) {
        if (head == 0 && status >= 200) {
            head = now;
        }
    }
}
