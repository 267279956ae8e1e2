package io.h2session.examples.documents;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.examples.testing.TestClient;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.channel.Http2StreamsHandler;
import io.h2session.netty.channel.StreamChannel;
import io.h2session.netty.http.HttpStreamCodec;
import io.h2session.netty.inspect.Http2Inspector;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The code of the section about the inspector: it shows a server of one's own, on a port and on a stream. */
class InspectorGuideTest {
    private final EventLoopGroup eventLoops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

    Http2Inspector inspector = Http2Inspector.builder().build();

    @AfterEach
    void stop() {
        eventLoops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /** Answers every request with 204. */
    @Sharable
    private static final class Hello extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof LastHttpContent) {
                ctx.writeAndFlush(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.NO_CONTENT));
            }
            ReferenceCountUtil.release(message);
        }
    }

    private Channel server() throws InterruptedException {
        return new ServerBootstrap()
                .group(eventLoops)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        Http2SessionHandler session = Http2SessionHandler.forServer()
                                .observer(inspector)
                                .build();
                        channel.pipeline()
                                .addLast(
                                        session,
                                        Http2StreamsHandler.builder()
                                                .childHandler(new ChannelInitializer<StreamChannel>() {
                                                    @Override
                                                    protected void initChannel(StreamChannel stream) {
                                                        withInspector(stream);
                                                    }
                                                })
                                                .build());
                    }
                })
                .bind("127.0.0.1", 0)
                .sync()
                .channel();
    }

    private void withInspector(StreamChannel stream) {
        stream.pipeline().addLast(HttpStreamCodec.forServer(), inspector.handler("/inspector/"), new Hello());
    }

    private static String text(TestClient.Response response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    private static int port(Channel listening) {
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }

    @Test
    void theServerShowsItsOwnConnectionOnAStream() throws Exception {
        try (TestClient client = TestClient.connect(port(server()))) {
            assertThat(client.get("/").status()).isEqualTo("204");
            assertThat(text(client.get("/inspector/"))).contains("h2session inspector");
            assertThat(text(client.get("/inspector/sessions")))
                    .contains("\"sessions\":1", "\"streams\":3", "\"peer\":\"127.0.0.1:");
        }
    }

    @Test
    void aPortOfItsOwnShowsTheServer() throws Exception {
        Channel page = listen();
        try (TestClient client = TestClient.connect(port(server()))) {
            client.get("/");
            URI sessions = URI.create("http://127.0.0.1:" + port(page) + "/sessions");
            assertThat(HttpClient.newHttpClient()
                            .send(HttpRequest.newBuilder(sessions).build(), BodyHandlers.ofString())
                            .body())
                    .contains("\"sessions\":1", "\"streams\":1");
        }
    }

    private Channel listen() throws InterruptedException {
        return listening().sync().channel();
    }

    private ChannelFuture listening() {
        return inspector.listen(new ServerBootstrap().group(eventLoops).channel(NioServerSocketChannel.class), 0);
    }
}
