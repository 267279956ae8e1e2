package io.h2session.netty.negotiation;

import io.h2session.testing.EventLoops;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A listening socket, connections to it, and a certificate for them. Everything ends with it. */
final class TlsSockets implements AutoCloseable {
    private final EventLoopGroup loop = EventLoops.nio(1);
    private final Channel listening;
    private final CompletableFuture<Channel> accepted = new CompletableFuture<>();
    private final ChannelGroup channels = new DefaultChannelGroup(loop.next());

    /** A server whose channels are filled like this. */
    TlsSockets(Consumer<Channel> server) throws InterruptedException {
        listening = new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channels.add(channel);
                        server.accept(channel);
                        accepted.complete(channel);
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .sync()
                .channel();
    }

    /** Connects a client whose channel is filled like this. */
    Channel connect(Consumer<Channel> client) throws InterruptedException {
        return new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channels.add(channel);
                        client.accept(channel);
                    }
                })
                .connect(listening.localAddress())
                .sync()
                .channel();
    }

    int port() {
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }

    /** The server's end of the first connection. */
    Channel accepted() throws Exception {
        return accepted.get(60, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        listening.close().syncUninterruptibly();
        // Whatever their handlers think of it, and before the loop ends: they hold what the leak detector counts.
        for (Channel channel : channels) {
            channel.eventLoop().execute(() -> channel.unsafe().close(channel.voidPromise()));
        }
        channels.newCloseFuture().awaitUninterruptibly(60, TimeUnit.SECONDS);
        loop.shutdownGracefully(0, 10, TimeUnit.SECONDS).syncUninterruptibly();
    }

    /** A server's context with the certificate of localhost. */
    static SslContextBuilder serverContext(SslProvider provider) {
        return SslContextBuilder.forServer(resource("localhost.pem"), resource("localhost.key"))
                .sslProvider(provider);
    }

    /** A client's context that trusts everybody. */
    static SslContextBuilder clientContext(SslProvider provider) {
        return SslContextBuilder.forClient()
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .sslProvider(provider);
    }

    private static InputStream resource(String name) {
        return TlsSockets.class.getResourceAsStream(name);
    }
}
