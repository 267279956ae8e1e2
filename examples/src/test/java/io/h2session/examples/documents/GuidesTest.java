package io.h2session.examples.documents;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.Http2Session;
import io.h2session.api.ByteSink;
import io.h2session.api.DataSource;
import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SessionListener;
import io.h2session.api.Http2SessionOptions;
import io.h2session.examples.hello.Hello;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.Frame;
import io.h2session.frame.HeadersFrame;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.h2session.netty.channel.Http2StreamsHandler;
import io.h2session.netty.channel.StreamChannel;
import io.h2session.netty.client.Http2Requests;
import io.h2session.netty.client.Http2Response;
import io.h2session.netty.client.Http2ResponseException;
import io.h2session.netty.http.HttpStreamCodec;
import io.h2session.netty.pool.Http2ConnectionPool;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.concurrent.Future;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The servers of the guides answer. */
class GuidesTest {
    private static final HeaderList OK = HeaderList.of(":status", "200");
    private static final int MOST = 2 * 1024 * 1024;

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

    @AfterEach
    void end() throws InterruptedException {
        group.shutdownGracefully(0, 10, TimeUnit.SECONDS).await();
    }

    @Test
    void theBytesOfAnUploadAreCounted() throws Exception {
        Channel server = serve(new HandlerGuide.Connections());
        Http2Response response = ask(server.localAddress(), "POST", Unpooled.wrappedBuffer(new byte[1_000_000]));
        assertThat(text(response)).isEqualTo("1000000 bytes\n");
        assertThat(text(ask(server.localAddress(), "GET", Unpooled.EMPTY_BUFFER)))
                .isEqualTo("0 bytes\n");
    }

    @Test
    void aBodyIsWrittenInPieces() throws Exception {
        Channel server = serve(connection(new HandlerGuide.Pieces()));
        assertThat(ask(server.localAddress(), "GET", Unpooled.EMPTY_BUFFER).content())
                .hasSize(1_024_000);
    }

    @Test
    void anExceptionResetsTheStreamAndTheConnectionServesTheNext() throws Exception {
        Channel server = serve(connection(new HandlerGuide.ResetOnFailure() {
            private boolean failed;

            @Override
            protected void handle(ChannelHandlerContext ctx, Http2SessionEvent event) {
                if (event instanceof Http2SessionEvent.Headers request) {
                    if (!failed) {
                        failed = true;
                        throw new IllegalStateException("the first request fails");
                    }
                    ctx.writeAndFlush(Http2SessionWrite.response(request.stream(), OK));
                }
            }
        }));
        Http2Requests requests = new Http2Requests(MOST);
        Channel channel = connect(server.localAddress(), requests);
        Future<Http2Response> first = requests.send(head("GET"), null);
        assertThat(first.await(1, TimeUnit.MINUTES)).isTrue();
        Future<Http2Response> second = requests.send(head("GET"), null);
        assertThat(second.await(1, TimeUnit.MINUTES)).isTrue();
        channel.close().await();

        assertThat(first.cause())
                .isInstanceOfSatisfying(Http2ResponseException.class, failure -> assertThat(failure.errorCode())
                        .isEqualTo(ErrorCode.INTERNAL_ERROR.code()));
        assertThat(second.getNow().status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"head", "buffer", "source", "pieces", "rest"})
    void aHandlerOfWritesSeesAndChangesWhatIsSent(String kind) throws Exception {
        HandlerGuide.Outgoing outgoing = new HandlerGuide.Outgoing();
        Channel server = serve(connection(outgoing, new SimpleChannelInboundHandler<Http2SessionEvent>() {
            @Override
            protected void channelRead0(ChannelHandlerContext ctx, Http2SessionEvent event) {
                if (event instanceof Http2SessionEvent.Headers request) {
                    answer(ctx, request.stream(), kind);
                }
            }
        }));
        Http2Response response = ask(server.localAddress(), "GET", Unpooled.EMPTY_BUFFER);

        assertThat(response.headers().value("server").toString()).isEqualTo("example");
        assertThat(text(response)).isEqualTo(kind.equals("head") ? "" : "hello");
        assertThat(outgoing.bytes()).isEqualTo(response.content().length);
    }

