package io.h2session.connection;

import io.h2session.api.Http2SessionOptions;
import io.h2session.frame.ConnectionError;
import io.h2session.frame.ErrorCode;

/**
 * How much a peer may cost without being useful (RFC 9113 section 10.5). Every frame that is allowed but suspicious costs
 * points of one budget, which time refills; RST_STREAM has a budget of its own besides.
 */
public final class FloodGuard {
    /** A frame that is ignored. */
    public static final int IGNORED_FRAME = 1;

    /** A malformed message, a refused stream: we have to reset a stream through the peer's fault. */
    public static final int STREAM_FAULT = 20;

    /** DATA without octets that does not end its stream. */
    public static final int EMPTY_DATA = 50;

    private final Http2SessionOptions options;
    private final TokenBucket abuse;
    private final TokenBucket resets;

    FloodGuard(Http2SessionOptions options, long now) {
        this.options = options;
        abuse = new TokenBucket(options.abuseBurst(), options.abuseRate(), now);
        resets = new TokenBucket(options.streamResetBurst(), options.streamResetRate(), now);
    }

    /** The peer did something suspicious. */
    public void charge(int points, long now) throws ConnectionError {
        if (!abuse.take(options.abuseWeighted() ? points : 1, now)) {
            throw new ConnectionError(ErrorCode.ENHANCE_YOUR_CALM, "too_much_abuse");
        }
    }

    /** The peer reset a stream. False: too many. */
    public boolean resetReceived(long now) {
        return resets.take(1, now);
    }

    /** A stream was completed: honest peers that cancel some of many requests earn it back. */
    public void exchangeCompleted() {
        if (!options.followNghttp2()) {
            resets.give(1);
        }
    }
}
