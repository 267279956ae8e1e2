package io.h2session.netty.pool;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.DataSource;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.h2session.netty.channel.Http2StreamsHandler;
import io.h2session.netty.channel.StreamBootstrap;
import io.h2session.netty.channel.StreamChannel;
import io.h2session.netty.channel.StreamEnd;
import io.h2session.netty.client.Http2Requests;
import io.h2session.netty.client.Http2Response;
import io.h2session.netty.http.HttpStreamCodec;
import io.h2session.netty.negotiation.Http2ClientUpgradeHandler;
import io.h2session.netty.negotiation.Http2Negotiation;
import io.h2session.netty.negotiation.Http2Tls;
import io.h2session.netty.negotiation.Http2UpgradeHandler;
import io.h2session.testing.EventLoops;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultFileRegion;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.netty.util.internal.logging.InternalLogger;
import io.netty.util.internal.logging.InternalLoggerFactory;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the document says of clients and the pool: it stands here in the same words, compiles and does it. */
@Timeout(120)
class ClientAndPoolDocumentTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "client-and-pool.md");
    private static final Path THIS = Path.of("src/test/java/io/h2session/netty/pool/ClientAndPoolDocumentTest.java");

    private static final InternalLogger log = InternalLoggerFactory.getInstance(ClientAndPoolDocumentTest.class);

    static ChannelFuture connect(Bootstrap bootstrap, SslContext tls, String host, int port) {
        Http2Negotiation negotiation = Http2Negotiation.forClient()
                .http2(pipeline -> pipeline.addLast(
                        Http2SessionHandler.forClient()
                                .automaticConnectionWindow(true)
                                .build(),
                        new Http2Requests(1024 * 1024),
                        Http2StreamsHandler.builder().build()))
                .build();
        return bootstrap
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        negotiation.overTls(channel.pipeline(), tls.newHandler(channel.alloc(), host, port));
                    }
                })
                .connect(host, port);
    }

    static Future<String> connectAndAsk(
            Bootstrap bootstrap, SocketAddress server, FullHttpRequest request, Promise<String> status) {
        HttpClientCodec codec = new HttpClientCodec();
        Http2Requests requests = new Http2Requests(1024 * 1024);
        Http2ClientUpgradeHandler upgrade = Http2ClientUpgradeHandler.builder(
                        codec, Http2SessionHandler.forClient().build())
                .http2((connection, stream) -> {
                    connection.addLast(requests);
                    requests.response(stream).addListener((Future<Http2Response> done) -> {
                        if (done.isSuccess()) {
                            status.trySuccess("h2c " + done.getNow().status());
                        } else {
                            status.tryFailure(done.cause());
                        }
                    });
                })
                .build();
        bootstrap
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(
                                        codec,
                                        upgrade,
                                        new HttpObjectAggregator(65_536),
                                        new SimpleChannelInboundHandler<FullHttpResponse>() {
                                            @Override
                                            protected void channelRead0(
                                                    ChannelHandlerContext context, FullHttpResponse response) {
                                                status.trySuccess("http/1.1 "
                                                        + response.status().code());
                                            }
                                        });
                    }
                })
                .connect(server)
                .addListener((ChannelFuture connected) -> {
                    if (!connected.isSuccess()) {
                        request.release();
                        status.tryFailure(connected.cause());
                        return;
                    }
                    connected.channel().writeAndFlush(request);
                    upgrade.protocol().addListener((Future<String> protocol) -> {
                        if (!protocol.isSuccess()) {
                            status.tryFailure(protocol.cause());
                        }
                    });
                });
        return status;
    }

    static Http2ConnectionPool pool(EventLoopGroup loops, SslContext tls, String host, int port) {
        return Http2ConnectionPool.to(
                        new Bootstrap().group(loops).channel(NioSocketChannel.class), new InetSocketAddress(host, port))
                .setup(new TlsSetup(tls, host, port))
                .options(PoolOptions.builder()
                        .maxConnections(4)
                        .spareStreams(10)
                        .maxAge(Duration.ofMinutes(30))
                        .build())
                .build();
    }

    static Future<Http2Response> send(Http2ConnectionPool pool, HeaderList request, ByteBuf body) {
        return pool.send(request, body).addListener((Future<Http2Response> done) -> {
            if (done.isSuccess()) {
                log.info("{}", done.getNow());
            } else if (PoolException.retryIsSafe(done.cause())) {
                log.info("may be sent again, elsewhere or later", done.cause());
            }
        });
    }

    static Future<StreamChannel> get(Http2ConnectionPool pool, String host, String path, ChannelHandler application) {
        return pool.open(new ChannelInitializer<StreamChannel>() {
                    @Override
                    protected void initChannel(StreamChannel stream) {
                        stream.pipeline()
                                .addLast(HttpStreamCodec.forClient(), new HttpObjectAggregator(65_536), application);
                    }
                })
                .addListener((Future<StreamChannel> opened) -> {
                    if (opened.isSuccess()) {
                        HttpRequest request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, path);
                        request.headers().set(HttpHeaderNames.HOST, host);
                        opened.getNow().writeAndFlush(request);
                    }
                });
    }

    static Future<StreamChannel> upload(
            Http2ConnectionPool pool, String host, String path, File file, ChannelHandler application) {
        return pool.open(new ChannelInitializer<StreamChannel>() {
                    @Override
                    protected void initChannel(StreamChannel stream) {
                        stream.pipeline()
                                .addLast(HttpStreamCodec.forClient(), new HttpObjectAggregator(65_536), application);
                    }
                })
                .addListener((Future<StreamChannel> opened) -> {
                    if (opened.isSuccess()) {
                        HttpRequest request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.PUT, path);
                        request.headers()
                                .set(HttpHeaderNames.HOST, host)
                                .set(HttpHeaderNames.CONTENT_LENGTH, file.length());
                        opened.getNow().write(request);
                        opened.getNow().write(new DefaultFileRegion(file, 0, file.length()));
                        opened.getNow().writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
                    }
                });
    }

    static Future<StreamChannel> open(Http2ConnectionPool pool, ChannelHandler application, AttributeKey<String> call) {
        return pool.open((StreamBootstrap stream) -> stream.handler(application)
                .option(ChannelOption.AUTO_READ, false)
                .attr(call, "an attribute of this stream"));
    }

    static final class Fetch implements PooledRequest {
        private final HeaderList headers;
        private final byte[] content;
        private final Promise<String> status;

        Fetch(HeaderList headers, byte[] content, Promise<String> status) {
            this.headers = headers;
            this.content = content;
            this.status = status;
        }

        @Override
        public void send(ChannelHandlerContext connection, Http2StreamHandle stream) {
            connection.writeAndFlush(Http2SessionWrite.request(stream, headers, Unpooled.wrappedBuffer(content)));
        }

        @Override
        public boolean sendAgain() {
            return true; // the content is still there
        }

        @Override
        public void head(ChannelHandlerContext connection, Http2SessionEvent.Headers head) {
            status.trySuccess(head.headers().value(":status").toString());
        }

        @Override
        public void data(ChannelHandlerContext connection, Http2SessionEvent.Data data) {
            data.release();
        }

        @Override
        public void ended(ChannelHandlerContext connection, Http2StreamHandle stream, StreamEnd end) {
            status.tryFailure(new IOException("no answer: " + end + ", retry is safe: " + end.retryIsSafe()));
        }
    }

    static Future<String> fetch(Http2ConnectionPool pool, HeaderList headers, byte[] content, Promise<String> status) {
        pool.open(new Fetch(headers, content, status)).addListener((Future<Http2StreamHandle> opened) -> {
            if (!opened.isSuccess()) {
                status.tryFailure(opened.cause());
            }
        });
        return status;
    }

    // ---- what is checked

    private static List<String> code(String text) {
        return Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
                .matcher(text)
                .results()
                .map((MatchResult block) -> withoutBlanks(block.group(1)))
                .toList();
    }

    private static String withoutBlanks(String code) {
        return code.replaceAll("\\s+", "");
    }

    @Test
    void theCodeIsThatOfTheDocument() throws IOException {
        String here = withoutBlanks(Files.readString(THIS));
        assertThat(code(Files.readString(DOCUMENT))).hasSize(8).allMatch(here::contains);
    }

    @Test
    void everyTestThatIsNamedIsThere() throws IOException, ReflectiveOperationException {
        List<String> missing = new ArrayList<>();
        List<String> named = Pattern.compile("`([A-Z]\\w+Test)\\.(\\w+)`")
                .matcher(Files.readString(DOCUMENT))
                .results()
                .map(one -> one.group(1) + "." + one.group(2))
                .toList();
        assertThat(named).hasSizeGreaterThan(25);
        for (String one : named) {
            String[] parts = one.split("\\.", -1);
            Class<?> test = testNamed(parts[0]);
            if (Arrays.stream(test.getDeclaredMethods()).noneMatch(method -> isTest(method, parts[1]))) {
                missing.add(one);
            }
        }
        assertThat(missing).isEmpty();
    }

    private static Class<?> testNamed(String name) throws ClassNotFoundException {
        for (String one : List.of("netty.pool.", "netty.negotiation.", "netty.channel.", "netty.")) {
            try {
                return Class.forName("io.h2session." + one + name);
            } catch (ClassNotFoundException elsewhere) {
                // In another package.
            }
        }
        return Class.forName("io.h2session." + name);
    }

    private static boolean isTest(Method method, String name) {
        return method.getName().equals(name)
                && (method.isAnnotationPresent(Test.class) || method.isAnnotationPresent(ParameterizedTest.class));
    }

    @Test
    void everyFailureIsInTheDocument() throws IOException {
        assertThat(Files.readString(DOCUMENT))
                .contains(Arrays.stream(PoolFailure.values())
                        .map(failure -> "`" + failure + "`")
                        .toList());
    }

    // ---- and that it works

    private final EventLoopGroup loops = EventLoops.nio(1);
    private Channel listening;

    @AfterEach
    void end() {
        if (listening != null) {
            listening.close().syncUninterruptibly();
        }
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    /** Answers an upload with its length, when it is complete. */
    private static final class Answering extends SimpleChannelInboundHandler<Http2SessionEvent> {
        private int uploaded;

        @Override
        protected void channelRead0(ChannelHandlerContext context, Http2SessionEvent event) {
            if (event instanceof Http2SessionEvent.Headers request
                    && !request.headers().value(":method").contentEquals("PUT")) {
                HeaderList ok = HeaderList.of(":status", "200");
                context.writeAndFlush(Http2SessionWrite.response(
                        request.stream(), ok, Unpooled.wrappedBuffer(new byte[] {'h', 'i'})));
            } else if (event instanceof Http2SessionEvent.Data data) {
                uploaded += data.content().readableBytes();
                if (data.endStream() && uploaded > 1) {
                    HeaderList created = HeaderList.of(":status", "201");
                    DataSource length = DataSource.ofAscii(Integer.toString(uploaded));
                    context.writeAndFlush(Http2SessionWrite.response(data.stream(), created, length));
                }
            }
        }
    }

    private static InputStream resource(String name) {
        return ClientAndPoolDocumentTest.class.getResourceAsStream("/io/h2session/netty/negotiation/" + name);
    }

    private int serve() throws Exception {
        SslContext context = Http2Tls.withHttp1(
                        SslContextBuilder.forServer(resource("localhost.pem"), resource("localhost.key"))
                                .sslProvider(SslProvider.JDK))
                .build();
        Http2Negotiation negotiation = Http2Negotiation.forServer()
                .http2(pipeline ->
                        pipeline.addLast(Http2SessionHandler.forServer().build(), new Answering()))
                .build();
        listening = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        negotiation.overTls(channel.pipeline(), context.newHandler(channel.alloc()));
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .sync()
                .channel();
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }

    private static SslContext clientTls() throws IOException {
        return Http2Tls.only(SslContextBuilder.forClient()
                        .sslProvider(SslProvider.JDK)
                        .trustManager(InsecureTrustManagerFactory.INSTANCE))
                .build();
    }

    private static HeaderList request(String path) {
        return HeaderList.of(":method", "GET", ":scheme", "https", ":authority", "localhost", ":path", path);
    }

    @Test
    void aConnectionIsMade() throws Exception {
        Channel connection = connect(
                        new Bootstrap().group(loops).channel(NioSocketChannel.class), clientTls(), "localhost", serve())
                .sync()
                .channel();
        assertThat(connection.isActive()).isTrue();
        connection.close();
        connection.close().sync();
    }

    @ParameterizedTest
    @CsvSource({"true, h2c 200", "false, http/1.1 404"})
    void aRequestThatAsksForTheUpgradeIsAnsweredInEitherProtocol(boolean switches, String answer) throws Exception {
        listening = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        HttpServerCodec codec = new HttpServerCodec();
                        channel.pipeline().addLast(codec);
                        if (switches) {
                            channel.pipeline()
                                    .addLast(new Http2UpgradeHandler(
                                            codec,
                                            pipeline -> pipeline.addLast(
                                                    Http2SessionHandler.forServer()
                                                            .build(),
                                                    new Answering())));
                        }
                        channel.pipeline().addLast(new NotFound());
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .sync()
                .channel();
        FullHttpRequest request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");
        request.headers().set(HttpHeaderNames.HOST, "localhost");
        Promise<String> status = loops.next().newPromise();

        Bootstrap bootstrap = new Bootstrap().group(loops).channel(NioSocketChannel.class);
        assertThat(connectAndAsk(bootstrap, listening.localAddress(), request, status)
                        .get(60, TimeUnit.SECONDS))
                .isEqualTo(answer);
    }

    private static final class NotFound extends SimpleChannelInboundHandler<HttpRequest> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, HttpRequest request) {
            FullHttpResponse response = new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1, HttpResponseStatus.NOT_FOUND, Unpooled.EMPTY_BUFFER);
            response.headers().set(HttpHeaderNames.CONTENT_LENGTH, 0);
            context.writeAndFlush(response);
        }
    }

    @Test
    void aPoolGivesHttpObjectsAndFetches() throws Exception {
        Http2ConnectionPool pool = pool(loops, clientTls(), "localhost", serve());
        Promise<Integer> answer = loops.next().newPromise();
        get(pool, "localhost", "/", new SimpleChannelInboundHandler<FullHttpResponse>() {
            @Override
            protected void channelRead0(ChannelHandlerContext context, FullHttpResponse response) {
                answer.setSuccess(response.status().code() + response.content().readableBytes());
            }
        });
        assertThat(answer.get(60, TimeUnit.SECONDS)).isEqualTo(202);
        Promise<String> status = loops.next().newPromise();
        assertThat(fetch(pool, request("/"), new byte[] {1}, status).get(60, TimeUnit.SECONDS))
                .isEqualTo("200");
        Future<Http2Response> response = send(pool, request("/"), null);
        assertThat(response.get(60, TimeUnit.SECONDS).content()).hasSize(2);
        pool.close().sync();
        assertThat(send(pool, request("/"), null).await().cause()).isInstanceOf(PoolException.class);
        Promise<String> none = loops.next().newPromise();
        assertThat(fetch(pool, request("/"), new byte[0], none).await().cause()).isInstanceOf(PoolException.class);
    }

    @Test
    void aPoolUploadsAFileBeyondTheWindows(@TempDir Path directory) throws Exception {
        Path file = Files.write(directory.resolve("file"), new byte[3_000_000]);
        Http2ConnectionPool pool = pool(loops, clientTls(), "localhost", serve());
        Promise<String> answer = loops.next().newPromise();
        upload(pool, "localhost", "/file", file.toFile(), new SimpleChannelInboundHandler<FullHttpResponse>() {
            @Override
            protected void channelRead0(ChannelHandlerContext context, FullHttpResponse response) {
                answer.setSuccess(
                        response.status().code() + " " + response.content().toString(US_ASCII));
            }
        });
        assertThat(answer.get(60, TimeUnit.SECONDS)).isEqualTo("201 3000000");
        pool.close().sync();
    }
}
