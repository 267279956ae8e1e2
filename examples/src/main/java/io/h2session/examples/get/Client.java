package io.h2session.examples.get;

import io.h2session.api.Http2SessionOptions;
import io.h2session.api.Http2Timeouts;
import io.h2session.examples.net.FrameLog;
import io.h2session.examples.net.HexDump;
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
import io.netty.util.NetUtil;
import io.netty.util.concurrent.Promise;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** The connections of {@code get}: one for each origin unless more are asked for. */
final class Client implements AutoCloseable {
    private static final int CLOSE_TIMEOUT_SECONDS = 3;

    private final Transport transport;
    private final EventLoopGroup eventLoops;
    private final Map<Origin, Connection> connections = new HashMap<>();
    private final List<Connection> all = new ArrayList<>();
    private final Settings settings;
    private final Duration timeout;
    private int connectionCount;

    /**
     * The configuration of a client.
     *
     * @param transport of all connections
     * @param tls for https; null if there is none
     * @param upgrade whether connections in cleartext begin in HTTP/1.1 and ask for HTTP/2
     * @param timeoutSeconds how long a server may send nothing
     * @param session the options of each session; its timeouts are those of {@code timeoutSeconds}
     * @param log the destination of the log of frames; null for none
     * @param colours whether that log has colours
     * @param hexDump the destination of a dump of what is received; null for none
     * @param threads the number of event loops
     */
    record Settings(
            Transport transport,
            SslContext tls,
            boolean upgrade,
            int timeoutSeconds,
            Routes routes,
            UnaryOperator<Http2SessionOptions.Builder> session,
            PrintStream log,
            boolean colours,
            PrintStream hexDump,
            int threads) {}

    /** Creates a client without connections. */
    Client(Settings settings) {
        this.settings = settings;
        timeout = Duration.ofSeconds(settings.timeoutSeconds());
        transport = settings.transport();
        eventLoops = transport.eventLoops(settings.threads());
    }

    /**
     * The connection to the origin of a request. It is opened if there is none. Returns when it is ready for requests, and notes in the
     * exchange whether it was opened for it.
     */
    Connection connection(Exchange exchange) throws ExecutionException, InterruptedException {
        Origin origin = exchange.request.target().origin();
        Connection connection = connections.get(origin);
        if (connection == null || !connection.channel().isActive()) {
            connection = open(origin);
            exchange.opened = true;
            connections.put(origin, connection);
        }
        return connection;
    }

    /** Opens one more connection to an origin. */
    Connection open(Origin origin) throws ExecutionException, InterruptedException {
        Connection connection = connect(origin);
        all.add(connection);
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
        List<ChannelFuture> closing = new ArrayList<>();
        for (Connection connection : all) {
            closing.add(connection.channel().close());
        }
        for (ChannelFuture close : closing) {
            close.awaitUninterruptibly(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        }
        eventLoops
                .shutdownGracefully(0, CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly();
    }

    /** Tries one address of the host after the other. */
    private Connection connect(Origin origin) throws ExecutionException, InterruptedException {
        Attempt attempt = new Attempt(origin, connectionCount++);
        List<InetSocketAddress> addresses;
        try {
            addresses = settings.routes().to(origin);
        } catch (UnknownHostException unknown) {
            throw new ExecutionException(unknown);
        }
        attempt.times.resolved = System.nanoTime();
        for (int i = 0; ; i++) {
            try {
                return attempt.to(addresses.get(i));
            } catch (ExecutionException failed) {
                boolean another = i + 1 < addresses.size() && attempt.times.connected == 0;
                if (!another) {
                    throw failed;
                }
            }
        }
    }

    private Http2Timeouts timeouts() {
        return Http2Timeouts.SAFE.withHandshake(timeout).withSettingsAck(timeout);
    }

    /** A connection in the making. */
    private final class Attempt {
        private final Origin origin;
        private final int id;
        private final ConnectTimes times = new ConnectTimes();
        private final FrameLog log;
        private TlsFacts facts;
        private Upgrade upgrade;

        Attempt(Origin origin, int id) {
            this.origin = origin;
            this.id = id;
            String prefix = id == 0 ? "" : "[id=" + id + "] ";
            log = settings.log() == null ? null : new FrameLog(settings.log(), prefix, settings.colours());
        }

        Connection to(InetSocketAddress address) throws ExecutionException, InterruptedException {
            ResponseHandler responses = new ResponseHandler(timeouts());
            Promise<Channel> ready = eventLoops.next().newPromise();
            note("connecting to " + text(address));
            new Bootstrap()
                    .group(eventLoops)
                    .channel(transport.channel())
                    .option(ChannelOption.TCP_NODELAY, true)
                    .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) timeout.toMillis())
                    .handler(new ChannelInitializer<SocketChannel>() {
                        @Override
                        protected void initChannel(SocketChannel channel) {
                            transport.keepLittleInTheKernel(channel);
                            addHandlers(channel, responses, ready);
                        }
                    })
                    .connect(address)
                    .addListener((ChannelFuture connected) -> connected(connected, ready));
            Channel channel = ready.get();
            return new Connection(
                    id, channel, responses, (InetSocketAddress) channel.localAddress(), address, times, facts, upgrade);
        }

        private void connected(ChannelFuture connected, Promise<Channel> ready) {
            if (!connected.isSuccess()) {
                note("not connected: " + Reason.of(connected.cause()));
                ready.tryFailure(connected.cause());
                return;
            }
            times.connected = System.nanoTime();
            note("connected from " + text(connected.channel().localAddress()));
            if (!origin.tls()) {
                ready.trySuccess(connected.channel());
            }
        }

        private void addHandlers(SocketChannel channel, ResponseHandler responses, Promise<Channel> ready) {
            if (!origin.tls() && settings.upgrade()) {
                upgrade = new Upgrade(responses, timeout, this::note);
                addHexDump(channel.pipeline());
                upgrade.addHandlers(channel.pipeline(), session());
                return;
            }
            if (!origin.tls()) {
                channel.pipeline().addLast(new ForeignProtocol.Detector());
                addSession(channel.pipeline(), responses);
                return;
            }
            SslHandler handler = settings.tls().newHandler(channel.alloc(), origin.host(), origin.port());
            handler.setHandshakeTimeout(timeout.toSeconds(), TimeUnit.SECONDS);
            handler.handshakeFuture().addListener(done -> {
                if (done.isSuccess()) {
                    secured(handler);
                }
            });
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
        }

        private void secured(SslHandler handler) {
            times.secured = System.nanoTime();
            facts = TlsFacts.of(handler);
            note(facts.summary());
            facts.describeCertificates().forEach(this::note);
        }

        private void addSession(ChannelPipeline pipeline, ResponseHandler responses) {
            addHexDump(pipeline);
            pipeline.addLast(session(), responses);
        }

        private void addHexDump(ChannelPipeline pipeline) {
            if (settings.hexDump() != null) {
                pipeline.addLast(new HexDump(settings.hexDump()));
            }
        }

        private Http2SessionHandler session() {
            Http2SessionOptions options = settings.session()
                    .apply(Http2SessionOptions.builder().timeouts(timeouts()))
                    .build();
            Http2SessionHandlerBuilder session = Http2SessionHandler.forClient().options(options);
            if (log != null) {
                session.listener(() -> log);
            }
            return session.build();
        }

        private void note(String text) {
            if (log != null) {
                log.note(text);
            }
        }
    }

    /** An address without the name that was looked up. */
    static String text(SocketAddress address) {
        return NetUtil.toSocketAddressString((InetSocketAddress) address);
    }
}
