package io.h2session.connection;

import io.h2session.api.Http2SessionResult;
import io.h2session.frame.ErrorCode;

/**
 * The peer did something for which nghttp2 has an error code of its own, such as a flood. It is caught in one place, where
 * the session ends.
 */
public final class FatalFault extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Http2SessionResult result;
    private final ErrorCode code;
    private final String reason;

    /** The result of {@code recv}, the error code for the peer, and the reason as a fixed snake_case token. */
    public FatalFault(Http2SessionResult result, ErrorCode code, String reason) {
        super(reason, null, false, false);
        this.result = result;
        this.code = code;
        this.reason = reason;
    }

    /** The result of {@code recv}. */
    public Http2SessionResult result() {
        return result;
    }

    /** The error code of the GOAWAY, if one is sent. */
    public ErrorCode code() {
        return code;
    }

    /** The reason, a fixed snake_case token. */
    public String reason() {
        return reason;
    }
}
