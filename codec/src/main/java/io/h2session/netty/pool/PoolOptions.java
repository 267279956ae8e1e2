package io.h2session.netty.pool;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How a {@link Http2ConnectionPool} behaves. Immutable; made by a builder:
 *
 * <pre>{@code
 * PoolOptions options = PoolOptions.builder().maxConnections(4).maxAge(Duration.ofMinutes(30)).build();
 * }</pre>
 *
 * <p>A duration of zero switches off what it bounds, unless stated otherwise. Values outside their range are refused with an {@link
 * IllegalArgumentException}.
 *
 * @param maxConnections how many connections may be ready or being made; those that drain do not count. Default 8, from 1
 * @param minConnections how many connections are kept ready, also without need; made when the pool is built, and replaced when they
 *     end. Default 0, to {@code maxConnections}
 * @param maxStreams how many streams may be open on a connection, whatever more its peer allows. Default 2^31-1, from 1
 * @param spareStreams while streams are open, another connection is begun when fewer than these could be opened on all together.
 *     Default 1; 0 waits until one is missing
 * @param maxWaiters how many may wait for a stream; more fail at once. Default 1000, from 0
 * @param acquireTimeout how long a stream may be waited for. Default 10 s
 * @param connectTimeout how long a connection may take until it is ready: TCP, TLS, and the peer's SETTINGS. Default 10 s
 * @param maxAge how long a connection gives streams, from when it was ready. Default off
 * @param maxAgeJitter which part of {@code maxAge} at most is left out, at random for each connection, so that connections made together
 *     do not end together. Default 0.1, 0 to 1
 * @param maxIdle how long a connection is kept without a stream. Default 5 min
 * @param drainTimeout how long streams may continue on a connection that gives no more: because of its age, or the peer's GOAWAY. What
 *     is left then is reset with CANCEL. Default off
 * @param maxRequests how many streams a connection gives in all. Default 2^30 - 1, which is how many it has; from 1
 * @param retries how often a {@link PooledRequest} is sent again, where that is safe, and through how many failed connects in a row a
 *     request waits while there is no other connection. Default 2, from 0
 * @param failFast whether requests fail at once, with the failure of the latest connect, while there is no connection, more than {@code
 *     retries} connects in a row have failed, and the next one is not due yet. If not, they wait for it, until {@code acquireTimeout}.
 *     Default true
 * @param backOff how long after a failed connect no other is begun, doubled with each further failure; and how long a request waits that
 *     the peer has refused with REFUSED_STREAM, before it is sent again. Default 50 ms
 * @param maxBackOff the longest it grows to. Default 10 s
 * @param backOffJitter which part of each back-off at most is left out, at random. Default 0.5, 0 to 1
 * @param maxContentLength how many bytes of content a response may have that {@link Http2ConnectionPool#send} keeps in memory. Default 1
 *     MiB, from 0
 * @param clock a monotonic clock in nanoseconds. Default {@link System#nanoTime}
 * @since 0.1
 */
public record PoolOptions(
        int maxConnections,
        int minConnections,
        int maxStreams,
        int spareStreams,
        int maxWaiters,
        Duration acquireTimeout,
        Duration connectTimeout,
        Duration maxAge,
        double maxAgeJitter,
        Duration maxIdle,
        Duration drainTimeout,
        int maxRequests,
        int retries,
        boolean failFast,
        Duration backOff,
        Duration maxBackOff,
        double backOffJitter,
        int maxContentLength,
        LongSupplier clock) {

    private static final int ALL_STREAM_IDS = (1 << 30) - 1;
    private static final Duration LONGEST = Duration.ofDays(366);

    /** Options whose values are in their ranges. */
    public PoolOptions {
        range("maxConnections", maxConnections, 1, Integer.MAX_VALUE);
        range("minConnections", minConnections, 0, maxConnections);
        range("maxStreams", maxStreams, 1, Integer.MAX_VALUE);
        range("spareStreams", spareStreams, 0, Integer.MAX_VALUE);
        range("maxWaiters", maxWaiters, 0, Integer.MAX_VALUE);
        range("acquireTimeout", acquireTimeout);
        range("connectTimeout", connectTimeout);
        range("maxAge", maxAge);
        range("maxAgeJitter", maxAgeJitter);
        range("maxIdle", maxIdle);
        range("drainTimeout", drainTimeout);
        range("maxRequests", maxRequests, 1, ALL_STREAM_IDS);
        range("retries", retries, 0, 100);
        range("backOff", backOff);
        range("maxBackOff", maxBackOff);
        range("backOffJitter", backOffJitter);
        range("maxContentLength", maxContentLength, 0, Integer.MAX_VALUE);
        requireNonNull(clock, "clock");
    }

    private static void range(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " must be " + least + " to " + most + ": " + value);
        }
    }

    private static void range(String name, Duration value) {
        if (value.isNegative() || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(name + " must be 0 to 366 days: " + value);
        }
    }

    private static void range(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(name + " must be 0 to 1: " + value);
        }
    }

    /** All defaults. */
    public static PoolOptions defaults() {
        return builder().build();
    }

    /** Begins with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Begins with these options. */
    public Builder toBuilder() {
        return new Builder()
                .maxConnections(maxConnections)
                .minConnections(minConnections)
                .maxStreams(maxStreams)
                .spareStreams(spareStreams)
                .maxWaiters(maxWaiters)
                .acquireTimeout(acquireTimeout)
                .connectTimeout(connectTimeout)
                .maxAge(maxAge)
                .maxAgeJitter(maxAgeJitter)
                .maxIdle(maxIdle)
                .drainTimeout(drainTimeout)
                .maxRequests(maxRequests)
                .retries(retries)
                .failFast(failFast)
                .backOff(backOff)
                .maxBackOff(maxBackOff)
                .backOffJitter(backOffJitter)
                .maxContentLength(maxContentLength)
                .clock(clock);
    }

    /** Collects {@link PoolOptions}. */
    public static final class Builder {
        private int maxConnections = 8;
        private int minConnections;
        private int maxStreams = Integer.MAX_VALUE;
        private int spareStreams = 1;
        private int maxWaiters = 1000;
        private Duration acquireTimeout = Duration.ofSeconds(10);
        private Duration connectTimeout = Duration.ofSeconds(10);
        private Duration maxAge = Duration.ZERO;
        private double maxAgeJitter = 0.1;
        private Duration maxIdle = Duration.ofMinutes(5);
        private Duration drainTimeout = Duration.ZERO;
        private int maxRequests = ALL_STREAM_IDS;
        private int retries = 2;
        private boolean failFast = true;
        private Duration backOff = Duration.ofMillis(50);
        private Duration maxBackOff = Duration.ofSeconds(10);
        private double backOffJitter = 0.5;
        private int maxContentLength = 1024 * 1024;
        private LongSupplier clock = System::nanoTime;

        private Builder() {}

        /** Sets {@link PoolOptions#maxConnections()}. */
        public Builder maxConnections(int connections) {
            maxConnections = connections;
            return this;
        }

        /** Sets {@link PoolOptions#minConnections()}. */
        public Builder minConnections(int connections) {
            minConnections = connections;
            return this;
        }

        /** Sets {@link PoolOptions#maxStreams()}. */
        public Builder maxStreams(int streams) {
            maxStreams = streams;
            return this;
        }

        /** Sets {@link PoolOptions#spareStreams()}. */
        public Builder spareStreams(int streams) {
            spareStreams = streams;
            return this;
        }

        /** Sets {@link PoolOptions#maxWaiters()}. */
        public Builder maxWaiters(int waiters) {
            maxWaiters = waiters;
            return this;
        }

        /** Sets {@link PoolOptions#acquireTimeout()}. */
        public Builder acquireTimeout(Duration timeout) {
            acquireTimeout = timeout;
            return this;
        }

        /** Sets {@link PoolOptions#connectTimeout()}. */
        public Builder connectTimeout(Duration timeout) {
            connectTimeout = timeout;
            return this;
        }

        /** Sets {@link PoolOptions#maxAge()}. */
        public Builder maxAge(Duration age) {
            maxAge = age;
            return this;
        }

        /** Sets {@link PoolOptions#maxAgeJitter()}. */
        public Builder maxAgeJitter(double part) {
            maxAgeJitter = part;
            return this;
        }

        /** Sets {@link PoolOptions#maxIdle()}. */
        public Builder maxIdle(Duration idle) {
            maxIdle = idle;
            return this;
        }

        /** Sets {@link PoolOptions#drainTimeout()}. */
        public Builder drainTimeout(Duration timeout) {
            drainTimeout = timeout;
            return this;
        }

        /** Sets {@link PoolOptions#maxRequests()}. */
        public Builder maxRequests(int requests) {
            maxRequests = requests;
            return this;
        }

        /** Sets {@link PoolOptions#retries()}. */
        public Builder retries(int times) {
            retries = times;
            return this;
        }

        /** Sets {@link PoolOptions#failFast()}. */
        public Builder failFast(boolean atOnce) {
            failFast = atOnce;
            return this;
        }

        /** Sets {@link PoolOptions#backOff()}. */
        public Builder backOff(Duration first) {
            backOff = first;
            return this;
        }

        /** Sets {@link PoolOptions#maxBackOff()}. */
        public Builder maxBackOff(Duration longest) {
            maxBackOff = longest;
            return this;
        }

        /** Sets {@link PoolOptions#backOffJitter()}. */
        public Builder backOffJitter(double part) {
            backOffJitter = part;
            return this;
        }

        /** Sets {@link PoolOptions#maxContentLength()}. */
        public Builder maxContentLength(int bytes) {
            maxContentLength = bytes;
            return this;
        }

        /** Sets {@link PoolOptions#clock()}. */
        public Builder clock(LongSupplier nanoseconds) {
            clock = nanoseconds;
            return this;
        }

        /** The options. */
        public PoolOptions build() {
            return new PoolOptions(
                    maxConnections,
                    minConnections,
                    maxStreams,
                    spareStreams,
                    maxWaiters,
                    acquireTimeout,
                    connectTimeout,
                    maxAge,
                    maxAgeJitter,
                    maxIdle,
                    drainTimeout,
                    maxRequests,
                    retries,
                    failFast,
                    backOff,
                    maxBackOff,
                    backOffJitter,
                    maxContentLength,
                    clock);
        }
    }
}
