package io.h2session.examples.get;

import io.h2session.api.Http2SessionOptions;
import io.h2session.api.Http2Timeouts;
import io.h2session.examples.net.FrameLog;
import io.h2session.examples.net.Reason;
import io.h2session.examples.net.Transport;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionHandlerBuilder;
import io.h2session.netty.negotiation.Http2Negotiation;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.netty.util.concurrent.Promise;
import java.io.PrintStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** The connections of {@code get}: one for each origin, on one event loop. */
final class Client implements AutoCloseable {
    private static final int CLOSE_TIMEOUT_SECONDS = 3;

    private final Transport transport = Transport.best();
    private final EventLoopGroup eventLoop = transport.eventLoops(1);
    private final Map<Origin, Connection> connections = new HashMap<>();
    private final SslContext tls;
    private final Duration timeout;
    private final PrintStream frames;

    /**
     * Creates a client without connections.
     *
     * @param tls for https
     * @param timeoutSeconds how long a server may send nothing
     * @param frames the destination of the log of frames; null for none
     */
    Client(SslContext tls, int timeoutSeconds, PrintStream frames) {
        this.tls = tls;
        timeout = Duration.ofSeconds(timeoutSeconds);
        this.frames = frames;
    }

    /** The connection to an origin. It is opened if there is none, and completes when it is ready for requests. */
    Connection connection(Origin origin) throws ExecutionException, InterruptedException {
        Connection connection = connections.get(origin);
        if (connection == null || !connection.channel().isActive()) {
            connection = connect(origin);
            connections.put(origin, connection);
        }
        return connection;
    }

    /** Why a connection could not be made, in a few words. */
    String reason(ExecutionException notConnected) {
        Throwable cause = notConnected.getCause();
        return cause instanceof ConnectTimeoutException || cause instanceof SslHandshakeTimeoutException
                ? ResponseHandler.noAnswer(timeout)
                : Reason.of(notConnected);
    }

    @Override
    public void close() {
        for (Connection connection : connections.values()) {
            connection.channel().close().awaitUninterruptibly(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        }
        eventLoop.shutdownGracefully(0, CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private Connection connect(Origin origin) throws ExecutionException, InterruptedException {
        ResponseHandler responses = new ResponseHandler(timeouts());
        Promise<Channel> ready = eventLoop.next().newPromise();
        new Bootstrap()
                .group(eventLoop)
                .channel(transport.channel())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) timeout.toMillis())
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        transport.keepLittleInTheKernel(channel);
                        addHandlers(channel, origin, responses, ready);
                    }
                })
                .connect(origin.host(), origin.port())
                .addListener((ChannelFuture connected) -> {
                    if (!connected.isSuccess()) {
                        ready.tryFailure(connected.cause());
                    } else if (!origin.tls()) {
                        ready.trySuccess(connected.channel());
                    }
                });
        return new Connection(ready.get(), responses);
    }

    private void addHandlers(SocketChannel channel, Origin origin, ResponseHandler responses, Promise<Channel> ready) {
        if (origin.tls()) {
            SslHandler handler = tls.newHandler(channel.alloc(), origin.host(), origin.port());
            handler.setHandshakeTimeout(timeout.toSeconds(), TimeUnit.SECONDS);
            Http2Negotiation.forClient()
                    .http2(pipeline -> addSession(pipeline, responses))
                    .build()
                    .overTls(channel.pipeline(), handler)
                    .addListener(done -> {
                        if (done.isSuccess()) {
                            ready.trySuccess(channel);
                        } else {
                            ready.tryFailure(done.cause());
                        }
                    });
        } else {
            channel.pipeline().addLast(new ForeignProtocol.Detector());
            addSession(channel.pipeline(), responses);
        }
    }

    private Http2Timeouts timeouts() {
        return Http2Timeouts.SAFE.withHandshake(timeout).withSettingsAck(timeout);
    }

    private void addSession(ChannelPipeline pipeline, ResponseHandler responses) {
        Http2SessionHandlerBuilder session = Http2SessionHandler.forClient()
                .options(Http2SessionOptions.builder().timeouts(timeouts()).build());
        if (frames != null) {
            session.listener(() -> new FrameLog(frames, ""));
        }
        pipeline.addLast(session.build(), responses);
    }
}
