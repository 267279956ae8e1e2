package io.h2session.frame;

import java.io.Serial;
import java.util.Objects;

/**
 * The peer broke a rule of the connection (RFC 9113 section 5.4.1): the session answers with GOAWAY and ends. Has no
 * stack trace, because it speaks of the peer's octets and not of this code, and because a peer can cause as many as it
 * likes.
 */
public final class ConnectionError extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    /** What the answer will say. */
    private final ErrorCode code;
    /** What rule was broken. */
    private final String reason;

    /**
     * A verdict on the peer.
     *
     * @param code what GOAWAY will say
     * @param reason a fixed snake_case token, never octets of the peer; becomes the debug data of GOAWAY
     */
    public ConnectionError(ErrorCode code, String reason) {
        super(null, null, false, false);
        this.code = Objects.requireNonNull(code, "code");
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    /**
     * The error code of the GOAWAY.
     *
     * @return never null
     */
    public ErrorCode code() {
        return code;
    }

    /**
     * What rule was broken.
     *
     * @return a fixed snake_case token
     */
    public String reason() {
        return reason;
    }

    @Override
    public String getMessage() {
        return code + ": " + reason;
    }
}
