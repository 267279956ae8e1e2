package io.h2session.interop;

import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.channel.Http2StreamsHandler;
import io.h2session.netty.channel.StreamBootstrap;
import io.h2session.netty.channel.StreamChannel;
import io.h2session.netty.http.HttpStreamCodec;
import io.h2session.netty.negotiation.Http2ClientUpgradeHandler;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Our client's upgrade from HTTP/1.1 against another's server: the first request asks for it, and the same request follows on the
 * connection as it then is.
 *
 * <p>Usage: {@code java -cp benchmarks.jar io.h2session.interop.UpgradeClient PORT PATH LENGTH}, without TLS: a GET, or a POST with
 * content of that length if it is not 0. Two lines say for each response in which protocol it came, its status, and how long it is.
 */
public final class UpgradeClient {
    private static final int WAIT_SECONDS = 30;
    private static final int LONGEST = 10_000_000;

    private final BlockingQueue<String> responses = new LinkedBlockingQueue<>();
    private final int port;
    private final String path;
    private final String content;

    private UpgradeClient(int port, String path, int length) {
        this.port = port;
        this.path = path;
        content = "x".repeat(length);
    }

    /** Fails if there is no response in time. */
    public static void main(String[] args) throws Exception {
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        try {
            new UpgradeClient(Integer.parseInt(args[0]), args[1], Integer.parseInt(args[2])).run(group);
        } finally {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }

    private void run(EventLoopGroup group) throws Exception {
        HttpClientCodec codec = new HttpClientCodec();
        Http2ClientUpgradeHandler upgrade = Http2ClientUpgradeHandler.builder(
                        codec,
                        Http2SessionHandler.forClient()
                                .automaticConnectionWindow(true)
                                .build())
                .http2((pipeline, stream) -> pipeline.addLast(
                        Http2StreamsHandler.builder().upgradeHandler(stream()).build()))
                .maxContentLength(LONGEST)
                .build();
        Channel connection = new Bootstrap()
                .group(group)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(codec, upgrade, new HttpObjectAggregator(LONGEST), new Responses("http/1.1"));
                    }
                })
                .connect("127.0.0.1", port)
                .sync()
                .channel();
        connection.writeAndFlush(request()).sync();
        tell();
        if (upgrade.protocol().get().equals("h2c")) {
            Channel next =
                    new StreamBootstrap(connection).handler(stream()).open().get(WAIT_SECONDS, TimeUnit.SECONDS);
            next.writeAndFlush(request()).sync();
        } else {
            connection.writeAndFlush(request()).sync();
        }
        tell();
        connection.close().sync();
    }

    private void tell() throws InterruptedException {
        String response = responses.poll(WAIT_SECONDS, TimeUnit.SECONDS);
        if (response == null) {
            throw new IllegalStateException("no response");
        }
        System.out.println(response);
    }

    private FullHttpRequest request() {
        FullHttpRequest request = new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1,
                content.isEmpty() ? HttpMethod.GET : HttpMethod.POST,
                path,
                Unpooled.copiedBuffer(content, StandardCharsets.US_ASCII));
        request.headers().set("host", "127.0.0.1:" + port);
        if (!content.isEmpty()) {
            request.headers().set("content-length", content.length());
        }
        return request;
    }

    private ChannelInitializer<StreamChannel> stream() {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(StreamChannel stream) {
                stream.pipeline()
                        .addLast(HttpStreamCodec.forClient(), new HttpObjectAggregator(LONGEST), new Responses("h2c"));
            }
        };
    }

    private final class Responses extends SimpleChannelInboundHandler<FullHttpResponse> {
        private final String protocol;

        Responses(String protocol) {
            this.protocol = protocol;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpResponse response) {
            responses.add(protocol + " " + response.status().code() + " "
                    + response.content().readableBytes());
        }
    }
}
