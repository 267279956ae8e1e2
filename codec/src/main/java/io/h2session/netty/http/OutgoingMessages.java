package io.h2session.netty.http;

import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.FileRegion;
import io.netty.handler.codec.UnsupportedMessageTypeException;
import io.netty.handler.codec.http.FullHttpMessage;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;

/**
 * What one stream sends, given as objects of HTTP/1.1.
 *
 * <pre>
 *   HEAD ─┬─► (1xx) ─► HEAD                    an empty last content behind a 1xx ends nothing
 *         ├─► HELD ─► CONTENT* ─► ENDED        a head waits for what comes next, or a flush: it may be all there is
 *         ├─► EMPTY ─► ENDED                   answers to HEAD, 204, 205, 304: sent whole; content is dropped
 *         └─► ENDED                            a whole message
 * </pre>
 *
 * <p>What is out of this order is released and fails; nothing is sent for it. How long the content is the session compares with what
 * was announced.
 */
final class OutgoingMessages {
    private enum State {
        HEAD,
        AFTER_INFORMATIONAL,
        HELD,
        CONTENT,
        EMPTY,
        ENDED
    }

    private final HttpStreamCodec codec;
    private State state = State.HEAD;
    private HeaderList heldHeaders;
    private ChannelPromise heldPromise;

    /** A file that waits for the end of the message; null if there is none. */
    private FileRegion file;

    private ChannelPromise filePromise;

    /** What can follow the head that was written. */
    private ContentKind kind = ContentKind.CONTENT;

    /** Of a response that ended with its head, though content is written for it. */
    private ChannelFuture whole;

    OutgoingMessages(HttpStreamCodec codec) {
        this.codec = codec;
    }

