package io.h2session.examples.serve;

import io.h2session.netty.http.StreamRequest;
import io.h2session.netty.http.WebSocketOptions;
import io.h2session.netty.http.WebSocketServerHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.codec.http.websocketx.extensions.compression.WebSocketServerCompressionHandler;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;

/**
 * {@code /websocket}: sends WebSocket messages back. By HTTP/1.1 the handshake is Netty's (RFC 6455) and takes the whole connection;
 * by HTTP/2 it is an extended CONNECT (RFC 8441) and takes a stream. What follows is the same.
 */
final class WebSocketPage implements PipelinePage {
    private static final int MAX_FRAME = 1 << 20;
    private static final String WEBSOCKET = "websocket";
    private static final Page NO_WEBSOCKET = ConstantPage.refusal(
            HttpResponseStatus.UPGRADE_REQUIRED, "this is a WebSocket\n", HttpHeaderNames.UPGRADE, WEBSOCKET);

    private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);

    @Override
    public void answer(ChannelExchange exchange) throws IOException {
        HttpRequest request = exchange.request();
        if (request instanceof StreamRequest stream) {
            if (WEBSOCKET.equalsIgnoreCase(stream.protocol())) {
                acceptOnStream(exchange);
                return;
            }
        } else if (asksForUpgrade(request)) {
            acceptOnConnection(exchange);
            return;
        }
        NO_WEBSOCKET.answer(exchange);
    }

    private static boolean asksForUpgrade(HttpRequest request) {
        return HttpMethod.GET.equals(request.method())
                && request.headers().containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)
                && request.headers().containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true);
    }

    private void acceptOnStream(ChannelExchange exchange) {
        ChannelHandlerContext context = exchange.context();
        ChannelHandlerContext codec = exchange.codec();
        // The handler of requests stays behind them, and tells how the stream has ended.
        context.pipeline()
                .addBefore(
                        context.name(),
                        null,
                        new WebSocketServerHandler(WebSocketOptions.DEFAULT.withMaxFrameBytes(MAX_FRAME)))
                .addBefore(context.name(), null, new WebSocketEcho());
        open.add(context.channel());
        codec.fireChannelRead(exchange.request());
    }

    /** Replaces all handlers behind the codec. What they have read already comes out of the last one that is removed. */
    private void acceptOnConnection(ChannelExchange exchange) {
        ChannelPipeline pipeline = exchange.context().pipeline();
        ChannelHandlerContext waiting = pipeline.context(FlowControlHandler.class);
        WebSocketServerProtocolConfig config = WebSocketServerProtocolConfig.newBuilder()
                .websocketPath("/websocket")
                .checkStartsWith(true)
                .allowExtensions(true)
                .maxFramePayloadLength(MAX_FRAME)
                .forceCloseTimeoutMillis(Server.GOODBYE.toMillis())
                .build();
        pipeline.remove(RequestHandler.class);
        pipeline.remove(Http1Requests.class);
        pipeline.remove(IdleStateHandler.class);
        pipeline.addLast(
                new WebSocketServerCompressionHandler(MAX_FRAME),
                new WebSocketServerProtocolHandler(config),
                new WebSocketEcho());
        open.add(pipeline.channel());
        waiting.fireChannelRead(exchange.request());
        pipeline.remove(FlowControlHandler.class);
    }

    @Override
    public void stop() {
        open.writeAndFlush(new CloseWebSocketFrame(WebSocketCloseStatus.ENDPOINT_UNAVAILABLE));
    }
}
