package io.h2session.netty.pool;

import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;

/** How long to wait after a failure: doubled with each, up to a bound, less a part at random. On the pool's event loop. */
final class BackOff {
    private static final int MOST_DOUBLINGS = 30;

    private final long first;
    private final long longest;
    private final double jitter;
    private final DoubleSupplier random;
    private int failures;
    private long until;

    BackOff(PoolOptions options, DoubleSupplier random) {
        first = options.backOff().toNanos();
        longest = Math.max(first, options.maxBackOff().toNanos());
        jitter = options.backOffJitter();
        this.random = random;
    }

    /**
     * How long to wait, in nanoseconds.
     *
     * @param times how many attempts have failed, 1 or more
     */
    long after(int times) {
        int doublings = Math.min(times - 1, MOST_DOUBLINGS);
        long whole = first > longest >> doublings ? longest : first << doublings;
        long less = (long) (whole * jitter * random.getAsDouble());
        return Math.max(TimeUnit.MILLISECONDS.toNanos(1), whole - less);
    }

    /** A connection could not be made. */
    void failed(long now) {
        failures++;
        until = now + after(failures);
    }

    /** A connection was of use. */
    void reset() {
        failures = 0;
        until = 0;
    }

    /** How many connections in a row could not be made. */
    int failures() {
        return failures;
    }

    /** When the next one may be begun. */
    long until() {
        return until;
    }
}
