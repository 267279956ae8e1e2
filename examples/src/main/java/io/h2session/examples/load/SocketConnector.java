package io.h2session.examples.load;

import io.h2session.examples.get.Origin;
import io.h2session.examples.net.Reason;
import io.h2session.examples.net.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** Connections over sockets, all to one address. */
final class SocketConnector implements Connector {
    private final Transport transport;
    private final InetSocketAddress address;
    private final Origin origin;
    private final SslContext tls;
    private final long timeoutMillis;

    /**
     * @param address that of the origin
     * @param tls null for cleartext
     */
    SocketConnector(Transport transport, InetSocketAddress address, Origin origin, SslContext tls, Plan plan) {
        this.transport = transport;
        this.address = address;
        this.origin = origin;
        this.tls = tls;
        timeoutMillis = TimeUnit.NANOSECONDS.toMillis(plan.timeoutNanos());
    }

    @Override
    public void connect(EventLoop loop, LoadConnection connection) {
        new Bootstrap()
                .group(loop)
                .channel(transport.channel())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) timeoutMillis)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        if (tls == null) {
                            add(channel, connection);
                        } else {
                            handshake(channel, connection);
                        }
                    }
                })
                .connect(address)
                .addListener((ChannelFuture connected) -> {
                    if (!connected.isSuccess()) {
                        connection.failed(Reason.of(connected.cause()));
                        connection.gone();
                    }
                });
    }

    private void handshake(Channel channel, LoadConnection connection) {
        SslHandler handler = tls.newHandler(channel.alloc(), origin.host(), origin.port());
        handler.setHandshakeTimeoutMillis(timeoutMillis);
        handler.handshakeFuture().addListener(shaken -> {
            if (!shaken.isSuccess()) {
                fail(channel, connection, Reason.of(shaken.cause()));
            } else if (connection instanceof Http2Connection
                    && !ApplicationProtocolNames.HTTP_2.equals(handler.applicationProtocol())) {
                fail(channel, connection, "the server does not speak HTTP/2 over TLS (ALPN h2)");
            } else {
                add(channel, connection);
            }
        });
        channel.pipeline().addLast(handler, new Failures());
    }

    private static void fail(Channel channel, LoadConnection connection, String reason) {
        connection.failed(reason);
        connection.gone();
        channel.close();
    }

    private static void add(Channel channel, LoadConnection connection) {
        if (channel.pipeline().get(Failures.class) != null) {
            channel.pipeline().remove(Failures.class);
        }
        if (connection.isOver()) {
            channel.close();
        } else if (connection instanceof Http1Connection http1) {
            http1.addTo(channel.pipeline());
        } else {
            channel.pipeline().addLast(connection);
        }
    }

    /** The future of the handshake tells them. */
    private static final class Failures extends ChannelInboundHandlerAdapter {
        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {}
    }
}
