package io.h2session.examples.grpc;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.h2session.examples.net.Transport;
import io.h2session.examples.proxy.ProxyOfOne;
import io.h2session.examples.testing.Ending;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionHandlerBuilder;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Our server, and clients of grpc-java for it. */
final class EchoServer implements AutoCloseable {
    private final EventLoopGroup loop = Transport.best().eventLoops(1);
    private final List<ManagedChannel> clients = new CopyOnWriteArrayList<>();
    private final Channel listening;

    /** What clients connect to instead; null if it is this server. */
    private ProxyOfOne proxy;

    /** The connections that it has accepted. */
    final List<Channel> connections = new CopyOnWriteArrayList<>();

    EchoServer(UnaryOperator<Http2SessionHandlerBuilder> session, Supplier<? extends ChannelHandler> service)
            throws InterruptedException {
        listening = new ServerBootstrap()
                .group(loop)
                .channel(Transport.best().serverChannel())
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        connections.add(channel);
                        channel.pipeline()
                                .addLast(session.apply(Grpc.settings(Http2SessionHandler.forServer()))
                                        .build());
                        Grpc.serve(channel.pipeline(), service);
                    }
                })
                .bind("127.0.0.1", 0)
                .sync()
                .channel();
    }

    /** Puts a proxy before it. */
    EchoServer behindProxy() throws Exception {
        proxy = ProxyOfOne.to("h2c://127.0.0.1:" + port());
        return this;
    }

    int port() {
        return proxy != null ? proxy.port() : ((InetSocketAddress) listening.localAddress()).getPort();
    }

    ManagedChannel client() {
        return client(UnaryOperator.identity());
    }

    ManagedChannel client(UnaryOperator<NettyChannelBuilder> settings) {
        ManagedChannel client = settings.apply(NettyChannelBuilder.forAddress("127.0.0.1", port())
                        .usePlaintext()
                        .maxInboundMessageSize(2 * Grpc.MAX_MESSAGE))
                .build();
        clients.add(client);
        return client;
    }

    @Override
    public void close() {
        clients.forEach(ManagedChannel::shutdownNow);
        if (proxy != null) {
            proxy.close();
        }
        listening.close().syncUninterruptibly();
        Ending.of(loop, connections);
    }
}
