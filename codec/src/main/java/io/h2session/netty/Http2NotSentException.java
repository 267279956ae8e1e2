package io.h2session.netty;

import io.h2session.api.Http2SubmitException;
import io.h2session.api.NotSentReason;
import io.h2session.frame.ErrorCode;

/**
 * The exception that the promise of a write fails with if the session will not send it. It has no stack trace.
 *
 * @since 0.1
 */
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
     * The exception for a write to a stream that is over, for levels above the handler that know of the end.
     *
     * @param errorCode the code that the stream ended with
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

    /** The reason; {@link NotSentReason#STREAM_CLOSED} for a body whose stream ended first. */
    public NotSentReason reason() {
        return reason;
    }

    /** The code that the stream ended with; NO_ERROR (0) if the write failed for another reason. */
    public long errorCode() {
        return errorCode;
    }

    /**
     * Whether the peer has certainly not begun to process the request, so that it may be sent again, also on another
     * connection, and even if it is not idempotent (RFC 9113 section 8.7): it was never sent, the peer's GOAWAY excluded it, or
     * the peer reset it with REFUSED_STREAM. Not if the peer had begun to answer it, even with an interim response.
     */
    public boolean retryIsSafe() {
        return retryIsSafe;
    }

    /**
     * Whether the peer wants the request in HTTP/1.1 (RFC 9113 section 7), and ended its stream with that before it was sent whole. It
     * was not processed, and may be sent again in HTTP/1.1.
     */
    public boolean http11Required() {
        return errorCode == ErrorCode.HTTP_1_1_REQUIRED.code();
    }

    /** {@link #http11Required()} for any exception that the promise of a request failed with. */
    public static boolean http11Required(Throwable failure) {
        for (Throwable one = failure; one != null; one = one.getCause()) {
            if (one instanceof Http2NotSentException notSent && notSent.http11Required()) {
                return true;
            }
        }
        return false;
    }

    /** {@link #retryIsSafe()} for any exception that the promise of a request failed with. */
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
