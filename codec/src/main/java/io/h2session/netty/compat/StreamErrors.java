package io.h2session.netty.compat;

import io.h2session.api.Http2SubmitException;
import io.h2session.api.NotSentReason;
import io.h2session.frame.ErrorCode;
import io.h2session.netty.Http2NotSentException;
import io.h2session.netty.channel.StreamErrorException;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameStreamException;
import io.netty.handler.codec.http2.Http2NoMoreStreamIdsException;
import java.nio.channels.ClosedChannelException;

/** Exceptions as Netty's HTTP/2 codec has them, and their error codes. */
final class StreamErrors {
    private StreamErrors() {}

    /**
     * With which code a stream is reset when an exception reaches the end of its pipeline: that of the first exception with a
     * code among the failure and its causes, otherwise INTERNAL_ERROR. A write that came too late is no reason: -1.
     */
    static long codeOf(Throwable failure) {
        if (failure instanceof ClosedChannelException) {
            return -1;
        }
        long code = codeAmong(failure);
        return code < 0 ? ErrorCode.INTERNAL_ERROR.code() : code;
    }

    /** Whether an exception, or one that caused it, has a code. */
    static boolean hasCode(Throwable failure) {
        return codeAmong(failure) >= 0;
    }

    private static long codeAmong(Throwable failure) {
        for (Throwable one = failure; one != null; one = one.getCause()) {
            if (one instanceof Http2FrameStreamException error) {
                return error.error().code();
            } else if (one instanceof Http2Exception error) {
                return error.error().code();
            } else if (one instanceof StreamErrorException error) {
                return error.errorCode();
            }
        }
        return -1;
    }

    /** What handlers are told when the peer broke a rule on a stream. */
    static Throwable told(int streamId, Throwable cause) {
        if (!(cause instanceof StreamErrorException error)) {
            return cause;
        }
        return Http2Exception.streamError(streamId, error(error.errorCode()), error, "%s", error.getMessage());
    }

    /** What promises fail with. */
    static Throwable refused(Throwable cause) {
        if (cause instanceof Http2SubmitException refusal) {
            if (refusal.reason() == Http2SubmitException.Reason.STREAM_ID_NOT_AVAILABLE) {
                return new Http2NoMoreStreamIdsException(cause);
            } else if (refusal.reason() == Http2SubmitException.Reason.TOO_MANY_PENDING
                    && refusal.word().equals("stream_limit")) {
                return new Http2Exception(Http2Error.REFUSED_STREAM, "Maximum active streams violated", cause);
            }
        }
        return cause instanceof Http2NotSentException notSent
                        && notSent.reason() == NotSentReason.STREAM_ID_NOT_AVAILABLE
                ? new Http2NoMoreStreamIdsException(cause)
                : cause;
    }

    /** The error with a code; INTERNAL_ERROR if Netty has none with it. */
    static Http2Error error(long errorCode) {
        Http2Error known = Http2Error.valueOf(errorCode);
        return known == null ? Http2Error.INTERNAL_ERROR : known;
    }
}
