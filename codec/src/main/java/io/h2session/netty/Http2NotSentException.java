package io.h2session.netty;

import io.h2session.api.NotSentReason;

/** What the promise of a write fails with when the session will not send it. Carries no stack trace. */
public final class Http2NotSentException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final NotSentReason reason;
    private final long errorCode;

    Http2NotSentException(NotSentReason reason, long errorCode, String message) {
        super(message, null, false, false);
        this.reason = reason;
        this.errorCode = errorCode;
    }

    /** Why; {@link NotSentReason#STREAM_CLOSED} for a body whose stream ended before it. */
    public NotSentReason reason() {
        return reason;
    }

    /** The code the stream ended with, NO_ERROR (0) if no stream had to do with it. */
    public long errorCode() {
        return errorCode;
    }
}
