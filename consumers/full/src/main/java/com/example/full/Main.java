package com.example.full;

import io.h2session.api.Http2SessionOptions;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.channel.Http2StreamsHandler;
import io.h2session.netty.channel.StreamBootstrap;
import io.h2session.netty.channel.StreamChannel;
import io.h2session.netty.http.HttpStreamCodec;
import io.h2session.netty.negotiation.Http2Negotiation;
import io.h2session.netty.negotiation.Http2Tls;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.io.File;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** TLS with ALPN, a channel for each stream, HTTP objects on the server's: {@code Main CERTIFICATE KEY}, both PEM. */
public final class Main {
    private static final HeaderList GET =
            HeaderList.of(":method", "GET", ":scheme", "https", ":authority", "localhost", ":path", "/full");

    /** However slow a machine is, no peer takes too long. */
    private static final Http2SessionOptions PATIENT = Http2SessionOptions.builder()
            .timeouts(timeouts -> timeouts.withHandshake(Duration.ofHours(1)).withSettingsAck(Duration.ofHours(1)))
            .build();

    private Main() {}

    public static void main(String[] arguments) throws Exception {
        Class<?> codec = Http2SessionHandler.class;
        System.out.println("java " + Runtime.version().feature() + ", " + codec.getModule());
        File certificate = new File(arguments[0]);
        SslContext serverTls = Http2Tls.only(SslContextBuilder.forServer(certificate, new File(arguments[1])))
                .build();
        SslContext clientTls = Http2Tls.only(SslContextBuilder.forClient().trustManager(certificate))
                .build();
        EventLoopGroup loops = loops();
        try {
            Channel listening = new ServerBootstrap()
                    .group(loops)
                    .channel(NioServerSocketChannel.class)
                    .childHandler(server(serverTls))
                    .bind(InetAddress.getLoopbackAddress(), 0)
                    .sync()
                    .channel();
            String answer = ask(loops, clientTls, ((InetSocketAddress) listening.localAddress()).getPort());
            if (!answer.equals("hello, /full")) {
                throw new IllegalStateException(answer);
            }
            System.out.println("CONSUMER OK " + answer);
        } finally {
            loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
        }
    }

    @SuppressWarnings("deprecation") // the loops that both lines of Netty have
    private static EventLoopGroup loops() {
        return new io.netty.channel.nio.NioEventLoopGroup(1);
    }

    private static SslHandler patient(SslHandler tls) {
        tls.setHandshakeTimeout(1, TimeUnit.HOURS);
        return tls;
    }

    private static ChannelInitializer<SocketChannel> server(SslContext tls) {
        Http2Negotiation negotiation = Http2Negotiation.forServer()
                .http2(pipeline -> pipeline.addLast(
                        Http2SessionHandler.forServer()
                                .options(PATIENT)
                                .automaticConnectionWindow(true)
                                .build(),
                        Http2StreamsHandler.builder()
                                .childHandler(new ChannelInitializer<StreamChannel>() {
                                    @Override
                                    protected void initChannel(StreamChannel stream) {
                                        stream.pipeline().addLast(HttpStreamCodec.forServer());
                                        stream.pipeline().addLast(new HttpObjectAggregator(1024), new Greeter());
                                    }
                                })
                                .build()))
                .build();
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(SocketChannel channel) {
                negotiation.overTls(channel.pipeline(), patient(tls.newHandler(channel.alloc())));
            }
        };
    }

    private static String ask(EventLoopGroup loops, SslContext tls, int port) throws Exception {
        CompletableFuture<Channel> ready = new CompletableFuture<>();
        Http2Negotiation negotiation = Http2Negotiation.forClient()
                .http2(pipeline -> {
                    pipeline.addLast(
                            Http2SessionHandler.forClient().options(PATIENT).build(),
                            Http2StreamsHandler.builder().build());
                    ready.complete(pipeline.channel());
                })
                .build();
        new Bootstrap()
                .group(loops)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        negotiation.overTls(
                                channel.pipeline(), patient(tls.newHandler(channel.alloc(), "localhost", port)));
                    }
                })
                .connect(InetAddress.getLoopbackAddress(), port)
                .sync();
        Asker asker = new Asker();
        new StreamBootstrap(ready.get(30, TimeUnit.SECONDS))
                .handler(asker)
                .open()
                .addListener((Future<StreamChannel> opened) -> {
                    StreamChannel stream = opened.getNow();
                    stream.writeAndFlush(Http2SessionWrite.request(stream.stream(), GET));
                });
        return asker.answer.get(30, TimeUnit.SECONDS);
    }

    private static final class Greeter extends SimpleChannelInboundHandler<FullHttpRequest> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
            ByteBuf text = Unpooled.copiedBuffer("hello, " + request.uri(), StandardCharsets.US_ASCII);
            context.writeAndFlush(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, text));
        }
    }

    private static final class Asker extends SimpleChannelInboundHandler<Http2SessionEvent> {
        final CompletableFuture<String> answer = new CompletableFuture<>();

        @Override
        protected void channelRead0(ChannelHandlerContext context, Http2SessionEvent event) {
            if (event instanceof Http2SessionEvent.Data data && data.content().isReadable()) {
                answer.complete(data.content().toString(StandardCharsets.US_ASCII));
            }
        }
    }
}
