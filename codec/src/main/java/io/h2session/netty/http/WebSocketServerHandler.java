package io.h2session.netty.http;

import static io.netty.handler.codec.http.HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS;
import static io.netty.handler.codec.http.HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL;
import static io.netty.handler.codec.http.HttpHeaderNames.SEC_WEBSOCKET_VERSION;
import static io.netty.handler.codec.http.websocketx.extensions.compression.PerMessageDeflateServerExtensionHandshaker.MAX_WINDOW_SIZE;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketExtensionData;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketServerExtension;
import io.netty.handler.codec.http.websocketx.extensions.compression.PerMessageDeflateServerExtensionHandshaker;
import java.util.function.Predicate;

/**
 * Accepts WebSockets on the streams of a server (RFC 8441). Stands right behind {@link HttpStreamCodec}; the handlers behind it read and
 * write Netty's {@code WebSocketFrame}s once {@link WebSocketOpened} was fired. Other requests pass on to them. The session
 * must have announced {@code Http2SessionOptions.enableConnectProtocol}.
 *
 * <p>Pings are answered. A Close is answered after the handlers have seen it, and then the stream ends; {@code close()} resets it.
 *
 * @since 0.1
 */
public final class WebSocketServerHandler extends ChannelInboundHandlerAdapter {
    private static final String WEBSOCKET = "websocket";
    private static final String VERSION = "13";

    private final WebSocketOptions options;
    private final Predicate<String> accepts;

    /** Accepts WebSockets for any path. */
    public WebSocketServerHandler(WebSocketOptions options) {
        this(options, path -> true);
    }

    /** @param accepts whether there is a WebSocket behind a path (with its query) */
    public WebSocketServerHandler(WebSocketOptions options, Predicate<String> accepts) {
        this.options = options;
        this.accepts = accepts;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof StreamRequest request
                && WEBSOCKET.equalsIgnoreCase(request.protocol())
                && accepts.test(request.uri())) {
            open(context, request);
        } else {
            context.fireChannelRead(message);
        }
    }

    private void open(ChannelHandlerContext context, StreamRequest request) {
        HttpHeaders asked = request.headers();
        if (!VERSION.equals(asked.get(SEC_WEBSOCKET_VERSION))) {
            HttpResponse refusal = new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1, HttpResponseStatus.BAD_REQUEST, Unpooled.EMPTY_BUFFER);
            refusal.headers().set(SEC_WEBSOCKET_VERSION, VERSION);
            context.writeAndFlush(refusal, context.voidPromise());
            return;
        }
        HttpResponse answer = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        String subprotocol = subprotocol(asked);
        if (subprotocol != null) {
            answer.headers().set(SEC_WEBSOCKET_PROTOCOL, subprotocol);
        }
        WebSocketServerExtension deflate = options.deflate() ? deflate(asked) : null;
        if (deflate != null) {
            answer.headers().set(SEC_WEBSOCKET_EXTENSIONS, WebSocketPipeline.text(deflate.newReponseData()));
        }
        context.writeAndFlush(answer, context.voidPromise());
        WebSocketPipeline.replace(context, false, options, deflate);
        context.fireUserEventTriggered(new WebSocketOpened(request.uri(), subprotocol, deflate != null));
    }

    private String subprotocol(HttpHeaders asked) {
        for (String ours : options.subprotocols()) {
            for (String theirs : asked.getAll(SEC_WEBSOCKET_PROTOCOL)) {
                for (String one : theirs.split(",", -1)) {
                    if (one.trim().equals(ours)) {
                        return ours;
                    }
                }
            }
        }
        return null;
    }

    private WebSocketServerExtension deflate(HttpHeaders asked) {
        // A client may ask that each message is compressed alone (RFC 7692 section 7.1.1). Other windows need jzlib.
        PerMessageDeflateServerExtensionHandshaker handshaker = new PerMessageDeflateServerExtensionHandshaker(
                WebSocketPipeline.LEVEL, false, MAX_WINDOW_SIZE, true, true, options.maxFrameBytes());
        String field = String.join(",", asked.getAll(SEC_WEBSOCKET_EXTENSIONS));
        for (WebSocketExtensionData offer : WebSocketPipeline.extensions(field.isEmpty() ? null : field)) {
            WebSocketServerExtension extension = handshaker.handshakeExtension(offer);
            if (extension != null) {
                return extension;
            }
        }
        return null;
    }
}
