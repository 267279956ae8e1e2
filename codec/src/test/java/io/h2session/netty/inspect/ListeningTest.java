package io.h2session.netty.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.testing.EventLoops;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The page over a socket. */
class ListeningTest {
    @Test
    void itListensOnTheLoopbackAddressOnly() throws Exception {
        EventLoopGroup loops = EventLoops.nio(1);
        try {
            Channel listening = Http2Inspector.builder()
                    .build()
                    .listen(new ServerBootstrap().group(loops).channel(NioServerSocketChannel.class), 0)
                    .sync()
                    .channel();
            InetSocketAddress address = (InetSocketAddress) listening.localAddress();
            assertThat(address.getAddress().isLoopbackAddress()).isTrue();

            URI page = URI.create("http://127.0.0.1:" + address.getPort() + "/");
            assertThat(HttpClient.newHttpClient()
                            .send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString())
                            .body())
                    .startsWith("<!DOCTYPE html>");
        } finally {
            loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
        }
    }
}
