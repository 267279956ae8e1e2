package io.h2session.netty;

import io.h2session.Http2Session;
import io.h2session.api.Http2SubmitException;
import io.h2session.frame.ErrorCode;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.UnsupportedMessageTypeException;
import io.netty.util.internal.logging.InternalLogger;
import io.netty.util.internal.logging.InternalLoggerFactory;
import java.nio.channels.ClosedChannelException;
import java.util.Locale;

/**
 * What becomes of writes that are refused. A real promise fails, and whoever made it decides. Where the promise is void nobody
 * would hear of it: there an event is fired, and a stream that cannot end as the application meant it is reset.
 */
final class RefusedWrites {
    private static final InternalLogger LOG = InternalLoggerFactory.getInstance(Http2SessionHandler.class);

    private final OutboundWrites writes;

    RefusedWrites(OutboundWrites writes) {
        this.writes = writes;
    }

    /** A write was refused; it is still to be released. */
    void refused(Object write, ChannelPromise promise, Throwable cause) {
        Http2SessionHandler handler = writes.handler();
        if (LOG.isDebugEnabled()) {
            LOG.debug("{} {} refused: {}", handler.channel(), write.getClass().getSimpleName(), reason(cause));
        }
        if (!promise.isVoid()) {
            promise.tryFailure(cause);
            return;
        }
        Http2StreamHandle stream = streamOf(write);
        boolean reset = stream != null && cuts(write, stream) && reset(stream);
        // What was written after StreamClosed needs no event: that has said that nothing is sent any more.
        if (stream == null || !stream.closed) {
            handler.fire(new Http2SessionEvent.WriteRefused(stream, reason(cause), reset, cause));
        }
    }

    /** A body written on void promises turned out not to be as long as its content-length said, and its stream is reset. */
    void cut(Http2StreamHandle stream, Http2NotSentException cause) {
        LOG.debug("{} body refused: {}", writes.handler().channel(), reason(cause));
        writes.handler().fire(new Http2SessionEvent.WriteRefused(stream, reason(cause), true, cause));
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

    private static Http2StreamHandle streamOf(Object write) {
        if (write instanceof Http2SessionWrite.Message message) {
            return message.stream();
        } else if (write instanceof Http2SessionWrite.Head head) {
            return head.stream();
        } else if (write instanceof Http2SessionWrite.Data data) {
            return data.stream();
        } else if (write instanceof Http2SessionWrite.Trailers trailers) {
            return trailers.stream();
        } else if (write instanceof Http2SessionWrite.Body body) {
            return body.stream();
        } else if (write instanceof Http2SessionWrite.Headers headers) {
            return headers.stream();
        } else if (write instanceof Http2SessionWrite.PushPromise push) {
            return push.stream();
        }
        return write instanceof Http2SessionWrite.Reset reset ? reset.stream() : null;
    }

    /** Whether the stream lacks something without which its message never ends, or is not the one the application meant. */
    private boolean cuts(Object write, Http2StreamHandle stream) {
        if (stream.owner != writes
                || stream.closed
                || stream.resetByUs
                || writes.handler().over()) {
            return false;
        }
        if (stream.body != null && stream.body.dropped()) {
            // The head has ended it (HEAD, 204, 304).
            return false;
        }
        if (write instanceof Http2SessionWrite.Message message) {
            return !message.request() && !stream.headWritten;
        } else if (write instanceof Http2SessionWrite.Head head) {
            return !head.request() && !stream.headWritten;
        } else if (write instanceof Http2SessionWrite.Trailers) {
            return stream.headWritten && !stream.endWritten;
        }
        // Also where more would follow: the body would have a hole.
        boolean content = write instanceof Http2SessionWrite.Data || write instanceof Http2SessionWrite.Body;
        return content && stream.body != null && stream.body.open();
    }

    private boolean reset(Http2StreamHandle stream) {
        Http2Session session = writes.session();
        if (session.terminationReason() != null) {
            return false;
        }
        stream.resetByUs = true;
        session.submitReset(stream.id(), ErrorCode.INTERNAL_ERROR.code());
        writes.handler().sendSoon();
        return true;
    }
}
