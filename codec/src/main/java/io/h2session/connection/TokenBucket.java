package io.h2session.connection;

/** So many at once, and so many a second in the long run. Begins full; time is passed in. */
final class TokenBucket {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final long burst;
    private final long perSecond;
    private long tokens;
    private long countedUntil;

    TokenBucket(long burst, long perSecond, long now) {
        this.burst = burst;
        this.perSecond = perSecond;
        tokens = burst;
        countedUntil = now;
    }

    /** Takes tokens. False: there are not enough left. */
    boolean take(long count, long now) {
        refill(now);
        if (count > tokens) {
            tokens = 0;
            return false;
        }
        tokens -= count;
        return true;
    }

    /** Gives tokens back, up to the burst. */
    void give(long count) {
        tokens = Math.min(burst, tokens + count);
    }

    // Whole seconds, so that what a short interval earns is not rounded away.
    private void refill(long now) {
        long seconds = (now - countedUntil) / NANOS_PER_SECOND;
        if (seconds > 0) {
            countedUntil += seconds * NANOS_PER_SECOND;
            // Guarded against overflow: after that long it is full anyway.
            tokens = perSecond > 0 && seconds >= burst ? burst : Math.min(burst, tokens + seconds * perSecond);
        }
    }
}
