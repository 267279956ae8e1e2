package io.h2session.frame;

import java.io.Serial;
import java.util.Objects;

/**
 * The peer broke a rule of the connection (RFC 9113 section 5.4.1): the session answers with GOAWAY and ends. It has no
 * stack trace, because it is about what the peer sent and not about this code, and because a peer can cause any number of
 * them.
 *
 * @since 0.1
 */
public final class ConnectionError extends Exception {
    /** The violations that a session reports in their own way, and all others. */
    public enum Kind {
        /** Reported by GOAWAY alone. */
        OTHER,
        /** The first frame of the connection is not SETTINGS (RFC 9113 section 3.4). */
        SETTINGS_EXPECTED,
        /** A header block has more CONTINUATION frames than {@link FrameLimits#maxContinuations()}. */
        TOO_MANY_CONTINUATIONS
    }

    @Serial
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final String reason;
    private final Kind kind;

    /**
     * An error of the kind {@link Kind#OTHER}.
     *
     * @param code what GOAWAY says
     * @param reason a fixed snake_case token, never bytes of the peer; becomes the debug data of GOAWAY
     */
    public ConnectionError(ErrorCode code, String reason) {
        this(code, reason, Kind.OTHER);
    }

    ConnectionError(ErrorCode code, String reason, Kind kind) {
        super(null, null, false, false);
        this.code = Objects.requireNonNull(code, "code");
        this.reason = Objects.requireNonNull(reason, "reason");
        this.kind = kind;
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
     * The rule that was broken.
     *
     * @return a fixed snake_case token
     */
    public String reason() {
        return reason;
    }

    /**
     * Whether the session reports it in a way of its own.
     *
     * @return never null
     */
    public Kind kind() {
        return kind;
    }

    @Override
    public String getMessage() {
        return code + ": " + reason;
    }
}
