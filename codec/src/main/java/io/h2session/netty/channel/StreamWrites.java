package io.h2session.netty.channel;

import io.h2session.api.Http2SubmitException;
import io.h2session.api.NotSentReason;
import io.h2session.netty.Http2NotSentException;
import io.h2session.netty.Http2SessionWrite;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufHolder;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.UnsupportedMessageTypeException;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;

/**
 * What a {@link StreamChannel} writes: each message becomes a write of the session's, with a promise that tells the caller's.
 * What waits counts until the transport has taken it.
 *
 * <pre>
 *   ByteBuf | Http2SessionWrite ─► refused: released, the promise fails
 *                               └► WriteCompletion ─► session ─► transport ─► caller's promise, then writability, then the end
 * </pre>
 */
final class StreamWrites {
    private final ChildChannel channel;

    /** Promises that are not complete. */
    private int awaited;

    /** Our request or response was written, and not refused. */
    private boolean headWritten;

    /** The end of what we send was written. */
    private boolean outputEnded;

    private boolean unflushed;

    StreamWrites(ChildChannel channel) {
        this.channel = channel;
    }

    Channel connection() {
        return channel.parent();
    }

    /** Whether the transport has everything that anyone waits for. */
    boolean nothingAwaited() {
        return awaited == 0;
    }

    /** The connection is gone: no event will report what happened to the writes. */
    void awaitNothing() {
        awaited = 0;
    }

    /** The stream has begun with a request that was sent in HTTP/1.1. */
    void requestWasSent() {
        headWritten = true;
        outputEnded = true;
    }

    boolean headWritten() {
        return headWritten;
    }

    boolean outputEnded() {
        return outputEnded;
    }

    /** Whether something was written since this was asked last. */
    boolean takeUnflushed() {
        boolean flushes = unflushed;
        unflushed = false;
        return flushes;
    }

    /** What a message counts while it waits. */
    static int size(Object message) {
        int length = 0;
        if (message instanceof ByteBuf buffer) {
            length = buffer.readableBytes();
        } else if (message instanceof ByteBufHolder holder) {
            length = holder.content().readableBytes();
        } else if (message instanceof Http2SessionWrite.Message whole) {
            length = Math.max(0, whole.contentLength());
        }
        return length + StreamChannelConfig.WRITE_COST;
    }

    /** Takes a message and a promise that cannot be cancelled. */
    void write(Object given, ChannelPromise promise) {
        Object message;
        try {
            message = channel.written(given);
        } catch (RuntimeException wrong) {
            if (ReferenceCountUtil.refCnt(given) != 0) {
                ReferenceCountUtil.release(given);
            }
            if (channel.asks() && !headWritten) {
                channel.life().requestFailed(wrong);
            }
            fail(promise, wrong);
            return;
        }
        if (message == null) {
            succeed(promise);
        } else {
            submit(message, promise);
        }
    }

    private void submit(Object message, ChannelPromise promise) {
        Http2SessionWrite write = null;
        if (message instanceof Http2SessionWrite known) {
            write = known;
        } else if (message instanceof ByteBuf content) {
            write = Http2SessionWrite.data(channel.handle(), content, false);
        }
        Throwable refusal = write == null
                ? new UnsupportedMessageTypeException(message, Http2SessionWrite.class, ByteBuf.class)
                : refusal(write);
        if (refusal != null) {
            ReferenceCountUtil.release(write == null ? message : write);
            fail(promise, refusal);
        } else if (write instanceof Http2SessionWrite.Reset reset) {
            channel.life().reset(reset.errorCode(), promise);
        } else if (write instanceof Http2SessionWrite.Consume consume) {
            consume(consume.bytes(), promise);
        } else {
            send(write, promise);
        }
    }

    private Throwable refusal(Http2SessionWrite write) {
        if (channel.life().over()) {
            return closed();
        }
        if (write.stream() != channel.handle()) {
            return new IllegalArgumentException("a write to " + channel.handle() + " must not name "
                    + (write.stream() == null ? "none" : "another"));
        }
        boolean head = write instanceof Http2SessionWrite.Head || write instanceof Http2SessionWrite.Message;
        boolean rest = write instanceof Http2SessionWrite.Data
                || write instanceof Http2SessionWrite.Trailers
                || write instanceof Http2SessionWrite.Body;
        if (outputEnded && (head || rest || write instanceof Http2SessionWrite.Headers)) {
            return closed();
        }
        if (head && (headWritten || request(write) != channel.asks())) {
            return new IllegalStateException(
                    headWritten ? "the head was written already" : "that is the other end's to write");
        }
        return rest && !headWritten ? new IllegalStateException("no head was written") : null;
    }

