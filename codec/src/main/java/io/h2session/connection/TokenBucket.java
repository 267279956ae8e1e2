package io.h2session.connection;

import io.h2session.api.Http2Budget;
import io.h2session.api.Http2BudgetUse;

/**
 * A token bucket: {@code burst} tokens at once, and {@code rate} tokens a second in the long run. It begins full. Callers
 * pass the time.
 */
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

    /** Takes tokens. Returns false if there are not enough left. */
    boolean take(long count, long now) {
        refill(now);
        if (count > tokens) {
            tokens = 0;
            return false;
        }
        tokens -= count;
        return true;
    }

    /** Adds tokens, up to the burst. */
    void give(long count) {
        tokens = Math.min(burst, tokens + count);
    }

    /** How much of it is used; changes nothing. */
    Http2BudgetUse use(Http2Budget budget, long now) {
        return new Http2BudgetUse(budget, burst - tokensAfter(Math.max(0, secondsSince(now))), burst, perSecond);
    }

    // Counts in whole seconds, so that nothing is lost by rounding in short intervals.
    private void refill(long now) {
        long seconds = secondsSince(now);
        if (seconds > 0) {
            countedUntil += seconds * NANOS_PER_SECOND;
            tokens = tokensAfter(seconds);
        }
    }

    private long secondsSince(long now) {
        return (now - countedUntil) / NANOS_PER_SECOND;
    }

    private long tokensAfter(long seconds) {
        // Avoids overflow: after that long the bucket is full anyway.
        return perSecond > 0 && seconds >= burst ? burst : Math.min(burst, tokens + seconds * perSecond);
    }
}
