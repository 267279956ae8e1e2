package io.h2session.connection;

import io.h2session.api.Http2SessionResult;
import io.h2session.frame.ErrorCode;

/** The peer did what nghttp2 gives up on with an error of its own. Caught in one place, where the session ends. */
public final class FatalFault extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Http2SessionResult result;
    private final ErrorCode code;
    private final String reason;

    /** What {@code recv} returns, what the peer is told, and why, as a fixed snake_case token. */
    public FatalFault(Http2SessionResult result, ErrorCode code, String reason) {
        super(reason, null, false, false);
        this.result = result;
        this.code = code;
        this.reason = reason;
    }

    /** What {@code recv} returns. */
    public Http2SessionResult result() {
        return result;
    }

    /** What the peer is told, if anything. */
    public ErrorCode code() {
        return code;
    }

    /** Why. */
    public String reason() {
        return reason;
    }
}
