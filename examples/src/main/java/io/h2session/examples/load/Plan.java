package io.h2session.examples.load;

import io.h2session.examples.get.Request;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What a run does.
 *
 * @param http1 whether requests are sent in HTTP/1.1
 * @param requests sent in turn; all of one origin
 * @param body the content of each request; null for none
 * @param connections how many there are, 1 or more
 * @param streams how many requests a connection runs at once, 1 or more
 * @param threads event loops, at most as many as connections
 * @param count how many requests are measured; 0 if the time decides
 * @param nanos how long requests are measured; 0 if the count decides
 * @param warmUpNanos how long requests are sent before they are measured
 * @param rate how many requests are due in a second, on all connections together; 0 in the closed model, where a request is due
 *     when another one ends
 * @param timeoutNanos how long a connection may take to be ready, and a request to be answered
 * @param windowBits the windows for what is received have 2 to the power of this bytes, less one
 */
record Plan(
        boolean http1,
        List<Request> requests,
        byte[] body,
        int connections,
        int streams,
        int threads,
        long count,
        long nanos,
        long warmUpNanos,
        double rate,
        long timeoutNanos,
        int windowBits) {
    private static final double SECOND = TimeUnit.SECONDS.toNanos(1);

    /** Whether requests are due at fixed times. */
    boolean open() {
        return rate > 0;
    }

    /** Whether it ends at a time, with whatever is running then. */
    boolean timed() {
        return !open() && count == 0;
    }

    /** In the open model, how many requests the schedule has in this time. */
    long due(long time) {
        return (long) Math.ceil(rate * time / SECOND);
    }

    /** In the open model, how many requests are measured. */
    long dueMeasured() {
        return count > 0 ? count : due(nanos);
    }

    /** In the open model, how long after the beginning this request of the schedule is due. */
    long dueAfter(long index) {
        return (long) (index * SECOND / rate);
    }

    /** In the open model, how long after the measuring began the last request is due, or a little later. */
    long scheduled() {
        return dueAfter(dueMeasured());
    }

    /** Why a connection or a request failed that took too long. */
    String noAnswer() {
        return "no answer within " + TimeUnit.NANOSECONDS.toMillis(timeoutNanos) / 1000.0 + " s";
    }

    /** How many connections the event loops before this one have. */
    int connectionsBefore(int thread) {
        return (int) ((long) connections * thread / threads);
    }
}
