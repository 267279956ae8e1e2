package io.h2session.netty;

import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SubmitException;
import io.h2session.api.NotSentReason;
import io.h2session.frame.ErrorCode;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.UnsupportedMessageTypeException;
import io.netty.util.internal.logging.InternalLogger;
import io.netty.util.internal.logging.InternalLoggerFactory;
import java.nio.channels.ClosedChannelException;
import java.util.Locale;

/**
 * What happens to writes that are refused. The promise fails, and the application decides what to do. A void promise cannot report
 * a failure: there an event is fired, and a stream that cannot end as the application meant it is reset.
 */
final class RefusedWrites {
    /** The logger of the handler, which is what applications configure. */
    private static final InternalLogger LOG =
            InternalLoggerFactory.getInstance(RefusedWrites.class.getPackageName() + ".Http2SessionHandler");

    private final Channel channel;
    private final SessionStreams streams;
    private final SessionEnd end;
    private final EventPipeline events;

    RefusedWrites(Channel channel, SessionStreams streams, SessionEnd end, EventPipeline events) {
        this.channel = channel;
        this.streams = streams;
        this.end = end;
        this.events = events;
    }

    /**
     * A write was refused. The caller releases it.
     *
     * @return whether a stream is being reset because of it, so that there is something to send
     */
    boolean refused(Http2SessionContext session, Object write, ChannelPromise promise, Throwable cause) {
        if (LOG.isDebugEnabled()) {
            LOG.debug("{} {} refused: {}", channel, write.getClass().getSimpleName(), reason(cause));
        }
        if (!promise.isVoid()) {
            promise.tryFailure(cause);
            return false;
        }
        Http2StreamHandle stream = streamOf(write);
        boolean reset = stream != null && cuts(write, stream.record) && reset(session, stream);
        // What was written after StreamClosed needs no event: StreamClosed says that nothing more is sent.
        if (stream == null || !stream.record.closed) {
            events.fireUser(new Http2SessionEvent.WriteRefused(stream, reason(cause), reset, cause));
        }
        return reset;
    }

    /** What the promise fails with: a request after GOAWAY fails in the same way as those that waited when the GOAWAY came. */
    static RuntimeException reported(RuntimeException refused) {
        return refused instanceof Http2SubmitException submit
                        && submit.reason() == Http2SubmitException.Reason.START_STREAM_NOT_ALLOWED
                ? new Http2NotSentException(NotSentReason.START_STREAM_NOT_ALLOWED, 0, true, refused.getMessage(), null)
                : refused;
    }

    /** A body on void promises was not as long as its content-length said, and its stream is being reset. */
    void cut(Http2StreamHandle stream, Http2NotSentException cause) {
        LOG.debug("{} body refused: {}", channel, reason(cause));
        events.fireUser(new Http2SessionEvent.WriteRefused(stream, reason(cause), true, cause));
    }

    private static String reason(Throwable cause) {
        if (cause instanceof Http2SubmitException submit) {
            return submit.word();
        } else if (cause instanceof Http2NotSentException notSent) {
            return notSent.reason().name().toLowerCase(Locale.ROOT);
        } else if (cause instanceof ClosedChannelException) {
            return "channel_closed";
        } else if (cause instanceof UnsupportedMessageTypeException) {
            return "unsupported_message";
        } else if (cause instanceof IllegalStateException) {
            return "wrong_stream";
        }
        return cause instanceof IllegalArgumentException ? "invalid_argument" : "failed";
    }

    /** The stream whose message the write belongs to; null for all control frames except a reset. */
    private static Http2StreamHandle streamOf(Object write) {
        boolean ofMessage = write instanceof Http2SessionWrite.Message
                || write instanceof Http2SessionWrite.Head
                || write instanceof Http2SessionWrite.Data
                || write instanceof Http2SessionWrite.Trailers
                || write instanceof Http2SessionWrite.Body
                || write instanceof Http2SessionWrite.Headers
                || write instanceof Http2SessionWrite.PushPromise
                || write instanceof Http2SessionWrite.Reset;
        return ofMessage ? ((Http2SessionWrite) write).stream() : null;
    }

    /** Whether the message can no longer end, or is no longer the one that the application meant. */
    private boolean cuts(Object write, StreamRecord record) {
        if (record.owner != streams || record.closed || record.resetByUs || end.over()) {
            return false;
        }
        if (record.body != null && record.body.dropped()) {
            // The head has ended it (HEAD, 204, 304).
            return false;
        }
        if (write instanceof Http2SessionWrite.Message message) {
            return !message.request() && !record.headWritten;
        } else if (write instanceof Http2SessionWrite.Head head) {
            return !head.request() && !record.headWritten;
        } else if (write instanceof Http2SessionWrite.Trailers) {
            return record.headWritten && !record.endWritten;
        }
        // Even if more would follow: the body would have a hole.
        boolean content = write instanceof Http2SessionWrite.Data || write instanceof Http2SessionWrite.Body;
        return content && record.body != null && record.body.open();
    }

    private static boolean reset(Http2SessionContext session, Http2StreamHandle stream) {
        if (session.terminationReason() != null) {
            return false;
        }
        stream.record.resetByUs = true;
        session.submitReset(stream.id(), ErrorCode.INTERNAL_ERROR.code());
        return true;
    }
}
