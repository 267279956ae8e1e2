package io.h2session.interop;

import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.channel.Http2StreamsHandler;
import io.h2session.netty.channel.StreamBootstrap;
import io.h2session.netty.channel.StreamChannel;
import io.h2session.netty.http.HttpStreamCodec;
import io.h2session.netty.http.WebSocketClientHandler;
import io.h2session.netty.http.WebSocketOpened;
import io.h2session.netty.http.WebSocketOptions;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Our WebSockets over HTTP/2 (RFC 8441) against another's server that echoes messages: text, binary, fragments, ping, close, with
 * permessage-deflate and without.
 *
 * <p>Usage: {@code java -cp benchmarks.jar io.h2session.interop.WebSocketClient PORT PATH}, without TLS.
 */
public final class WebSocketClient {
    private static final int WAIT_SECONDS = 30;
    private static final String LONG = "to be or not to be, ".repeat(2000);

    private WebSocketClient() {}

    /** Fails if the server answers anything else than it should. */
    public static void main(String[] args) throws Exception {
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        try {
            // The server has to announce that it knows extended CONNECT.
            FirstSettings settings = new FirstSettings();
            Channel connection = new Bootstrap()
                    .group(group)
                    .channel(NioSocketChannel.class)
                    .handler(new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            channel.pipeline()
                                    .addLast(
                                            Http2SessionHandler.forClient()
                                                    .automaticConnectionWindow(true)
                                                    .build(),
                                            Http2StreamsHandler.builder().build(),
                                            settings);
                        }
                    })
                    .connect("127.0.0.1", Integer.parseInt(args[0]))
                    .sync()
                    .channel();
            if (!settings.received.await(WAIT_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the server sent no SETTINGS");
            }
            for (boolean deflate : new boolean[] {false, true}) {
                talk(connection, "127.0.0.1:" + args[0], args[1], deflate);
            }
            connection.close().sync();
        } finally {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }

    private static void talk(Channel connection, String authority, String path, boolean deflate) throws Exception {
        Talk talk = new Talk(deflate);
        WebSocketOptions options = WebSocketOptions.DEFAULT.withDeflate(deflate);
        new StreamBootstrap(connection)
                .handler(new ChannelInitializer<StreamChannel>() {
                    @Override
                    protected void initChannel(StreamChannel stream) {
                        stream.pipeline()
                                .addLast(
                                        HttpStreamCodec.forClient(),
                                        new WebSocketClientHandler(options, "http", authority, path, null),
                                        talk);
                    }
                })
                .open()
                .sync();
        String heard = talk.over.get(WAIT_SECONDS, TimeUnit.SECONDS);
        String wanted = String.join(
                "\n",
                List.of(
                        "text gr\u00fc\u00dfe",
                        "binary 0001ff",
                        "text " + LONG,
                        "text in two",
                        "pong 70",
                        "close 1000"));
        if (!heard.equals(wanted)) {
            throw new IllegalStateException("deflate " + deflate + ", heard: " + heard.replace(LONG, "LONG"));
        }
        System.out.println("deflate " + deflate + ": ok");
    }

    /** Sees when the server's SETTINGS come. */
    private static final class FirstSettings extends ChannelInboundHandlerAdapter {
        private final CountDownLatch received = new CountDownLatch(1);

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event == Http2SessionEvent.FactChanged.SETTINGS_RECEIVED) {
                received.countDown();
            }
            ctx.fireUserEventTriggered(event);
        }
    }

    /** What is said, and what is heard; fragments are put together. */
    private static final class Talk extends SimpleChannelInboundHandler<WebSocketFrame> {
        private final CompletableFuture<String> over = new CompletableFuture<>();
        private final StringBuilder heard = new StringBuilder();
        private final boolean deflate;
        private String kind = "";
        private final ByteArrayOutputStream content = new ByteArrayOutputStream();

        Talk(boolean deflate) {
            this.deflate = deflate;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof WebSocketOpened opened) {
                if (opened.deflate() != deflate) {
                    over.completeExceptionally(new IllegalStateException("deflate: " + opened.deflate()));
                }
                ctx.write(new TextWebSocketFrame("gr\u00fc\u00dfe"));
                ctx.write(new BinaryWebSocketFrame(Unpooled.wrappedBuffer(new byte[] {0, 1, -1})));
                ctx.write(new TextWebSocketFrame(LONG));
                ctx.write(new TextWebSocketFrame(false, 0, "in "));
                ctx.write(new ContinuationWebSocketFrame(true, 0, "two"));
                ctx.write(new PingWebSocketFrame(Unpooled.wrappedBuffer(new byte[] {'p'})));
                ctx.writeAndFlush(new CloseWebSocketFrame(1000, ""));
            }
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, WebSocketFrame frame) {
            if (frame instanceof CloseWebSocketFrame close) {
                heard.append("close ").append(close.statusCode());
                return;
            }
            boolean text = frame instanceof TextWebSocketFrame;
            if (!(frame instanceof ContinuationWebSocketFrame)) {
                kind = text ? "text" : frame instanceof BinaryWebSocketFrame ? "binary" : "pong";
                content.reset();
            }
            // A fragment may end within a character.
            content.writeBytes(ByteBufUtil.getBytes(frame.content()));
            if (frame.isFinalFragment()) {
                heard.append(kind)
                        .append(' ')
                        .append(
                                kind.equals("text")
                                        ? content.toString(StandardCharsets.UTF_8)
                                        : ByteBufUtil.hexDump(content.toByteArray()))
                        .append('\n');
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            over.complete(heard.toString());
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            over.completeExceptionally(cause);
            ctx.close();
        }
    }
}
