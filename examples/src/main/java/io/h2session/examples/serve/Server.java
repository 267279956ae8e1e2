package io.h2session.examples.serve;

import io.h2session.api.Http2SessionOptions;
import io.h2session.examples.net.Accepting;
import io.h2session.examples.net.FrameLog;
import io.h2session.examples.net.HexDump;
import io.h2session.examples.net.Terminal;
import io.h2session.examples.net.Transport;
import io.h2session.examples.net.Watch;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionHandlerBuilder;
import io.h2session.netty.channel.Http2StreamsHandler;
import io.h2session.netty.channel.Http2StreamsHandlerBuilder;
import io.h2session.netty.channel.StreamHandler;
import io.h2session.netty.http.HttpStreamCodec;
import io.h2session.netty.negotiation.Http2Negotiation;
import io.h2session.netty.negotiation.Http2UpgradeHandler;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A listening socket and its connections. */
final class Server implements AutoCloseable {
    /** How long running streams may continue when the server stops. */
    static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(30);

    /** How long a client that broke the protocol may read the reason before its connection is closed. */
    static final Duration GOODBYE = Duration.ofSeconds(1);

    private static final Http2SessionOptions SESSION =
            Http2SessionOptions.builder().enableConnectProtocol(true).build();

    private final Settings settings;
    private final Http2StreamsHandlerBuilder streams = Http2StreamsHandler.builder()
            .streamHandler(this::withoutChannel)
            .childInitializer(stream -> stream.pipeline().addLast(HttpStreamCodec.forServer(), requestHandler()));
    private final Http2Negotiation negotiation = Http2Negotiation.forServer()
            .http2(this::addSession)
            .http1(this::addHttp1)
            .build();
    private final EventLoopGroup eventLoops;
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private final Service service;
    private final AtomicInteger accepted = new AtomicInteger();
    private final Channel listening;

    /**
     * The configuration of a server.
     *
     * @param port 0 for any free port
     * @param tls null for cleartext
     * @param upgrade whether HTTP/1.1 clients in cleartext may upgrade to HTTP/2
     * @param threads the number of event loops
     * @param maxConnections how many connections may be open at once; further ones wait to be accepted
     * @param watch who looks at the sessions of HTTP/2
     * @param messages the destination of error messages and of the log of frames
     * @param logFrames whether every frame is logged
     * @param session what differs from the defaults
     */
    record Settings(
            String host,
            int port,
            Page pages,
            SslContext tls,
            boolean upgrade,
            int threads,
            int maxConnections,
            Watch watch,
            PrintStream messages,
            boolean logFrames,
            SessionOptions session) {
        /** With the defaults of sessions. */
        Settings(
                String host,
                int port,
                Page pages,
                SslContext tls,
                boolean upgrade,
                int threads,
                int maxConnections,
                Watch watch,
                PrintStream messages,
                boolean logFrames) {
            this(
                    host,
                    port,
                    pages,
                    tls,
                    upgrade,
                    threads,
                    maxConnections,
                    watch,
                    messages,
                    logFrames,
                    new SessionOptions());
        }
    }

    private Server(Settings settings) throws Exception {
        this.settings = settings;
        service = new Service(settings.pages(), new RequestCount(), settings.messages());
        FirstUses.make();
        Transport transport = Transport.best();
        eventLoops = transport.eventLoops(settings.threads());
        try {
            listening = new ServerBootstrap()
                    .group(eventLoops)
                    .channel(transport.serverChannel())
                    .option(ChannelOption.SO_REUSEADDR, true)
                    .option(ChannelOption.SO_BACKLOG, 1024)
                    .handler(new Accepting("h2session serve", settings.maxConnections(), settings.messages()))
                    .childOption(ChannelOption.TCP_NODELAY, true)
                    .childHandler(new ChannelInitializer<SocketChannel>() {
                        @Override
                        protected void initChannel(SocketChannel channel) {
                            transport.keepLittleInTheKernel(channel);
                            accept(channel);
                        }
                    })
                    .bind(settings.host(), settings.port())
                    .sync()
                    .channel();
        } catch (Exception notListening) {
            eventLoops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            throw notListening;
        }
    }

    /** Starts to listen. Clients can connect when this returns. */
    static Server start(Settings settings) throws Exception {
        return new Server(settings);
    }

    /** The port it listens on. */
    int port() {
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }

    /** The outcomes of its requests so far. */
    RequestCount requests() {
        return service.requests();
    }

    /** Waits until the socket is closed. */
    void awaitClosed() throws InterruptedException {
        listening.closeFuture().sync();
    }

    /**
     * Stops gracefully. New connections are not accepted. On each open connection the handler announces the end (GOAWAY, a round
     * trip, GOAWAY) and waits for the running streams.
     */
    @Override
    public void close() {
        listening.close().awaitUninterruptibly();
        settings.pages().stop();
        connections.close().awaitUninterruptibly(SHUTDOWN_TIMEOUT.toSeconds() + 5, TimeUnit.SECONDS);
        eventLoops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /**
     * Ends the connections that {@link #close()} waits for, in a moment: the streams that are left are reset, so that their
     * clients know that they were cut.
     */
    void closeAtOnce() {
        connections.close().awaitUninterruptibly(GOODBYE.toMillis());
    }

    private void accept(SocketChannel channel) {
        connections.add(channel);
        if (settings.tls() == null) {
            negotiation.inCleartext(channel.pipeline());
        } else {
            negotiation.overTls(channel.pipeline(), settings.tls().newHandler(channel.alloc()));
        }
    }

    private void addHttp1(ChannelPipeline pipeline) {
        HttpServerCodec codec = new HttpServerCodec();
        pipeline.addLast(codec);
        if (settings.upgrade()) {
            pipeline.addLast(new Http2UpgradeHandler(codec, this::addSession));
        }
        Http1Requests.addTo(pipeline, service.requests());
        pipeline.addLast(requestHandler());
    }

    private void addSession(ChannelPipeline pipeline) {
        Http2SessionHandlerBuilder session = settings.watch()
                .on(Http2SessionHandler.forServer())
                .options(settings.session().applied(SESSION))
                .automaticConnectionWindow(true)
                .gracefulShutdownTimeout(SHUTDOWN_TIMEOUT)
                .closeLinger(GOODBYE);
        if (settings.logFrames()) {
            String prefix = "[id=" + accepted.incrementAndGet() + "] ";
            boolean colours = settings.session().colour()
                    || (settings.messages() == System.err && Terminal.hasColours(Terminal.ERR));
            session.listener(() -> new FrameLog(settings.messages(), prefix, colours));
        }
        if (settings.session().hexDump()) {
            pipeline.addLast(new HexDump(settings.messages()));
        }
        pipeline.addLast(session.build(), streams.build(), new Failures(settings.messages()));
    }

    /** What answers a request on its stream; null if that needs a channel. */
    private StreamHandler withoutChannel(Http2SessionEvent.Headers request) {
        return StreamExchange.of(request, service);
    }

    private RequestHandler requestHandler() {
        return new RequestHandler(service);
    }
}
