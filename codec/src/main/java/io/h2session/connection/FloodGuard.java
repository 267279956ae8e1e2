package io.h2session.connection;

import io.h2session.api.Http2Glitch;
import io.h2session.api.Http2SessionOptions;
import io.h2session.frame.ConnectionError;
import io.h2session.frame.ErrorCode;

/**
 * How much a peer may cost without being useful (RFC 9113 section 10.5). Every frame that is allowed but suspicious costs
 * points of one budget, which time refills; RST_STREAM has a budget of its own besides.
 */
public final class FloodGuard {
    private final Http2SessionOptions options;
    private final Metrics metrics;
    private final TokenBucket abuse;
    private final TokenBucket resets;

    FloodGuard(Http2SessionOptions options, Metrics metrics, long now) {
        this.options = options;
        this.metrics = metrics;
        abuse = new TokenBucket(options.abuseBurst(), options.abuseRate(), now);
        resets = new TokenBucket(options.streamResetBurst(), options.streamResetRate(), now);
    }

    /** The peer did something suspicious. */
    public void charge(Http2Glitch glitch, long now) throws ConnectionError {
        metrics.glitch(glitch);
        if (!abuse.take(options.abuseWeighted() ? glitch.points() : 1, now)) {
            throw new ConnectionError(ErrorCode.ENHANCE_YOUR_CALM, "too_much_abuse");
        }
    }

    /** The peer reset a stream. False: too many. */
    public boolean resetReceived(long now) {
        return resets.take(1, now);
    }

    /** A stream was completed: honest peers that cancel some of many requests earn it back. */
    public void exchangeCompleted() {
        resets.give(1);
    }
}
