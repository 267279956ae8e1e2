package io.h2session.netty.channel;

import io.h2session.frame.ErrorCode;

/**
 * Why a stream is over.
 *
 * @param kind who ended it, and how
 * @param errorCode the code the stream was reset with, by either end, or that of the end of the connection; REFUSED_STREAM for a
 *     request that the session has given up before it was sent; NO_ERROR (0) otherwise
 * @param retryIsSafe whether it carried a request of ours that the peer has certainly not begun to process, so that it may be
 *     sent again even if it is not idempotent (RFC 9113 section 8.7)
 * @since 0.1
 */
public record StreamEnd(Kind kind, long errorCode, boolean retryIsSafe) {
    /** Who ended a stream, and how. */
    public enum Kind {
        /** Both messages were exchanged whole. */
        COMPLETE,

        /**
         * The application closed the channel, and nothing had to be reset: nothing was ever sent, not even a request that waited, or a
         * server had answered completely and needed no more of the request.
         */
        CLOSED,

        /**
         * This end reset the stream: the application, or the session because of what the peer sent on it, or because the peer's GOAWAY
         * left out a request that it had begun to answer.
         */
        RESET,

        /** The peer reset the stream. */
        RESET_BY_PEER,

        /**
         * The peer has certainly not begun to process the request: its GOAWAY left it out, or it said REFUSED_STREAM; or the request
         * was waiting when this end closed the connection, or for too long.
         */
        REFUSED,

        /** The connection ended: in order, by an error of either end, or because the network failed. */
        CONNECTION_ENDED
    }

    /**
     * Whether the peer wants the request in HTTP/1.1 (RFC 9113 section 7): it has not processed it, and would not in HTTP/2 either.
     */
    public boolean http11Required() {
        return kind == Kind.RESET_BY_PEER && errorCode == ErrorCode.HTTP_1_1_REQUIRED.code();
    }

    static final StreamEnd COMPLETE = new StreamEnd(Kind.COMPLETE, ErrorCode.NO_ERROR.code(), false);
    static final StreamEnd CLOSED = new StreamEnd(Kind.CLOSED, ErrorCode.NO_ERROR.code(), false);

    /** The transport did not take what was written. As much as a session says of its streams then: the peer may have begun. */
    static final StreamEnd CONNECTION_FAILED = new StreamEnd(Kind.CONNECTION_ENDED, ErrorCode.CANCEL.code(), false);

    /** The connection ended before the request was sent. */
    static final StreamEnd CONNECTION_ENDED_BEFORE =
            new StreamEnd(Kind.CONNECTION_ENDED, ErrorCode.REFUSED_STREAM.code(), true);

    static final StreamEnd REFUSED = new StreamEnd(Kind.REFUSED, ErrorCode.REFUSED_STREAM.code(), true);

    /** A request that was never sent. */
    static final StreamEnd UNSENT = new StreamEnd(Kind.CLOSED, ErrorCode.NO_ERROR.code(), true);

    @Override
    public String toString() {
        return kind + "[" + ErrorCode.name(errorCode) + (retryIsSafe ? ", retry]" : "]");
    }
}
