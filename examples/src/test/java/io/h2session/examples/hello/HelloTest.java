package io.h2session.examples.hello;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.examples.net.RunningProgram;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.client.Http2Requests;
import io.h2session.netty.client.Http2Response;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server of the README greets. */
class HelloTest {
    private static final HeaderList GET =
            HeaderList.of(":method", "GET", ":scheme", "http", ":path", "/", ":authority", "localhost");

    @Test
    void itGreets() throws InterruptedException {
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        try {
            Channel server = Hello.serve(loops, 0).sync().channel();
            Http2Requests requests = new Http2Requests(1024);
            new Bootstrap()
                    .group(loops)
                    .channel(NioSocketChannel.class)
                    .handler(new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            channel.pipeline()
                                    .addLast(Http2SessionHandler.forClient().build(), requests);
                        }
                    })
                    .connect(server.localAddress())
                    .sync();
            Future<Http2Response> asked = requests.send(GET, Unpooled.EMPTY_BUFFER);
            assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
            Http2Response response = asked.getNow();
            assertThat(response.status()).isEqualTo(200);
            assertThat(new String(response.content(), StandardCharsets.US_ASCII))
                    .isEqualTo("hello, world\n");
        } finally {
            loops.shutdownGracefully(0, 10, TimeUnit.SECONDS).await();
        }
    }

    @Test
    void aPortThatIsTakenEndsItWithAWordAboutThat(@TempDir Path directory) throws Exception {
        Path said = directory.resolve("said");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Process hello = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            RunningProgram.classPath(),
                            Hello.class.getName(),
                            Integer.toString(taken.getLocalPort()))
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile())
                    .start();
            assertThat(hello.waitFor(1, TimeUnit.MINUTES)).isTrue();
            assertThat(hello.exitValue()).isOne();
            assertThat(Files.readString(said)).contains("cannot listen on port " + taken.getLocalPort());
        }
    }
}