    private static boolean request(Http2SessionWrite write) {
        return write instanceof Http2SessionWrite.Message message
                ? message.request()
                : ((Http2SessionWrite.Head) write).request();
    }

    private Throwable closed() {
        StreamEnd end = channel.end();
        return new ClosedStreamException(
                end == null
                        ? Http2NotSentException.streamClosed(0, false)
                        : Http2NotSentException.streamClosed(end.errorCode(), end.retryIsSafe()));
    }

    private void fail(ChannelPromise promise, Throwable cause) {
        Throwable told = channel.refused(cause);
        if (promise.isVoid()) {
            channel.pipeline().fireExceptionCaught(told);
        } else {
            promise.tryFailure(told);
        }
    }

    private static void succeed(ChannelPromise promise) {
        if (!promise.isVoid()) {
            promise.trySuccess();
        }
    }

    private void consume(int bytes, ChannelPromise promise) {
        try {
            channel.consume(bytes);
        } catch (RuntimeException wrong) {
            fail(promise, wrong);
            return;
        }
        succeed(promise);
    }

    private void send(Http2SessionWrite write, ChannelPromise promise) {
        boolean head = true;
        boolean request = false;
        boolean ends;
        if (write instanceof Http2SessionWrite.Message message) {
            request = message.request();
            // What follows a body that is read may be trailers.
            ends = message.contentLength() >= 0;
        } else if (write instanceof Http2SessionWrite.Head first) {
            request = first.request();
            ends = first.endStream();
        } else {
            head = false;
            ends = write instanceof Http2SessionWrite.Trailers
                    || (write instanceof Http2SessionWrite.Data data && data.endStream());
        }
        unflushed = true;
        if (ends && !request && promise.isVoid()) {
            // No promise reports it, and nothing can follow.
            headWritten = true;
            outputEnded = true;
            channel.streams().write(write);
            return;
        }
        WriteCompletion completion = new WriteCompletion(this, promise.unvoid(), size(write), request);
        boolean headBefore = headWritten;
        boolean endBefore = outputEnded;
        headWritten |= head;
        outputEnded |= ends;
        awaited++;
        channel.countPending(completion.size());
        if (request && channel.streams().refusesToWait()) {
            ReferenceCountUtil.release(write);
            completion.tryFailure(new Http2SubmitException(
                    Http2SubmitException.Reason.TOO_MANY_PENDING,
                    "stream_limit",
                    "the peer allows no more streams now"));
        } else {
            channel.streams().write(write, completion);
        }
        if (completion.isDone() && !completion.isSuccess()) {
            // Refused at once: nothing has changed, and something better can be written.
            headWritten = headBefore;
            outputEnded = endBefore;
        } else if (request) {
            channel.priorityChanged();
        }
    }

    // ---- the results of writes
    // ----------------------------------------------------------------------------------------

    /** A write is about to fail; what its promise fails with. */
    Throwable failing(Throwable cause, boolean request) {
        if (request && unsent(cause)) {
            channel.life().requestFailed(cause);
        } else if (cause instanceof IOException && !(cause instanceof ClosedChannelException)) {
            if (channel.config().isAutoClose()) {
                channel.life().connectionFailed();
            } else {
                outputEnded = true;
            }
        }
        boolean late = cause instanceof Http2NotSentException notSent
                && (channel.life().over() || tooLate(notSent));
        return channel.refused(late ? new ClosedStreamException(cause) : cause);
    }

    // What fails otherwise is the body, and the session will say how the stream has ended.
    private boolean unsent(Throwable cause) {
        boolean head = cause instanceof Http2NotSentException notSent
                && notSent.retryIsSafe()
                && notSent.reason() != NotSentReason.STREAM_CLOSED;
        return head || channel.streams().unsent(channel.handle());
    }

    private static boolean tooLate(Http2NotSentException notSent) {
        NotSentReason reason = notSent.reason();
        return reason == NotSentReason.STREAM_CLOSED
                || reason == NotSentReason.STREAM_CLOSING
                || reason == NotSentReason.SESSION_CLOSING;
    }

    /** A write is complete, and its promise told. */
    void completed(int size) {
        awaited--;
        channel.countPending(-size);
        channel.life().finish();
    }
}
