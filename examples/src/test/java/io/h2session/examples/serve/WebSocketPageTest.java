package io.h2session.examples.serve;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.examples.net.Transport;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.channel.Http2StreamsHandler;
import io.h2session.netty.channel.StreamBootstrap;
import io.h2session.netty.http.HttpStreamCodec;
import io.h2session.netty.http.WebSocketClientHandler;
import io.h2session.netty.http.WebSocketOpened;
import io.h2session.netty.http.WebSocketOptions;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler.ClientHandshakeStateEvent;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import io.netty.handler.codec.http.websocketx.extensions.compression.WebSocketClientCompressionHandler;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient.Version;
import java.net.http.HttpResponse;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code /websocket}, by both versions of HTTP. */
@Timeout(180)
class WebSocketPageTest {
    private static final int PATIENCE_SECONDS = 60;

    private final EventLoopGroup loop = Transport.best().eventLoops(1);
    private final BlockingQueue<Object> received = new LinkedBlockingQueue<>();
    private BothVersions both;

    @BeforeEach
    void start() throws Exception {
        both = new BothVersions(Pages.builtIn());
    }

    @AfterEach
    void stop() {
        both.close();
        loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
        received.forEach(ReferenceCountUtil::release);
    }

    /** Frames, and what tells that it is open or over. */
    private final class Frames extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            received.add(message);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof WebSocketOpened || event == ClientHandshakeStateEvent.HANDSHAKE_COMPLETE) {
                received.add("open");
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            received.add("over");
        }
    }

    private Channel open(Version version) throws Exception {
        Channel channel = version == Version.HTTP_2 ? onStream() : onConnection();
        assertThat(received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo("open");
        return channel;
    }

    private Channel connect(Consumer<ChannelPipeline> handlers) throws InterruptedException {
        return new Bootstrap()
                .group(loop)
                .channel(Transport.best().channel())
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        handlers.accept(channel.pipeline());
                    }
                })
                .connect("127.0.0.1", both.server().port())
                .sync()
                .channel();
    }

    private Channel onConnection() throws Exception {
        URI uri = URI.create("ws://127.0.0.1:" + both.server().port() + "/websocket?x=1");
        return connect(pipeline -> pipeline.addLast(
                new HttpClientCodec(),
                new HttpObjectAggregator(8192),
                new WebSocketClientCompressionHandler(0),
                new WebSocketClientProtocolHandler(
                        uri, WebSocketVersion.V13, null, true, EmptyHttpHeaders.INSTANCE, 1 << 20),
                new Frames()));
    }

    private Channel onStream() throws Exception {
        CompletableFuture<Void> settings = new CompletableFuture<>();
        Channel connection = connect(pipeline -> pipeline.addLast(
                Http2SessionHandler.forClient().build(),
                Http2StreamsHandler.builder().build(),
                new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext context, Object message) {
                        // Those of the server, which allow an extended CONNECT.
                        if (message instanceof Http2SessionEvent.Settings those && !those.ack()) {
                            settings.complete(null);
                        }
                        ReferenceCountUtil.release(message);
                    }
                }));
        settings.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return new StreamBootstrap(connection)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel stream) {
                        stream.pipeline()
                                .addLast(
                                        HttpStreamCodec.forClient(),
                                        new WebSocketClientHandler(
                                                WebSocketOptions.DEFAULT,
                                                "http",
                                                "localhost",
                                                "/websocket?x=1",
                                                EmptyHttpHeaders.INSTANCE),
                                        new Frames());
                    }
                })
                .open()
                .sync()
                .getNow();
    }

    private WebSocketFrame next() throws Exception {
        Object next = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(next).isInstanceOf(WebSocketFrame.class);
        return (WebSocketFrame) next;
    }

    private void assertText(String expected) throws Exception {
        TextWebSocketFrame frame = (TextWebSocketFrame) next();
        assertThat(frame.text()).isEqualTo(expected);
        frame.release();
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void messagesOfAllKindsComeBack(Version version) throws Exception {
        Channel socket = open(version);
        socket.writeAndFlush(new TextWebSocketFrame("gr\u00fc\u00dfe"));
        assertText("gr\u00fc\u00dfe");

        byte[] bytes = new byte[60_000];
        new Random(2).nextBytes(bytes);
        socket.writeAndFlush(new BinaryWebSocketFrame(Unpooled.wrappedBuffer(bytes)));
        BinaryWebSocketFrame binary = (BinaryWebSocketFrame) next();
        assertThat(binary.content()).isEqualTo(Unpooled.wrappedBuffer(bytes));
        binary.release();

        socket.write(new TextWebSocketFrame(false, 0, "one "));
        socket.writeAndFlush(new ContinuationWebSocketFrame(true, 0, "message"));
        TextWebSocketFrame first = (TextWebSocketFrame) next();
        ContinuationWebSocketFrame second = (ContinuationWebSocketFrame) next();
        assertThat(first.isFinalFragment()).isFalse();
        assertThat(first.text() + second.text()).isEqualTo("one message");
        first.release();
        second.release();

        socket.writeAndFlush(new PingWebSocketFrame(Unpooled.copiedBuffer("still there?", UTF_8)));
        socket.writeAndFlush(new TextWebSocketFrame("yes"));
        WebSocketFrame pong = next();
        if (pong instanceof PongWebSocketFrame) {
            pong.release();
            assertText("yes");
        } else {
            pong.release();
        }
        socket.close().sync();
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void aCloseIsAnsweredAndEndsIt(Version version) throws Exception {
        Channel socket = open(version);

        socket.writeAndFlush(new CloseWebSocketFrame(1000, "bye"));

        Object next = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (next instanceof CloseWebSocketFrame close) {
            assertThat(close.statusCode()).isEqualTo(1000);
            close.release();
            next = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
        assertThat(next).isEqualTo("over");
        assertThat(socket.closeFuture().await(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void manyMessagesComeBackInOrderThoughTheClientReadsLate(Version version) throws Exception {
        Channel socket = open(version);
        socket.config().setAutoRead(false);
        int count = 2000;
        String padding = "x".repeat(1000);
        CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < count; i++) {
                socket.writeAndFlush(new TextWebSocketFrame(i + padding));
            }
        });
        socket.config().setAutoRead(true);

        for (int i = 0; i < count; i++) {
            assertText(i + padding);
        }
        sent.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        socket.close().sync();
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void theServerSaysGoodbyeWhenItStops(Version version) throws Exception {
        open(version);

        CompletableFuture<Void> closing = CompletableFuture.runAsync(both::close);

        Object next = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (next instanceof CloseWebSocketFrame close) {
            assertThat(close.statusCode()).isEqualTo(1001);
            close.release();
            next = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
        assertThat(next).isEqualTo("over");
        closing.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(both.server().requests()).hasToString("1 requests: 1 answered, 0 given up by clients, 0 lost");
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void whoDoesNotAskForAWebSocketIsToldWhatItIs(Version version) throws Exception {
        HttpResponse<byte[]> response = both.get(version, "/websocket");

        assertThat(response.statusCode()).isEqualTo(426);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 100_000})
    void aHandshakeMayComeInPieces(int piece) throws Exception {
        byte[] handshake = """
                GET /websocket HTTP/1.1
                Host: a
                Connection: keep-alive, Upgrade
                Upgrade: websocket
                Sec-WebSocket-Version: 13
                Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==

                """.replace("\n", "\r\n").getBytes(ISO_8859_1);
        byte[] frame = {(byte) 0x82, (byte) 0x83, 0, 0, 0, 0, 'a', 'b', 'c'};
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), both.server().port())) {
            socket.setSoTimeout(60_000);
            socket.setTcpNoDelay(true);
            send(socket, handshake, piece);
            assertThat(readTo(socket, "\r\n\r\n"))
                    .startsWith("HTTP/1.1 101 ")
                    .contains("sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n");
            send(socket, frame, piece);
            assertThat(readTo(socket, "abc")).isEqualTo("\u0082\u0003abc");
        }
    }

    private static void send(Socket socket, byte[] bytes, int piece) throws IOException {
        for (int at = 0; at < bytes.length; at += piece) {
            socket.getOutputStream().write(bytes, at, Math.min(piece, bytes.length - at));
        }
    }

    private static String readTo(Socket socket, String end) throws IOException {
        StringBuilder read = new StringBuilder();
        while (!read.toString().endsWith(end)) {
            int next = socket.getInputStream().read();
            assertThat(next).as("after %s", read).isNotNegative();
            read.append((char) next);
        }
        return read.toString();
    }

    @Test
    void eachWebSocketIsOneRequest() throws Exception {
        open(Version.HTTP_1_1).close().sync();
        assertThat(received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo("over");
        Channel stream = open(Version.HTTP_2);
        stream.close().sync();
        stream.parent().close().sync();
        both.close();

        assertThat(both.server().requests().begun()).isEqualTo(2);
    }
}