    @Test
    void aHandlerOfWritesSeesThoseOfHttpObjectsOnStreamsToo() throws Exception {
        HandlerGuide.Outgoing outgoing = new HandlerGuide.Outgoing();
        SimpleChannelInboundHandler<FullHttpRequest> greeter = new SimpleChannelInboundHandler<>() {
            @Override
            protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
                ByteBuf hello = Unpooled.copiedBuffer("hello", StandardCharsets.US_ASCII);
                ctx.writeAndFlush(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, hello));
            }
        };
        Channel server = serve(connection(
                outgoing,
                Http2StreamsHandler.builder()
                        .childInitializer(stream -> stream.pipeline()
                                .addLast(HttpStreamCodec.forServer(), new HttpObjectAggregator(MOST), greeter))
                        .build()));
        Http2Response response = ask(server.localAddress(), "GET", Unpooled.EMPTY_BUFFER);

        assertThat(response.headers().value("server").toString()).isEqualTo("example");
        assertThat(text(response)).isEqualTo("hello");
        assertThat(outgoing.bytes()).isEqualTo(5);
    }

    private static void answer(ChannelHandlerContext ctx, Http2StreamHandle stream, String kind) {
        ByteBuf hello = Unpooled.copiedBuffer("hello", StandardCharsets.US_ASCII);
        switch (kind) {
            case "head" -> {
                hello.release();
                ctx.writeAndFlush(Http2SessionWrite.response(stream, OK));
            }
            case "buffer" -> ctx.writeAndFlush(Http2SessionWrite.response(stream, OK, hello));
            case "source" -> ctx.writeAndFlush(Http2SessionWrite.response(stream, OK, DataSource.of(hello)));
            case "pieces" -> {
                ctx.write(Http2SessionWrite.responseHead(stream, OK));
                ctx.write(Http2SessionWrite.data(stream, hello.readRetainedSlice(2), false));
                ctx.writeAndFlush(Http2SessionWrite.data(stream, hello, true));
            }
            default -> {
                ctx.write(Http2SessionWrite.responseHead(stream, OK));
                ctx.writeAndFlush(Http2SessionWrite.body(stream, DataSource.of(hello)));
            }
        }
    }

    @Test
    void aServerThatIsSilentForTooLongIsAGatewayTimeout() throws Exception {
        Channel server = serve(connection(new SimpleChannelInboundHandler<Http2SessionEvent>() {
            @Override
            protected void channelRead0(ChannelHandlerContext ctx, Http2SessionEvent event) {
                // It does not answer.
            }
        }));
        Bootstrap bootstrap = new Bootstrap().group(group).channel(NioSocketChannel.class);
        Http2ConnectionPool pool = ProxyGuide.impatient(bootstrap, server.localAddress(), Duration.ofMillis(50));
        StreamChannel stream = pool.open(new ChannelInitializer<StreamChannel>() {
                    @Override
                    protected void initChannel(StreamChannel opened) {
                        opened.pipeline().addLast(HttpStreamCodec.forClient());
                    }
                })
                .sync()
                .getNow();
        DefaultFullHttpRequest request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");
        request.headers().set(HttpHeaderNames.HOST, "localhost");
        stream.writeAndFlush(request);
        assertThat(stream.closeFuture().await(1, TimeUnit.MINUTES)).isTrue();

        assertThat(ProxyGuide.status(stream.end())).isEqualTo(504);
        pool.close();
    }

    @Test
    void aServerThatIsShutDownAnswersWhatWasAsked() throws Exception {
        CompletableFuture<Runnable> asked = new CompletableFuture<>();
        OperationsGuide.Connections connections =
                new OperationsGuide.Connections(() -> new SimpleChannelInboundHandler<Http2SessionEvent>() {
                    @Override
                    protected void channelRead0(ChannelHandlerContext ctx, Http2SessionEvent event) {
                        if (event instanceof Http2SessionEvent.Headers request) {
                            asked.complete(() -> ctx.writeAndFlush(Http2SessionWrite.response(request.stream(), OK)));
                        }
                    }
                });
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        Channel listening = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childHandler(connections)
                .bind(InetAddress.getLoopbackAddress(), 0)
                .sync()
                .channel();
        CompletableFuture<Void> draining = new CompletableFuture<>();
        Http2Requests requests = new Http2Requests(MOST);
        Channel client = connect(listening.localAddress(), requests);
        client.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                if (event == Http2SessionEvent.FactChanged.DRAINING) {
                    draining.complete(null);
                }
            }
        });
        Future<Http2Response> response = requests.send(head("GET"), null);
        Runnable answer = asked.get(1, TimeUnit.MINUTES);
        FutureTask<Void> ended = new FutureTask<>(() -> connections.shutDown(listening, loops), null);
        new Thread(ended, "shutdown").start();
        draining.get(1, TimeUnit.MINUTES);
        assertThat(ended.isDone()).isFalse();
        answer.run();

        assertThat(response.await(1, TimeUnit.MINUTES)).isTrue();
        assertThat(response.get().status()).isEqualTo(200);
        ended.get(1, TimeUnit.MINUTES);
        assertThat(listening.isOpen()).isFalse();
        assertThat(loops.isTerminated()).isTrue();
        assertThat(client.closeFuture().await(1, TimeUnit.MINUTES)).isTrue();
    }

    @Test
    void aCaptureHasTheBytesOfBothDirections() throws Exception {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        Channel server = serve(new ChannelInitializer<SocketChannel>() {
            @Override
            protected void initChannel(SocketChannel channel) {
                channel.pipeline().addLast(Http2SessionHandler.forServer().build(), new Hello.Greeter());
                ReadmeCode.capture(channel, file);
            }
        });
        ask(server.localAddress(), "GET", Unpooled.EMPTY_BUFFER);
        group.shutdownGracefully(0, 10, TimeUnit.SECONDS).await();
        assertThat(file.toString(StandardCharsets.ISO_8859_1)).contains("PRI * HTTP/2.0", "hello, world");
    }

    @Test
    void theEngineServesASocketWithoutNettysChannels() throws Exception {
        try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            FutureTask<Void> served = new FutureTask<>((Callable<Void>) () -> {
                EngineGuide.serve(listening.accept());
                return null;
            });
            new Thread(served, "server").start();
            Http2Response response = ask(listening.getLocalSocketAddress(), "GET", Unpooled.EMPTY_BUFFER);
            assertThat(text(response)).isEqualTo("hello, world\n");
            served.get(1, TimeUnit.MINUTES);
        }
    }

    /** A session stops receiving while 64 replies wait to be sent. */
    @Test
    void theEngineReadsTheRestWhenItHasReplied() throws Exception {
        ByteBuf bytes = Unpooled.buffer();
        Http2Session client =
                new Http2Session(Http2Role.CLIENT, Http2SessionOptions.safe(), new Http2SessionListener() {});
        client.submitRequest(
                HeaderList.of(":method", "GET", ":scheme", "http", ":path", "/", ":authority", "a"), null, null);
        for (int i = 0; i < 200; i++) {
            client.submitPing(i);
        }
        client.send(gathering(bytes));
        try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket socket = new Socket(listening.getInetAddress(), listening.getLocalPort())) {
            FutureTask<Void> served = new FutureTask<>((Callable<Void>) () -> {
                EngineGuide.serve(listening.accept());
                return null;
            });
            new Thread(served, "server").start();
            socket.getOutputStream().write(ByteBufUtil.getBytes(bytes));
            socket.shutdownOutput();
            byte[] answer = socket.getInputStream().readAllBytes();
            served.get(1, TimeUnit.MINUTES);

            assertThat(new String(answer, StandardCharsets.ISO_8859_1)).contains("hello, world");
            int pingAcks = 0;
            for (int at = 0;
                    at + 9 <= answer.length;
                    at += 9 + (answer[at + 1] & 0xff) * 256 + (answer[at + 2] & 0xff)) {
                pingAcks += answer[at + 3] == 6 ? 1 : 0;
            }
            assertThat(pingAcks).isEqualTo(200);
        }
        client.close();
    }

    @Test
    void aClientOfTheEngineReadsTheBodyThatIsMadeAsItCanBeSent() {
        Http2Session server =
                new Http2Session(Http2Role.SERVER, Http2SessionOptions.safe(), new Http2SessionListener() {
                    @Override
                    public void onFrameReceived(Http2SessionContext context, Frame frame) {
                        if (frame instanceof HeadersFrame request) {
                            context.submitResponse(
                                    request.streamId(), HeaderList.of(":status", "200"), new EngineGuide.Letters(MOST));
                        }
                    }
                });
        StringBuilder content = new StringBuilder();
        Http2Session client = EngineGuide.client(content);
        assertThat(EngineGuide.ask(client)).isEqualTo(1);
        while (client.wantRead() || client.wantWrite()) {
            ByteBuf bytes = Unpooled.buffer();
            client.send(gathering(bytes));
            server.recv(bytes);
            bytes.clear();
            server.send(gathering(bytes));
            client.recv(bytes);
        }
        assertThat(content).hasSize(MOST).containsOnlyOnce("x".repeat(MOST));
        server.close();
        client.close();
    }

    private static ByteSink gathering(ByteBuf bytes) {
        return new ByteSink() {
            @Override
            public long writableBytes() {
                return Long.MAX_VALUE;
            }

            @Override
            public void write(ByteBuf more) {
                bytes.writeBytes(more);
                more.release();
            }
        };
    }

    private Channel serve(ChannelHandler handler) throws InterruptedException {
        return new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childHandler(handler)
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .sync()
                .channel();
    }

    private static ChannelHandler connection(ChannelHandler... handlers) {
        return new ChannelInitializer<SocketChannel>() {
            @Override
            protected void initChannel(SocketChannel channel) {
                channel.pipeline()
                        .addLast(Http2SessionHandler.forServer().build())
                        .addLast(handlers);
            }
        };
    }

    private Channel connect(SocketAddress server, Http2Requests requests) throws InterruptedException {
        return new Bootstrap()
                .group(group)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel connection) {
                        connection
                                .pipeline()
                                .addLast(Http2SessionHandler.forClient().build(), requests);
                    }
                })
                .connect(server)
                .sync()
                .channel();
    }

    private static HeaderList head(String method) {
        return HeaderList.of(":method", method, ":scheme", "http", ":path", "/", ":authority", "localhost");
    }

    private Http2Response ask(SocketAddress server, String method, ByteBuf body) throws Exception {
        Http2Requests requests = new Http2Requests(MOST);
        Channel channel = connect(server, requests);
        Future<Http2Response> response = requests.send(head(method), body);
        assertThat(response.await(1, TimeUnit.MINUTES)).isTrue();
        channel.close().await();
        return response.get();
    }

    private static String text(Http2Response response) {
        return new String(response.content(), StandardCharsets.US_ASCII);
    }
}
