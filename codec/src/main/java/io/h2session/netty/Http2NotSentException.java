package io.h2session.netty;

import io.h2session.api.Http2SubmitException;
import io.h2session.api.NotSentReason;
import io.h2session.frame.ErrorCode;

/** What the promise of a write fails with when the session will not send it. Carries no stack trace. */
public final class Http2NotSentException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final NotSentReason reason;
    private final long errorCode;
    private final boolean retryIsSafe;

    Http2NotSentException(NotSentReason reason, long errorCode, boolean retryIsSafe, String message, Throwable cause) {
        super(message, cause, false, false);
        this.reason = reason;
        this.errorCode = errorCode;
        this.retryIsSafe = retryIsSafe;
    }

    /**
     * What a write to a stream that is over fails with, for levels above the handler that know of the end.
     *
     * @param errorCode the code the stream ended with
     * @param retryIsSafe see {@link #retryIsSafe()}
     */
    public static Http2NotSentException streamClosed(long errorCode, boolean retryIsSafe) {
        return new Http2NotSentException(
                NotSentReason.STREAM_CLOSED,
                errorCode,
                retryIsSafe,
                "not sent: the stream was closed with " + ErrorCode.name(errorCode),
                null);
    }

    /** Why; {@link NotSentReason#STREAM_CLOSED} for a body whose stream ended before it. */
    public NotSentReason reason() {
        return reason;
    }

    /** The code the stream ended with, NO_ERROR (0) if no stream had to do with it. */
    public long errorCode() {
        return errorCode;
    }

    /**
     * Whether the peer has certainly not begun to process the request, so that it may be sent again, on another connection
     * too, even if it is not idempotent (RFC 9113 section 8.7): it was never sent, the peer's GOAWAY left it out, or the peer
     * reset it with REFUSED_STREAM.
     */
    public boolean retryIsSafe() {
        return retryIsSafe;
    }

    /** {@link #retryIsSafe()} of whatever the promise of a request failed with. */
    public static boolean retryIsSafe(Throwable failure) {
        for (Throwable one = failure; one != null; one = one.getCause()) {
            if (one instanceof Http2NotSentException notSent) {
                return notSent.retryIsSafe;
            }
            if (one instanceof Http2SubmitException) {
                return true;
            }
        }
        return false;
    }
}
