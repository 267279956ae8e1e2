package io.h2session.examples.documents;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.examples.hello.Hello;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.client.Http2Requests;
import io.h2session.netty.client.Http2Response;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.Future;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The servers of the guides answer. */
class GuidesTest {
    private static final int MOST = 2 * 1024 * 1024;

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

    @AfterEach
    void end() throws InterruptedException {
        group.shutdownGracefully(0, 10, TimeUnit.SECONDS).await();
    }

    @Test
    void theBytesOfAnUploadAreCounted() throws Exception {
        Channel server = serve(new HandlerGuide.Connections());
        Http2Response response = ask(server.localAddress(), "POST", Unpooled.wrappedBuffer(new byte[1_000_000]));
        assertThat(text(response)).isEqualTo("1000000 bytes\n");
        assertThat(text(ask(server.localAddress(), "GET", Unpooled.EMPTY_BUFFER)))
                .isEqualTo("0 bytes\n");
    }

    @Test
    void aBodyIsWrittenInPieces() throws Exception {
        Channel server = serve(new ChannelInitializer<SocketChannel>() {
            @Override
            protected void initChannel(SocketChannel channel) {
                channel.pipeline().addLast(Http2SessionHandler.forServer().build(), new HandlerGuide.Pieces());
            }
        });
        assertThat(ask(server.localAddress(), "GET", Unpooled.EMPTY_BUFFER).content())
                .hasSize(1_024_000);
    }

    @Test
    void aCaptureHasTheBytesOfBothDirections() throws Exception {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        Channel server = serve(new ChannelInitializer<SocketChannel>() {
            @Override
            protected void initChannel(SocketChannel channel) {
                channel.pipeline().addLast(Http2SessionHandler.forServer().build(), new Hello.Greeter());
                ReadmeCode.capture(channel, file);
            }
        });
        ask(server.localAddress(), "GET", Unpooled.EMPTY_BUFFER);
        group.shutdownGracefully(0, 10, TimeUnit.SECONDS).await();
        assertThat(file.toString(StandardCharsets.ISO_8859_1)).contains("PRI * HTTP/2.0", "hello, world");
    }

    @Test
    void theEngineServesASocketWithoutNettysChannels() throws Exception {
        try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            FutureTask<Void> served = new FutureTask<>((Callable<Void>) () -> {
                EngineGuide.serve(listening.accept());
                return null;
            });
            new Thread(served, "server").start();
            Http2Response response = ask(listening.getLocalSocketAddress(), "GET", Unpooled.EMPTY_BUFFER);
            assertThat(text(response)).isEqualTo("hello, world\n");
            served.get(1, TimeUnit.MINUTES);
        }
    }

    private Channel serve(ChannelHandler handler) throws InterruptedException {
        return new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childHandler(handler)
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .sync()
                .channel();
    }

    private Http2Response ask(SocketAddress server, String method, ByteBuf body) throws Exception {
        Http2Requests requests = new Http2Requests(MOST);
        Channel channel = new Bootstrap()
                .group(group)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel connection) {
                        connection
                                .pipeline()
                                .addLast(Http2SessionHandler.forClient().build(), requests);
                    }
                })
                .connect(server)
                .sync()
                .channel();
        HeaderList head = HeaderList.of(":method", method, ":scheme", "http", ":path", "/", ":authority", "localhost");
        Future<Http2Response> response = requests.send(head, body);
        assertThat(response.await(1, TimeUnit.MINUTES)).isTrue();
        channel.close().await();
        return response.get();
    }

    private static String text(Http2Response response) {
        return new String(response.content(), StandardCharsets.US_ASCII);
    }
}
