package io.h2session.frame;

import java.io.Serial;
import java.util.Objects;

/**
 * The peer broke a rule of one stream (RFC 9113 section 5.4.2): the session answers with RST_STREAM and goes on. Has no
 * stack trace, for the reasons given at {@link ConnectionError}.
 */
public final class StreamError extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    /** The stream to reset. */
    private final int streamId;
    /** What the answer will say. */
    private final ErrorCode code;
    /** What rule was broken. */
    private final String reason;

    /**
     * A verdict on one stream.
     *
     * @param streamId the stream to reset, 1 to 2^31-1
     * @param code what RST_STREAM will say
     * @param reason a fixed snake_case token, never octets of the peer
     */
    public StreamError(int streamId, ErrorCode code, String reason) {
        super(null, null, false, false);
        this.streamId = streamId;
        this.code = Objects.requireNonNull(code, "code");
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    /**
     * The stream to reset.
     *
     * @return 1 to 2^31-1
     */
    public int streamId() {
        return streamId;
    }

    /**
     * The error code of the RST_STREAM.
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
        return "stream " + streamId + ": " + code + ": " + reason;
    }
}
