package io.h2session.netty.http;

import io.h2session.frame.ErrorCode;
import io.h2session.hpack.HeaderToken;
import io.h2session.hpack.HeaderValues;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.h2session.netty.channel.StreamChannel;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Turns the events of a stream into Netty's {@code HttpObject}s, and {@code HttpObject}s into writes: for handlers that were written
 * for HTTP/1.1. Stands in the pipeline of a stream's channel, one for each:
 *
 * <pre>{@code
 * protected void initChannel(StreamChannel stream) {
 *     stream.pipeline().addLast(HttpStreamCodec.forServer(), new HttpObjectAggregator(65_536), new Greeter());
 * }
 * }</pre>
 *
 * <p><b>Read</b> are {@code HttpRequest}s ({@link StreamRequest}s) or {@code HttpResponse}s, {@code HttpContent}s and a {@code
 * LastHttpContent}; a message that is complete with its head is a {@code Full} one, as each informational response is. Host comes from
 * {@code :authority}; cookies are joined; trailers come without those that must not stand there. Nothing is read that
 * could be taken for more than one message when it is sent on as HTTP/1.1: then the stream is reset with PROTOCOL_ERROR.
 *
 * <p><b>Written</b> are the same, with any {@code HttpHeaders}. The target may have each of the four forms (RFC 9112 section 3.2); what
 * HTTP/2 has no place for is left out (RFC 9113 section 8.2.2). A head waits for the next object or a flush, so that one without
 * content is one frame. Answers to HEAD and 204, 205 and 304 are sent without content, whatever is written for them. A write that
 * cannot be sent is released and fails with {@link IllegalArgumentException} (malformed), {@link IllegalStateException} (out of order),
 * {@link java.nio.channels.ClosedChannelException} (after the end) or what the session says; with a void promise an {@code
 * exceptionCaught} tells of it. The objects that are written are not changed.
 *
 * <p>A {@code FileRegion} between a head and the last content is read as it can be sent, without a copy on the heap. It waits for the
 * last content, and is the only content or comes last.
 *
 * <p>{@code Expect: 100-continue} is the handlers' business. Other messages pass, so that {@link Http2SessionWrite}s and {@code ByteBuf}s
 * can be written beside. {@code HttpServerKeepAliveHandler} and Netty's handlers for WebSocket are of HTTP/1.1 only and must not be used.
 *
 * @since 0.1
 */
public final class HttpStreamCodec extends ChannelDuplexHandler {

    private final boolean server;
    private final HttpStreamOptions options;
    private final IncomingMessages incoming = new IncomingMessages(this);
    private final OutgoingMessages outgoing = new OutgoingMessages(this);

    private ChannelHandlerContext ctx;
    private Http2StreamHandle stream;

    /** Of the request, received or written. */
    private HttpMethod method;

    private IncomingHead request;

    private HttpStreamCodec(boolean server, HttpStreamOptions options) {
        this.server = server;
        this.options = options;
    }

    /** A codec for a stream of a client's. */
    public static HttpStreamCodec forServer() {
        return forServer(HttpStreamOptions.DEFAULT);
    }

    /** {@link #forServer()} with options. */
    public static HttpStreamCodec forServer(HttpStreamOptions options) {
        return new HttpStreamCodec(true, options);
    }

    /** A codec for a stream that a client opens. */
    public static HttpStreamCodec forClient() {
        return forClient(HttpStreamOptions.DEFAULT);
    }

    /** {@link #forClient()} with options. */
    public static HttpStreamCodec forClient(HttpStreamOptions options) {
        return new HttpStreamCodec(false, options);
    }

    // ---- what HTTP/1.1 has no place for ----------------------------------------------------------------------------

    /**
     * The stream. Its number is 0 at a client until the request is sent. Null at a server before the request was received, if the
     * codec stands in another pipeline than that of a {@link StreamChannel}.
     */
    public Http2StreamHandle stream() {
        return stream;
    }

    /** The {@code :scheme} of the request that was received; null if none was, and in a plain CONNECT. */
    public @Nullable String scheme() {
        return request == null ? null : request.scheme();
    }

