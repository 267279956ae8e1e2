package io.h2session.examples.net;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.h2session.micrometer.Http2SessionGauges;
import io.h2session.micrometer.Http2SessionMeters;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionRegistry;
import io.h2session.netty.channel.Http2StreamsHandler;
import io.h2session.netty.http.HttpStreamCodec;
import io.h2session.netty.negotiation.Http2Negotiation;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerKeepAliveHandler;
import io.netty.handler.codec.http.HttpVersion;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** The meters of a program's sessions, and of its Java machine, for Prometheus: {@code /metrics} on a port of 127.0.0.1. */
public final class MetricsPort implements AutoCloseable {
    private static final String HOST = "127.0.0.1";
    private static final String PATH = "/metrics";
    private static final String TEXT_FORMAT = "text/plain; version=0.0.4; charset=utf-8";
    private static final int MAX_REQUEST = 65_536;

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Http2SessionMeters meters = new Http2SessionMeters();
    private final Http2SessionRegistry sessions = new Http2SessionRegistry();
    private final Http2SessionGauges gauges = new Http2SessionGauges(sessions);
    private final JvmGcMetrics pauses = new JvmGcMetrics();
    private final Http2Negotiation negotiation = Http2Negotiation.forServer()
            .http2(pipeline -> pipeline.addLast(
                    Http2SessionHandler.forServer().build(),
                    Http2StreamsHandler.builder()
                            .childInitializer(stream -> stream.pipeline()
                                    .addLast(
                                            HttpStreamCodec.forServer(),
                                            new HttpObjectAggregator(MAX_REQUEST),
                                            new Answers()))
                            .build()))
            .http1(pipeline -> pipeline.addLast(
                    new HttpServerCodec(),
                    new HttpServerKeepAliveHandler(),
                    new HttpObjectAggregator(MAX_REQUEST),
                    new Answers()))
            .build();
    private final EventLoopGroup eventLoops;
    private final Channel listening;

    private MetricsPort(int port) throws Exception {
        meters.bindTo(registry);
        gauges.bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        pauses.bindTo(registry);
        Transport transport = Transport.best();
        eventLoops = transport.eventLoops(1);
        try {
            listening = new ServerBootstrap()
                    .group(eventLoops)
                    .channel(transport.serverChannel())
                    .childHandler(new ChannelInitializer<SocketChannel>() {
                        @Override
                        protected void initChannel(SocketChannel channel) {
                            negotiation.inCleartext(channel.pipeline());
                        }
                    })
                    .bind(HOST, port)
                    .sync()
                    .channel();
        } catch (Exception notListening) {
            close();
            throw notListening;
        }
    }

    /**
     * Listens.
     *
     * @param port 0 for any free port
     */
    public static MetricsPort open(int port) throws Exception {
        return new MetricsPort(port);
    }

    /** What the builders of the sessions are to be given. */
    public Watch watch() {
        return new Watch(meters, sessions, null);
    }

    /** Where a scrape is answered. */
    public String url() {
        return "http://" + HOST + ":" + ((InetSocketAddress) listening.localAddress()).getPort() + PATH;
    }

    @Override
    public void close() {
        pauses.close();
        eventLoops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /** Answers a request, after each session was asked for its values. */
    private final class Answers extends SimpleChannelInboundHandler<FullHttpRequest> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
            boolean head = request.method().equals(HttpMethod.HEAD);
            String path = request.uri().split("\\?", 2)[0];
            if (!path.equals(PATH)) {
                answer(ctx, HttpResponseStatus.NOT_FOUND, "The meters are at " + PATH + "\n", head);
            } else if (!head && !request.method().equals(HttpMethod.GET)) {
                answer(ctx, HttpResponseStatus.METHOD_NOT_ALLOWED, "GET or HEAD\n", false);
            } else {
                gauges.refresh()
                        .thenRunAsync(
                                () -> answer(ctx, HttpResponseStatus.OK, registry.scrape(), head), ctx.executor());
            }
        }

        private void answer(ChannelHandlerContext ctx, HttpResponseStatus status, String text, boolean head) {
            ByteBuf content = Unpooled.copiedBuffer(text, UTF_8);
            int length = content.readableBytes();
            if (head) {
                content.release();
                content = Unpooled.EMPTY_BUFFER;
            }
            FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, content);
            response.headers()
                    .set(
                            HttpHeaderNames.CONTENT_TYPE,
                            status.equals(HttpResponseStatus.OK) ? TEXT_FORMAT : "text/plain; charset=utf-8")
                    .set(HttpHeaderNames.CONTENT_LENGTH, length);
            if (status.equals(HttpResponseStatus.METHOD_NOT_ALLOWED)) {
                response.headers().set(HttpHeaderNames.ALLOW, "GET, HEAD");
            }
            ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
