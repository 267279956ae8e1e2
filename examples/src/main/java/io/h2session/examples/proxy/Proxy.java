package io.h2session.examples.proxy;

import io.h2session.api.Http2SessionOptions;
import io.h2session.examples.net.Accepting;
import io.h2session.examples.net.Transport;
import io.h2session.netty.Http2AuthorityVerifier;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.channel.CreditMode;
import io.h2session.netty.channel.Http2StreamsHandler;
import io.h2session.netty.channel.StreamChannelOption;
import io.h2session.netty.http.HttpStreamCodec;
import io.h2session.netty.negotiation.Http2Negotiation;
import io.h2session.netty.negotiation.Http2UpgradeHandler;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A listening socket, its clients and the upstream servers. */
final class Proxy implements AutoCloseable {
    /** How long running exchanges may continue when the proxy stops. */
    static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(30);

    private final ProxySettings settings;
    private final Http2Negotiation negotiation = Http2Negotiation.forServer()
            .http2(this::addHttp2)
            .http1(this::addHttp1)
            .build();
    private final EventLoopGroup eventLoops;
    private final Map<EventExecutor, Worker> workers = new HashMap<>();
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private final Channel listening;

    private Proxy(ProxySettings settings) throws Exception {
        this.settings = settings;
        Transport transport = Transport.best();
        eventLoops = transport.eventLoops(settings.threads());
        Upstreams upstreams = new Upstreams(settings.upstreams());
        AccessLog log = settings.log() == null ? null : new AccessLog(settings.log());
        for (EventExecutor loop : eventLoops) {
            workers.put(loop, new Worker((EventLoop) loop, settings, upstreams, log));
        }
        try {
            listening = new ServerBootstrap()
                    .group(eventLoops)
                    .channel(transport.serverChannel())
                    .option(ChannelOption.SO_REUSEADDR, true)
                    .option(ChannelOption.SO_BACKLOG, 1024)
                    .handler(new Accepting("h2session proxy", settings.maxConnections(), settings.messages()))
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
    static Proxy start(ProxySettings settings) throws Exception {
        return new Proxy(settings);
    }

    /** The port it listens on. */
    int port() {
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }

    /** Lets seconds pass at once for whatever waits: its timeouts can be tested without waiting for them. */
    void pass(int seconds) {
        for (Worker worker : workers.values()) {
            worker.loop().submit(() -> worker.pass(seconds)).syncUninterruptibly();
        }
    }

    /** Waits until the socket is closed. */
    void awaitClosed() throws InterruptedException {
        listening.closeFuture().sync();
    }

    /**
     * Stops gracefully: accepts no more connections, announces the end on those that are open (GOAWAY, a round trip, GOAWAY; {@code
     * Connection: close}) and waits for what runs.
     */
    @Override
    public void close() {
        listening.close().awaitUninterruptibly();
        connections.close().awaitUninterruptibly(SHUTDOWN_TIMEOUT.toSeconds() + 5, TimeUnit.SECONDS);
        for (Worker worker : workers.values()) {
            worker.loop().submit(worker::close).awaitUninterruptibly(5, TimeUnit.SECONDS);
        }
        eventLoops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /**
     * Ends the connections that {@link #close()} waits for, in a moment: the streams that are left are reset, so that their
     * clients know that they were cut.
     */
    void closeAtOnce() {
        connections.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
    }

    // ---- clients ---------------------------------------------------------------------------------------------------

    private void accept(SocketChannel channel) {
        connections.add(channel);
        if (settings.tls() == null) {
            negotiation.inCleartext(channel.pipeline());
        } else {
            negotiation.overTls(channel.pipeline(), settings.tls().newHandler(channel.alloc()));
        }
    }

    private Worker worker(ChannelPipeline pipeline) {
        return workers.get(pipeline.channel().eventLoop());
    }

    private void addHttp1(ChannelPipeline pipeline) {
        HttpServerCodec codec = new HttpServerCodec(new HttpDecoderConfig()
                .setMaxInitialLineLength(Limits.LINE)
                .setMaxHeaderSize(Limits.HEAD)
                .setMaxChunkSize(Limits.PIECE));
        pipeline.addLast(codec);
        if (settings.tls() == null) {
            pipeline.addLast(new Http2UpgradeHandler(codec, this::addHttp2));
        }
        pipeline.addLast(new FrontConnection(worker(pipeline)));
    }

    private void addHttp2(ChannelPipeline pipeline) {
        Worker worker = worker(pipeline);
        pipeline.addLast(
                settings.watch()
                        .on(Http2SessionHandler.forServer())
                        .options(Http2SessionOptions.safe().toBuilder()
                                .enableConnectProtocol(true)
                                .build())
                        // The upstream servers know for whom they speak.
                        .authorityVerifier(Http2AuthorityVerifier.ANY)
                        .automaticConnectionWindow(true)
                        .gracefulShutdownTimeout(SHUTDOWN_TIMEOUT)
                        .build(),
                Http2StreamsHandler.builder()
                        .childOption(StreamChannelOption.CREDIT_MODE, CreditMode.RELEASE)
                        .streamHandler(head -> DirectFront.takes(head) ? new DirectFront(worker) : null)
                        .childInitializer(stream ->
                                stream.pipeline().addLast(HttpStreamCodec.forServer(), new FrontStream(worker)))
                        .build());
    }
}
