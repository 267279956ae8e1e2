package io.h2session.examples.proxy;

import io.h2session.examples.net.Transport;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.channel.Http2StreamsHandler;
import io.h2session.netty.pool.ConnectionSetup;
import io.h2session.netty.pool.Http2ConnectionPool;
import io.h2session.netty.pool.PoolException;
import io.h2session.netty.pool.PoolFailure;
import io.h2session.netty.pool.PoolOptions;
import io.h2session.netty.pool.TlsSetup;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpScheme;
import io.netty.util.AsciiString;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.Consumer;

/** The connections of one event loop to one upstream server: streams of a pool, or connections of HTTP/1.1. */
final class Connections {
    /** As many exchanges may wait for a connection. */
    static final int MAX_WAITING = 1024;

    private static final int MAX_HTTP2_CONNECTIONS = 16;
    private static final Duration IDLE = Duration.ofMinutes(1);

    /**
     * How many frames of a server are handled in one turn. A connection carries the answers of many clients, and the more of them are
     * handled at once, the more leave in one write to each client.
     */
    private static final int FRAMES_PER_TURN = 2048;

    private static final int PUSHES_PER_TURN = 1;

    private final Worker worker;
    private final Upstream upstream;
    private final Http1Pool http1;
    private final Http2ConnectionPool http2;
    private final AsciiString scheme;

    /** The server has chosen HTTP/1.1. */
    private boolean choseHttp1;

    Connections(Worker worker, Upstream upstream) {
        this.worker = worker;
        this.upstream = upstream;
        UpstreamAddress address = upstream.address();
        scheme = address.kind() == UpstreamAddress.Kind.TLS ? HttpScheme.HTTPS.name() : HttpScheme.HTTP.name();
        http1 = address.kind() == UpstreamAddress.Kind.H2C ? null : new Http1Pool(worker, upstream);
        http2 = address.kind() == UpstreamAddress.Kind.HTTP1 ? null : http2(worker, address);
    }

    private static Http2ConnectionPool http2(Worker worker, UpstreamAddress address) {
        ConnectionSetup setup = address.kind() == UpstreamAddress.Kind.TLS
                ? new TlsSetup(
                        worker.settings().upstreamTls(),
                        address.host(),
                        address.port(),
                        pipeline -> handlers(worker, pipeline))
                : ConnectionSetup.priorKnowledge(pipeline -> handlers(worker, pipeline));
        Duration connectTimeout = worker.settings().connectTimeout();
        return Http2ConnectionPool.to(
                        bootstrap(worker), InetSocketAddress.createUnresolved(address.host(), address.port()))
                .setup(setup)
                .options(PoolOptions.builder()
                        .maxConnections(MAX_HTTP2_CONNECTIONS)
                        .maxWaiters(MAX_WAITING)
                        .acquireTimeout(connectTimeout.multipliedBy(2))
                        .connectTimeout(connectTimeout)
                        // Which server is tried next, and when, is decided here.
                        .retries(0)
                        .backOff(Duration.ZERO)
                        .maxIdle(IDLE)
                        .build())
                .build();
    }

    static Bootstrap bootstrap(Worker worker) {
        return new Bootstrap()
                .group(worker.loop())
                .channel(Transport.best().channel())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        worker.settings().connectTimeout().toMillis());
    }

    /** A stream that is not read holds its own window only. */
    private static void handlers(Worker worker, ChannelPipeline pipeline) {
        Transport.best().keepLittleInTheKernel(pipeline.channel());
        pipeline.addLast(
                worker.settings()
                        .watch()
                        .on(Http2SessionHandler.forClient())
                        .automaticConnectionWindow(true)
                        .maxPerTurn(FRAMES_PER_TURN, PUSHES_PER_TURN)
                        .build(),
                Http2StreamsHandler.builder().build());
    }

    // ---- exchanges -------------------------------------------------------------------------------------------------

    /** Gives an exchange its connection, at once or later, or tells it that there is none. */
    void serve(Exchange exchange, boolean http1Only) {
        if (http2 == null || choseHttp1 || http1Only) {
            http1.serve(exchange);
            return;
        }
        if (exchange.isWebSocket()) {
            BackStream back = new BackStream(exchange);
            whenFailed(http2.open(back), cause -> {
                // What was given to its exchange has told it more.
                if (!back.isActive()) {
                    notOpened(exchange, cause);
                }
            });
            return;
        }
        DirectBack back = new DirectBack(exchange, scheme);
        whenFailed(http2.open(back), cause -> {
            if (!back.isActive()) {
                notOpened(exchange, cause);
            } else if (back.isWaitedFor()) {
                // The session did not take it.
                exchange.upstreamFailed(Failure.REFUSED, true);
            }
        });
    }

    private static void whenFailed(Future<?> opening, Consumer<Throwable> action) {
        if (!opening.isSuccess()) {
            opening.addListener(opened -> {
                if (!opened.isSuccess()) {
                    action.accept(opened.cause());
                }
            });
        }
    }

    private void notOpened(Exchange exchange, Throwable cause) {
        PoolFailure kind = cause instanceof PoolException none ? none.failure() : PoolFailure.CONNECT_FAILED;
        switch (kind) {
            case NOT_HTTP2, HTTP_1_1_REQUIRED -> {
                if (http1 == null) {
                    exchange.notConnected(Failure.CONNECT_FAILED);
                } else {
                    choseHttp1 = true;
                    http1.serve(exchange);
                }
            }
            case TOO_MANY_WAITERS -> exchange.notConnected(Failure.OVERFLOW);
            case ACQUIRE_TIMEOUT, CONNECT_TIMEOUT -> {
                upstream.failed(System.nanoTime());
                exchange.notConnected(Failure.CONNECT_TIMEOUT);
            }
            default -> {
                upstream.failed(System.nanoTime());
                exchange.notConnected(Failure.CONNECT_FAILED);
            }
        }
    }

    /** Whether the server can be asked over HTTP/1.1. */
    boolean speaksHttp1() {
        return http1 != null;
    }

    // ---- time ------------------------------------------------------------------------------------------------------

    void checkTime(int now) {
        if (http1 != null) {
            http1.checkTime(now);
        }
    }

    void close() {
        if (http1 != null) {
            http1.close();
        }
        if (http2 != null) {
            http2.close(Duration.ZERO);
        }
    }

    Worker worker() {
        return worker;
    }
}
