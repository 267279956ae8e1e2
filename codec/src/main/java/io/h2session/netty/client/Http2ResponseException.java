package io.h2session.netty.client;

import io.h2session.frame.ErrorCode;
import io.h2session.netty.Http2NotSentException;
import java.util.Objects;

/**
 * Why a request of {@link Http2Requests}, or of a pool, has no response. It has no stack trace.
 *
 * @since 0.1
 */
public final class Http2ResponseException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What happened. */
    public enum Reason {
        /** The request was not written, or was never sent; the cause tells why. */
        NOT_SENT,
        /**
         * The peer has certainly not begun to process it: its GOAWAY left it out, or it said REFUSED_STREAM; or the request was waiting
         * when this end closed the connection, or for too long.
         */
        REFUSED,
        /**
         * The peer wants this request in HTTP/1.1 (HTTP_1_1_REQUIRED, RFC 9113 section 7): it has not processed it, and never will in
         * HTTP/2.
         */
        HTTP_1_1_REQUIRED,
        /** The peer reset the stream. */
        RESET_BY_PEER,
        /** This end reset the stream: the response was malformed, or a timeout has passed. */
        RESET,
        /** The response has more content than the limit. */
        TOO_LARGE,
        /** The connection ended before the response was complete. A retry is safe if the request was still waiting. */
        CONNECTION_ENDED
    }

    private final Reason reason;
    private final long errorCode;
    private final boolean retryIsSafe;

    Http2ResponseException(Reason reason, long errorCode, boolean retryIsSafe, Throwable cause) {
        super("no response: " + reason + ", " + ErrorCode.name(errorCode), cause, false, false);
        this.reason = Objects.requireNonNull(reason);
        this.errorCode = errorCode;
        this.retryIsSafe = retryIsSafe;
    }

    /** What happened. */
    public Reason reason() {
        return reason;
    }

    /** The code that the stream was reset with, or that the connection ended with; NO_ERROR (0) if neither was. */
    public long errorCode() {
        return errorCode;
    }

    /**
     * Whether the request may be sent again on another connection even if it is not idempotent: see {@link
     * Http2NotSentException#retryIsSafe()}. With {@link Reason#HTTP_1_1_REQUIRED} it may be sent again in HTTP/1.1, and this is false,
     * since HTTP/2 would give the same answer.
     */
    public boolean retryIsSafe() {
        return retryIsSafe;
    }

    /** Whether the request has to be sent again in HTTP/1.1. */
    public boolean http11Required() {
        return reason == Reason.HTTP_1_1_REQUIRED;
    }
}