    void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof HttpMessage head) {
            if (codec.server() ? head instanceof HttpResponse : head instanceof HttpRequest) {
                head(context, head, promise);
            } else {
                refuse(
                        context,
                        message,
                        promise,
                        new UnsupportedMessageTypeException(
                                message, codec.server() ? HttpResponse.class : HttpRequest.class, HttpContent.class));
            }
        } else if (message instanceof HttpContent content) {
            content(context, content, promise);
        } else if (message instanceof FileRegion region) {
            file(context, region, promise);
        } else if (message instanceof ByteBuf && state == State.EMPTY) {
            ReferenceCountUtil.release(message);
            follow(whole, promise);
        } else {
            sendHeld(context);
            context.write(message, promise);
        }
    }

    // ---- heads -----------------------------------------------------------------------------------------------------

    private void head(ChannelHandlerContext context, HttpMessage head, ChannelPromise promise) {
        Http2StreamHandle stream = codec.stream();
        HeaderList headers;
        try {
            requireOrder(stream);
            headers = codec.server()
                    ? OutgoingFields.response((HttpResponse) head, codec.method())
                    : OutgoingFields.request((HttpRequest) head, codec.defaultScheme(context));
        } catch (IllegalArgumentException | IllegalStateException wrong) {
            refuse(context, head, promise, wrong);
            return;
        }
        if (head instanceof HttpResponse response) {
            int status = response.status().code();
            if (status / 100 == 1) {
                informational(context, head, headers, promise);
                return;
            }
            kind = ContentKind.ofResponse(codec.method(), status);
            if (kind == ContentKind.NOTHING) {
                state = head instanceof LastHttpContent ? State.ENDED : State.EMPTY;
                ReferenceCountUtil.release(head);
                whole = writeHead(context, Http2SessionWrite.response(stream, headers), promise.unvoid());
                return;
            }
        } else {
            codec.asked(((HttpRequest) head).method());
        }
        if (head instanceof FullHttpMessage full) {
            whole(context, full, headers, promise);
        } else {
            heldHeaders = headers;
            heldPromise = promise;
            state = State.HELD;
        }
    }

    /** The request that is answered was sent in HTTP/1.1, or is the one that the server has promised to answer. */
    void requestWasSent() {
        state = State.ENDED;
    }

    private void requireOrder(Http2StreamHandle stream) {
        if (stream == null) {
            throw new IllegalStateException("no request was received");
        }
        if (state != State.HEAD && state != State.AFTER_INFORMATIONAL) {
            throw new IllegalStateException("the head of the message was written before");
        }
    }

    private void informational(
            ChannelHandlerContext context, HttpMessage head, HeaderList headers, ChannelPromise promise) {
        if (head instanceof HttpContent full && full.content().isReadable()) {
            refuse(context, head, promise, new IllegalArgumentException("an informational response has no content"));
            return;
        }
        state = head instanceof LastHttpContent ? State.HEAD : State.AFTER_INFORMATIONAL;
        ReferenceCountUtil.release(head);
        context.write(Http2SessionWrite.informational(codec.stream(), headers), promise);
    }

    private void whole(
            ChannelHandlerContext context, FullHttpMessage message, HeaderList headers, ChannelPromise promise) {
        HeaderList trailers = HeaderList.EMPTY;
        if (!message.trailingHeaders().isEmpty()) {
            try {
                trailers = OutgoingFields.trailers(message.trailingHeaders());
            } catch (IllegalArgumentException wrong) {
                refuse(context, message, promise, wrong);
                return;
            }
        }
        state = State.ENDED;
        ByteBuf content = message.content().isReadable() ? message.content().retain() : null;
        message.release();
        if (trailers.isEmpty()) {
            writeHead(context, content == null ? head(headers, true) : message(headers, content), promise);
            return;
        }
        WriteParts parts = new WriteParts(promise);
        writeHead(context, head(headers, false), parts.next(context));
        if (content != null) {
            context.write(Http2SessionWrite.data(codec.stream(), content, false), parts.next(context));
        }
        context.write(Http2SessionWrite.trailers(codec.stream(), trailers), parts.last(context));
    }

    private Http2SessionWrite head(HeaderList headers, boolean ends) {
        Http2StreamHandle stream = codec.stream();
        if (codec.server()) {
            return ends ? Http2SessionWrite.response(stream, headers) : Http2SessionWrite.responseHead(stream, headers);
        }
        return ends ? Http2SessionWrite.request(stream, headers) : Http2SessionWrite.requestHead(stream, headers);
    }

    private Http2SessionWrite message(HeaderList headers, ByteBuf content) {
        return codec.server()
                ? Http2SessionWrite.response(codec.stream(), headers, content)
                : Http2SessionWrite.request(codec.stream(), headers, content);
    }

    /** Writes a head. If the session refuses it at once nothing has changed, and something better can be written. */
    private ChannelFuture writeHead(ChannelHandlerContext context, Http2SessionWrite write, ChannelPromise promise) {
        ChannelFuture future = context.write(write, promise);
        if (future.isDone() && !future.isSuccess()) {
            state = State.HEAD;
        } else if (codec.server()) {
            codec.answered(context, kind);
        }
        return future;
    }

    // ---- files -----------------------------------------------------------------------------------------------------

    /** It waits for the end of the message, which is sent with it, or for trailers. */
    private void file(ChannelHandlerContext context, FileRegion region, ChannelPromise promise) {
        if (state == State.EMPTY) {
            region.release();
            follow(whole, promise);
        } else if (state != State.HELD && state != State.CONTENT) {
            refuse(
                    context,
                    region,
                    promise,
                    state == State.ENDED
                            ? new ClosedChannelException()
                            : new IllegalStateException("no head was written"));
        } else if (file != null) {
            refuse(context, region, promise, new IllegalStateException("a file is the last of the content"));
        } else {
            file = region;
            filePromise = promise;
        }
    }

    private void sendFile(
            ChannelHandlerContext context, LastHttpContent last, HeaderList trailers, ChannelPromise promise) {
        FileRegion region = file;
        ChannelPromise body = filePromise.unvoid();
        file = null;
        filePromise = null;
        last.release();
        state = State.ENDED;
        context.write(Http2SessionWrite.body(codec.stream(), new FileRegionSource(region)), body);
        if (trailers.isEmpty()) {
            follow(body, promise);
        } else {
            context.write(Http2SessionWrite.trailers(codec.stream(), trailers), promise);
        }
    }

    // ---- content ---------------------------------------------------------------------------------------------------

    private void content(ChannelHandlerContext context, HttpContent content, ChannelPromise promise) {
        switch (state) {
            case HELD, CONTENT -> {
                boolean between = !(content instanceof LastHttpContent)
                        || content.content().isReadable();
                if (file != null && between) {
                    refuse(context, content, promise, new IllegalStateException("a file is the last of the content"));
                } else {
                    send(context, content, promise);
                }
            }
            case EMPTY -> {
                if (content instanceof LastHttpContent) {
                    state = State.ENDED;
                }
                content.release();
                follow(whole, promise);
            }
            case AFTER_INFORMATIONAL -> afterInformational(context, content, promise);
            case ENDED -> refuse(context, content, promise, new ClosedChannelException());
            default -> refuse(context, content, promise, new IllegalStateException("no head was written"));
        }
    }

    /** HTTP/1.1 codecs want every message to end, even one that never has content. */
    private void afterInformational(ChannelHandlerContext context, HttpContent content, ChannelPromise promise) {
        if (!(content instanceof LastHttpContent) || content.content().isReadable()) {
            refuse(context, content, promise, new IllegalStateException("an informational response has no content"));
            return;
        }
        state = State.HEAD;
        content.release();
        if (!promise.isVoid()) {
            promise.trySuccess();
        }
    }

    private void send(ChannelHandlerContext context, HttpContent content, ChannelPromise promise) {
        if (!(content instanceof LastHttpContent last)) {
            if (headSent(context, content, promise)) {
                context.write(data(content, false), HttpStreamMessages.credited(content, promise));
            }
            return;
        }
        HeaderList trailers = HeaderList.EMPTY;
        if (!last.trailingHeaders().isEmpty()) {
            try {
                trailers = OutgoingFields.trailers(last.trailingHeaders());
            } catch (IllegalArgumentException wrong) {
                refuse(context, content, promise, wrong);
                return;
            }
        }
        boolean readable = last.content().isReadable();
        if (state == State.HELD && !readable && trailers.isEmpty() && file == null) {
            endWithHead(context, last, promise);
            return;
        }
        if (!headSent(context, content, promise)) {
            return;
        }
        if (file != null) {
            sendFile(context, last, trailers, promise);
            return;
        }
        state = State.ENDED;
        if (trailers.isEmpty()) {
            context.write(data(last, true), HttpStreamMessages.credited(last, promise));
            return;
        }
        if (readable) {
            WriteParts parts = new WriteParts(promise);
            ChannelPromise first = parts.next(context);
            context.write(data(last, false), HttpStreamMessages.credited(last, first));
            context.write(Http2SessionWrite.trailers(codec.stream(), trailers), parts.last(context));
        } else {
            last.release();
            context.write(Http2SessionWrite.trailers(codec.stream(), trailers), promise);
        }
    }

    /** Sends a head that waits. If the session refuses it there is nothing that a content could follow. */
    private boolean headSent(ChannelHandlerContext context, HttpContent content, ChannelPromise promise) {
        sendHeld(context);
        if (state != State.CONTENT) {
            refuse(context, content, promise, new IllegalStateException("the head was refused"));
        }
        return state == State.CONTENT;
    }

    /** The head turned out to be all there is: one HEADERS, which ends the stream. */
    private void endWithHead(ChannelHandlerContext context, LastHttpContent last, ChannelPromise promise) {
        ChannelPromise first = heldPromise;
        HeaderList headers = heldHeaders;
        heldPromise = null;
        heldHeaders = null;
        state = State.ENDED;
        last.release();
        if (first.isVoid()) {
            writeHead(context, head(headers, true), promise);
        } else {
            follow(writeHead(context, head(headers, true), first), promise);
        }
    }

    private Http2SessionWrite data(HttpContent content, boolean ends) {
        ByteBuf bytes = content.content();
        return Http2SessionWrite.data(
                codec.stream(), bytes.isReadable() ? bytes.retain() : Unpooled.EMPTY_BUFFER, ends);
    }

    // ---- what waits ------------------------------------------------------------------------------------------------

    /** Sends a head that waits for what follows. */
    void sendHeld(ChannelHandlerContext context) {
        if (state == State.HELD) {
            ChannelPromise promise = heldPromise;
            HeaderList headers = heldHeaders;
            heldPromise = null;
            heldHeaders = null;
            state = State.CONTENT;
            writeHead(context, head(headers, false), promise);
        }
    }

    /** What waits will not be sent. */
    void dropHeld(ChannelHandlerContext context) {
        if (file != null) {
            FileRegion region = file;
            ChannelPromise promise = filePromise;
            file = null;
            filePromise = null;
            refuse(context, region, promise, new ClosedChannelException());
        }
        if (state == State.HELD) {
            ChannelPromise promise = heldPromise;
            heldPromise = null;
            heldHeaders = null;
            state = State.ENDED;
            fail(context, promise, new ClosedChannelException());
        }
    }

    // ---- promises --------------------------------------------------------------------------------------------------

    private static void refuse(ChannelHandlerContext context, Object message, ChannelPromise promise, Throwable cause) {
        ReferenceCountUtil.release(message);
        fail(context, promise, cause);
    }

    // A failure that no promise reports goes to the pipeline: the stream cannot end as its handlers intended.
    private static void fail(ChannelHandlerContext context, ChannelPromise promise, Throwable cause) {
        if (promise.isVoid()) {
            context.fireExceptionCaught(cause);
        } else {
            promise.tryFailure(cause);
        }
    }

    /** Completes a promise as another write does. */
    private static void follow(ChannelFuture before, ChannelPromise promise) {
        if (promise.isVoid()) {
            return;
        }
        before.addListener(done -> {
            if (done.isSuccess()) {
                promise.trySuccess();
            } else {
                promise.tryFailure(done.cause());
            }
        });
    }
}
