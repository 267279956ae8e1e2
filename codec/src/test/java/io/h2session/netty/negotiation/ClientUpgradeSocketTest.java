package io.h2session.netty.negotiation;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.channel.Http2StreamsHandler;
import io.h2session.netty.channel.StreamBootstrap;
import io.h2session.netty.channel.StreamChannel;
import io.h2session.netty.http.HttpStreamCodec;
import io.h2session.testing.EventLoops;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerUpgradeHandler;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2ServerUpgradeCodec;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.util.AsciiString;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Our client's upgrade over sockets, to our server and to Netty's, which takes content. */
@Timeout(120)
class ClientUpgradeSocketTest {
    private static final int MANY = 60_000;

    private final EventLoopGroup loops = EventLoops.nio(2);
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private Channel listening;
    private Channel connection;
    private Http2ClientUpgradeHandler upgrade;

    /** Which server answers. */
    private enum Peer {
        OURS {
            @Override
            void add(ChannelPipeline pipeline) {
                HttpServerCodec codec = new HttpServerCodec();
                pipeline.addLast(
                        codec,
                        new Http2UpgradeHandler(
                                codec,
                                http2 -> http2.addLast(
                                        Http2SessionHandler.forServer()
                                                .automaticConnectionWindow(true)
                                                .build(),
                                        Http2StreamsHandler.builder()
                                                .childHandler(child(HttpStreamCodec::forServer))
                                                .build())),
                        new HttpObjectAggregator(100_000),
                        new Echo("http/1.1"));
            }
        },
        NETTYS {
            @Override
            void add(ChannelPipeline pipeline) {
                HttpServerCodec codec = new HttpServerCodec();
                pipeline.addLast(
                        codec,
                        new HttpServerUpgradeHandler(
                                codec,
                                asked -> AsciiString.contentEquals(Http2CodecUtil.HTTP_UPGRADE_PROTOCOL_NAME, asked)
                                        ? new Http2ServerUpgradeCodec(
                                                Http2FrameCodecBuilder.forServer()
                                                        .build(),
                                                new Http2MultiplexHandler(
                                                        child(() -> new Http2StreamFrameToHttpObjectCodec(true))))
                                        : null,
                                100_000),
                        new HttpObjectAggregator(100_000),
                        new Echo("http/1.1"));
            }
        };

        abstract void add(ChannelPipeline pipeline);
    }

    private static ChannelInitializer<Channel> child(java.util.function.Supplier<ChannelHandler> codec) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel stream) {
                stream.pipeline().addLast(codec.get(), new HttpObjectAggregator(100_000), new Echo("h2c"));
            }
        };
    }

    /** Answers with what it was sent, and in what protocol. */
    private static final class Echo extends SimpleChannelInboundHandler<FullHttpRequest> {
        private final String protocol;

        Echo(String protocol) {
            this.protocol = protocol;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
            String head = protocol + " " + request.method() + " " + request.uri() + " ";
            ByteBuf content = Unpooled.wrappedBuffer(
                    Unpooled.copiedBuffer(head, US_ASCII), request.content().retain());
            FullHttpResponse response =
                    new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, content);
            response.headers().set("content-length", content.readableBytes());
            context.writeAndFlush(response);
        }
    }

    private final class Answers extends SimpleChannelInboundHandler<FullHttpResponse> {
        private final String protocol;

        Answers(String protocol) {
            this.protocol = protocol;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpResponse response) {
            answers.add(protocol + " " + response.status().code() + " "
                    + response.content().toString(US_ASCII));
        }
    }

    private ChannelInitializer<StreamChannel> asking() {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(StreamChannel stream) {
                stream.pipeline()
                        .addLast(HttpStreamCodec.forClient(), new HttpObjectAggregator(100_000), new Answers("h2c"));
            }
        };
    }

    @AfterEach
    void end() {
        connection.close().syncUninterruptibly();
        listening.close().syncUninterruptibly();
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private void connect(Peer peer) {
        listening = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        peer.add(channel.pipeline());
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly()
                .channel();
        HttpClientCodec codec = new HttpClientCodec();
        upgrade = Http2ClientUpgradeHandler.builder(
                        codec,
                        Http2SessionHandler.forClient()
                                .automaticConnectionWindow(true)
                                .build())
                .http2((pipeline, stream) -> pipeline.addLast(
                        Http2StreamsHandler.builder().upgradeHandler(asking()).build()))
                .build();
        connection = new Bootstrap()
                .group(loops)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(codec, upgrade, new HttpObjectAggregator(100_000), new Answers("http/1.1"));
                    }
                })
                .connect(listening.localAddress())
                .syncUninterruptibly()
                .channel();
    }

    private static HttpRequest withHost(HttpRequest request) {
        request.headers().set("host", "localhost");
        return request;
    }

    private static String letters() {
        return "abcdefghij".repeat(MANY / 10);
    }

    static Stream<Arguments> answered() {
        String big = letters();
        return Stream.of(
                Arguments.of(Peer.OURS, "", "h2c", "h2c"),
                Arguments.of(Peer.NETTYS, "", "h2c", "h2c"),
                Arguments.of(Peer.NETTYS, big, "h2c", "h2c"),
                // It does not hold content.
                Arguments.of(Peer.OURS, big, "http/1.1", "http/1.1"));
    }

    @ParameterizedTest(name = "{0} {2}")
    @MethodSource("answered")
    void theFirstRequestIsAnsweredAndSaysInWhichProtocol(Peer peer, String content, String ours, String theirs)
            throws Exception {
        connect(peer);
        FullHttpRequest request = new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1,
                content.isEmpty() ? HttpMethod.GET : HttpMethod.POST,
                "/first",
                Unpooled.copiedBuffer(content, US_ASCII));
        withHost(request);
        if (!content.isEmpty()) {
            request.headers().set("content-length", content.length());
        }

        connection.writeAndFlush(request).sync();

        assertThat(answers.take())
                .isEqualTo(ours + " 200 " + theirs + " " + (content.isEmpty() ? "GET" : "POST") + " /first " + content);
        assertThat(upgrade.protocol().get(60, TimeUnit.SECONDS)).isEqualTo(ours);
    }

    @Test
    void contentThatIsWrittenInPiecesIsSentWholeAndOtherStreamsFollow() throws Exception {
        connect(Peer.NETTYS);
        HttpRequest head = withHost(new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.PUT, "/pieces"));
        head.headers().set("transfer-encoding", "chunked");
        connection.write(head);
        for (int i = 0; i < 100; i++) {
            connection.writeAndFlush(
                    new DefaultHttpContent(Unpooled.copiedBuffer(String.format(Locale.ROOT, "%03d", i), US_ASCII)));
        }
        connection.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT).sync();

        assertThat(answers.take())
                .startsWith("h2c 200 h2c PUT /pieces 000001002")
                .endsWith("098099");

        StreamChannel next =
                new StreamBootstrap(connection).handler(asking()).open().get(60, TimeUnit.SECONDS);
        FullHttpRequest second = new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1, HttpMethod.POST, "/second", Unpooled.copiedBuffer("xyz", US_ASCII));
        next.writeAndFlush(withHost(second)).sync();

        assertThat(answers.take()).isEqualTo("h2c 200 h2c POST /second xyz");
    }
}