    /** The {@code :protocol} of the extended CONNECT that was received (RFC 8441); otherwise null. */
    public @Nullable String protocol() {
        return request == null ? null : request.protocol();
    }

    /**
     * Promises the client a response and lets the server's own handlers answer it: {@link StreamChannel#push}. The request is read by
     * the codec of the promised stream as if the client had sent it. On the event loop, at a server, when the request of this stream was
     * received and as long as its response has not ended.
     *
     * @param promised what the client would have asked for, without content; without a Host it goes to the authority of the request
     *     that was received. Not changed; a whole one is released
     * @return the channel of the promised stream. Fails as {@link StreamChannel#push} does, and with {@link IllegalArgumentException}
     *     if there is no such request
     */
    public Future<StreamChannel> push(HttpRequest promised) {
        if (ctx == null || request == null || !(ctx.channel() instanceof StreamChannel channel)) {
            ReferenceCountUtil.release(promised);
            throw new IllegalStateException("no request was received on the channel of a stream");
        }
        try {
            return channel.push(OutgoingFields.pushed(promised, request));
        } catch (IllegalArgumentException wrong) {
            return ctx.executor().newFailedFuture(wrong);
        } finally {
            ReferenceCountUtil.release(promised);
        }
    }

    // ---- for the two directions ------------------------------------------------------------------------------------

    boolean server() {
        return server;
    }

    HttpStreamOptions options() {
        return options;
    }

    HttpMethod method() {
        return method;
    }

    static boolean isConnect(AsciiString name) {
        return name.contentEquals(HttpMethod.CONNECT.asciiName());
    }

    /** The head of the peer's message was received. */
    void received(IncomingHead head) {
        if (server) {
            request = head;
            method = HttpMethod.valueOf(head.method().toString());
        }
    }

    /** The request that is answered has this method. */
    void asked(HttpMethod asked) {
        method = asked;
    }

    /** Our response was written, and this can follow. */
    void answered(ChannelHandlerContext context, ContentKind kind) {
        incoming.answered(context, kind);
    }

    AsciiString defaultScheme(ChannelHandlerContext context) {
        if (options.scheme() != null) {
            return AsciiString.of(options.scheme());
        }
        Channel channel = context.channel();
        Channel connection = channel.parent() == null ? channel : channel.parent();
        return connection.pipeline().get(SslHandler.class) == null ? HeaderValues.HTTP : HeaderValues.HTTPS;
    }

    void reset(ChannelHandlerContext context) {
        context.writeAndFlush(Http2SessionWrite.reset(stream, ErrorCode.PROTOCOL_ERROR), context.voidPromise());
    }

    // ---- the pipeline ----------------------------------------------------------------------------------------------

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        ctx = added;
        if (added.channel() instanceof StreamChannel channel) {
            stream = channel.stream();
        } else if (!server) {
            stream = new Http2StreamHandle();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof Http2SessionEvent.Data data) {
            incoming.data(context, data);
        } else if (message instanceof Http2SessionEvent.Headers headers) {
            stream = headers.stream();
            incoming.headers(context, headers);
        } else {
            if (message instanceof Http2SessionEvent.PushPromise promise) {
                incoming.promise(promise);
                outgoing.requestWasSent();
            }
            context.fireChannelRead(message);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof Http2SessionEvent.Upgraded upgraded) {
            stream = upgraded.stream();
            method = HttpMethod.valueOf(
                    upgraded.request().value(HeaderToken.METHOD).toString());
            outgoing.requestWasSent();
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        incoming.readComplete(context);
    }

    @Override
    public void read(ChannelHandlerContext context) {
        if (incoming.wantsRead()) {
            context.read();
        }
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        outgoing.write(context, message, promise);
    }

    @Override
    public void flush(ChannelHandlerContext context) {
        outgoing.sendHeld(context);
        context.flush();
    }

    @Override
    public void close(ChannelHandlerContext context, ChannelPromise promise) {
        outgoing.dropHeld(context);
        context.close(promise);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        outgoing.dropHeld(context);
        incoming.discard();
        context.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        outgoing.dropHeld(context);
        incoming.discard();
    }
}
