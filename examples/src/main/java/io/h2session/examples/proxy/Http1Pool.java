package io.h2session.examples.proxy;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The connections of HTTP/1.1 of one event loop to one upstream server. Each has one exchange at a time, or is idle. */
final class Http1Pool {
    private static final int MAX_CONNECTIONS = 512;

    /** Servers close what is idle, too; a request that meets that has to be sent again. */
    private static final int IDLE_SECONDS = 4;

    private final Worker worker;
    private final Upstream upstream;
    private final Bootstrap bootstrap;
    private final ArrayDeque<BackConnection> idle = new ArrayDeque<>();
    private final Set<BackConnection> open = new HashSet<>();
    private final ArrayDeque<Exchange> waiting = new ArrayDeque<>();
    private int connecting;

    Http1Pool(Worker worker, Upstream upstream) {
        this.worker = worker;
        this.upstream = upstream;
        bootstrap = Connections.bootstrap(worker);
        bootstrap.handler(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                // What stands here is added when it is connected: TLS comes first.
            }
        });
    }

    int now() {
        return worker.now();
    }

    /** Gives an exchange its connection, at once or later, or tells it that there is none. */
    void serve(Exchange exchange) {
        for (BackConnection known = idle.pollLast(); known != null; known = idle.pollLast()) {
            if (known.isUsable()) {
                known.take(exchange);
                return;
            }
            known.abort();
        }
        if (waiting.size() >= Connections.MAX_WAITING) {
            exchange.notConnected(Failure.OVERFLOW);
            return;
        }
        waiting.add(exchange);
        connect();
    }

    private void connect() {
        while (connecting < waiting.size() && connecting + open.size() < MAX_CONNECTIONS) {
            connecting++;
            UpstreamAddress address = upstream.address();
            ChannelFuture connect =
                    bootstrap.connect(InetSocketAddress.createUnresolved(address.host(), address.port()));
            connect.addListener(connected -> {
                if (!connected.isSuccess()) {
                    failed(connect.channel(), connected.cause());
                } else if (address.kind() == UpstreamAddress.Kind.TLS) {
                    handshake(connect.channel(), address);
                } else {
                    ready(connect.channel());
                }
            });
        }
    }

    private void handshake(Channel channel, UpstreamAddress address) {
        SslHandler tls =
                worker.settings().upstreamTlsHttp1().newHandler(channel.alloc(), address.host(), address.port());
        tls.setHandshakeTimeoutMillis(worker.settings().connectTimeout().toMillis());
        channel.pipeline().addLast(tls);
        tls.handshakeFuture().addListener((Future<Channel> done) -> {
            if (done.isSuccess()) {
                ready(channel);
            } else {
                failed(channel, done.cause());
            }
        });
    }

    private void ready(Channel channel) {
        connecting--;
        upstream.reached();
        UpstreamCodec codec = new UpstreamCodec(new HttpDecoderConfig()
                .setMaxInitialLineLength(Limits.LINE)
                .setMaxHeaderSize(Limits.HEAD)
                .setMaxChunkSize(Limits.PIECE));
        BackConnection connection = new BackConnection(this, codec);
        ChannelPipeline pipeline = channel.pipeline();
        pipeline.addLast(codec, connection);
        open.add(connection);
        idle(connection);
    }

    private void failed(Channel channel, Throwable cause) {
        connecting--;
        channel.close();
        upstream.failed(System.nanoTime());
        Exchange exchange = nextWaiting();
        if (exchange != null) {
            boolean slow = cause instanceof ConnectTimeoutException || cause instanceof SslHandshakeTimeoutException;
            exchange.notConnected(slow ? Failure.CONNECT_TIMEOUT : Failure.CONNECT_FAILED);
        }
        connect();
    }

    private Exchange nextWaiting() {
        for (Exchange exchange = waiting.poll(); exchange != null; exchange = waiting.poll()) {
            if (!exchange.isOver()) {
                return exchange;
            }
        }
        return null;
    }

    /** A connection has nothing to do. */
    void idle(BackConnection connection) {
        Exchange exchange = nextWaiting();
        if (exchange == null) {
            idle.add(connection);
        } else {
            connection.take(exchange);
        }
    }

    void closed(BackConnection connection) {
        if (open.remove(connection)) {
            idle.remove(connection);
            connect();
        }
    }

    void checkTime(int now) {
        waiting.removeIf(Exchange::isOver);
        List<BackConnection> old = new ArrayList<>();
        for (BackConnection one : idle) {
            if (one.isIdleFor(now, IDLE_SECONDS)) {
                old.add(one);
            }
        }
        old.forEach(BackConnection::abort);
    }

    void close() {
        List.copyOf(open).forEach(BackConnection::abort);
    }
}
