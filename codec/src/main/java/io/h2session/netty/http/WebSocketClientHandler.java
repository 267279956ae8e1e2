package io.h2session.netty.http;

import static io.netty.handler.codec.http.HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS;
import static io.netty.handler.codec.http.HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL;
import static io.netty.handler.codec.http.HttpHeaderNames.SEC_WEBSOCKET_VERSION;
import static io.netty.handler.codec.http.websocketx.extensions.compression.PerMessageDeflateServerExtensionHandshaker.MAX_WINDOW_SIZE;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.websocketx.WebSocketHandshakeException;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketClientExtension;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketExtensionData;
import io.netty.handler.codec.http.websocketx.extensions.compression.PerMessageDeflateClientExtensionHandshaker;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes a WebSocket of a stream that a client opens (RFC 8441). Stands right behind {@link HttpStreamCodec}, and asks as soon as
 * the channel is active. When the server agrees {@link WebSocketOpened} is fired, and the handlers behind it read and write
 * Netty's {@code WebSocketFrame}s. Otherwise {@code exceptionCaught} is fired, with a {@link WebSocketHandshakeException} if the server
 * refused, and the stream is closed.
 *
 * <p>Pings are answered. A Close is answered after the handlers have seen it, and then the stream ends; {@code close()} resets it.
 *
 * @since 0.1
 */
public final class WebSocketClientHandler extends ChannelInboundHandlerAdapter {
    private final StreamRequest request;
    private final WebSocketOptions options;
    private final PerMessageDeflateClientExtensionHandshaker deflate;
    private boolean asked;
    private boolean over;

    /**
     * @param scheme {@code https} or {@code http}; null for what {@link HttpStreamOptions#scheme()} or TLS says
     * @param authority host and perhaps port
     * @param path path and query, beginning with a slash
     * @param more further header fields of the request; null for none
     */
    public WebSocketClientHandler(
            WebSocketOptions options,
            @Nullable String scheme,
            String authority,
            String path,
            @Nullable HttpHeaders more) {
        this.options = options;
        // A server may ask that each message is compressed alone (RFC 7692 section 7.1.1.2). Other windows need jzlib.
        deflate = new PerMessageDeflateClientExtensionHandshaker(
                WebSocketPipeline.LEVEL, false, MAX_WINDOW_SIZE, true, false, options.maxFrameBytes());
        request = StreamRequest.connect("websocket", scheme, authority, path);
        HttpHeaders headers = request.headers();
        if (more != null) {
            headers.add(more);
        }
        headers.set(SEC_WEBSOCKET_VERSION, "13");
        if (!options.subprotocols().isEmpty()) {
            headers.set(SEC_WEBSOCKET_PROTOCOL, String.join(", ", options.subprotocols()));
        }
        if (options.deflate()) {
            headers.set(SEC_WEBSOCKET_EXTENSIONS, WebSocketPipeline.text(deflate.newRequestData()));
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        // Not yet: the handlers behind may still have to be added, and channelActive may still come.
        if (context.channel().isActive()) {
            context.executor().execute(() -> ask(context));
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        ask(context);
        context.fireChannelActive();
    }

    private void ask(ChannelHandlerContext context) {
        if (!asked && !context.isRemoved()) {
            asked = true;
            context.writeAndFlush(request).addListener(sent -> {
                if (!sent.isSuccess()) {
                    fail(context, sent.cause());
                }
            });
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof HttpResponse response) || over) {
            // The content of a refusal.
            ReferenceCountUtil.release(message);
            return;
        }
        int status = response.status().code();
        ReferenceCountUtil.release(message);
        if (status / 100 == 1) {
            return;
        }
        if (status / 100 != 2) {
            fail(context, new WebSocketHandshakeException("the server answered " + status));
            return;
        }
        open(context, response.headers());
    }

    private void open(ChannelHandlerContext context, HttpHeaders answer) {
        String subprotocol = answer.get(SEC_WEBSOCKET_PROTOCOL);
        List<WebSocketExtensionData> extensions = WebSocketPipeline.extensions(answer.get(SEC_WEBSOCKET_EXTENSIONS));
        WebSocketClientExtension agreed =
                extensions.size() == 1 && options.deflate() ? deflate.handshakeExtension(extensions.get(0)) : null;
        if ((subprotocol != null && !options.subprotocols().contains(subprotocol))
                || (agreed == null && !extensions.isEmpty())) {
            fail(context, new WebSocketHandshakeException("the server chose what was not offered"));
            return;
        }
        over = true;
        WebSocketPipeline.replace(context, true, options, agreed);
        context.fireUserEventTriggered(new WebSocketOpened(request.uri(), subprotocol, agreed != null));
    }

    private void fail(ChannelHandlerContext context, Throwable cause) {
        if (!over) {
            over = true;
            context.fireExceptionCaught(cause);
            context.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        fail(context, new ClosedChannelException());
        context.fireChannelInactive();
    }
}
