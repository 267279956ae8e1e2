package com.example.metered;

import io.h2session.api.DataSource;
import io.h2session.api.Http2SessionOptions;
import io.h2session.hpack.HeaderList;
import io.h2session.micrometer.Http2SessionGauges;
import io.h2session.micrometer.Http2SessionMeters;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionHandlerBuilder;
import io.h2session.netty.Http2SessionRegistry;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A server and a client on a socket, and the meters of both in a registry of Micrometer. */
public final class Main {
    private static final HeaderList OK = HeaderList.of(":status", "200", "content-type", "text/plain");
    private static final HeaderList GET =
            HeaderList.of(":method", "GET", ":scheme", "http", ":authority", "localhost", ":path", "/");

    /** However slow a machine is, no peer takes too long. */
    private static final Http2SessionOptions PATIENT = Http2SessionOptions.builder()
            .timeouts(timeouts -> timeouts.withHandshake(Duration.ofHours(1)).withSettingsAck(Duration.ofHours(1)))
            .build();

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final Http2SessionRegistry sessions = new Http2SessionRegistry();
    private final Http2SessionMeters meters = new Http2SessionMeters();
    private final Http2SessionGauges gauges = new Http2SessionGauges(sessions);

    private Main() {}

    public static void main(String[] arguments) throws Exception {
        System.out.println("java " + Runtime.version().feature() + ", " + Http2SessionHandler.class.getModule() + ", "
                + Http2SessionMeters.class.getModule());
        new Main().run();
    }

    private void run() throws Exception {
        meters.bindTo(registry);
        gauges.bindTo(registry);
        EventLoopGroup loops = loops();
        String answer;
        try {
            answer = ask(loops);
            // A session whose event loop does not answer in time is left out: this one is asked again.
            for (int turn = 0; turn < 6 && (gauge("client", "sent") == 0 || gauge("server", "received") == 0); turn++) {
                gauges.refresh().toCompletableFuture().get(30, TimeUnit.SECONDS);
            }
            expect(gauge("client", "sent") > 0, "the client's encoder has a table");
            expect(gauge("server", "received") == gauge("client", "sent"), "the server's decoder has the same");
        } finally {
            loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
        }
        expect(frames("server", "sent") == 1, "the server has sent one frame of DATA");
        expect(frames("client", "received") == 1, "the client has received it");
        System.out.println("CONSUMER OK " + answer);
    }

    private double gauge(String role, String direction) {
        return registry.get("h2session.hpack.tables")
                .tags("role", role, "direction", direction)
                .gauge()
                .value();
    }

    private double frames(String role, String direction) {
        return registry.get("h2session.frames")
                .tags("role", role, "direction", direction, "type", "DATA")
                .functionCounter()
                .count();
    }

    private static void expect(boolean condition, String what) {
        if (!condition) {
            throw new IllegalStateException("not so: " + what);
        }
    }

    @SuppressWarnings("deprecation") // the loops that both lines of Netty have
    private static EventLoopGroup loops() {
        return new io.netty.channel.nio.NioEventLoopGroup(1);
    }

    private Http2SessionHandler measured(Http2SessionHandlerBuilder session) {
        return session.metrics(meters).registry(sessions).options(PATIENT).build();
    }

    private String ask(EventLoopGroup loops) throws Exception {
        Channel listening = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(measured(Http2SessionHandler.forServer()), new Greeter());
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .sync()
                .channel();
        Asker asker = new Asker();
        new Bootstrap()
                .group(loops)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(measured(Http2SessionHandler.forClient()), asker);
                    }
                })
                .connect(listening.localAddress())
                .sync()
                .channel()
                .writeAndFlush(Http2SessionWrite.request(new Http2StreamHandle(), GET));
        return asker.answer.get(30, TimeUnit.SECONDS);
    }

    private static final class Greeter extends SimpleChannelInboundHandler<Http2SessionEvent> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, Http2SessionEvent event) {
            if (event instanceof Http2SessionEvent.Headers request) {
                DataSource body = DataSource.ofAscii("hello, meters");
                context.writeAndFlush(Http2SessionWrite.response(request.stream(), OK, body));
            }
        }
    }

    private static final class Asker extends SimpleChannelInboundHandler<Http2SessionEvent> {
        final CompletableFuture<String> answer = new CompletableFuture<>();

        @Override
        protected void channelRead0(ChannelHandlerContext context, Http2SessionEvent event) {
            if (event instanceof Http2SessionEvent.Data data) {
                answer.complete(data.content().toString(StandardCharsets.US_ASCII));
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            answer.completeExceptionally(new IllegalStateException("closed before the answer"));
        }
    }
}
