package io.h2session.examples.smallproxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.examples.net.RunningProgram;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.HeadersCategory;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.ReferenceCounted;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the guide to writing a proxy says of its proxy is so. */
class SmallProxyTest {
    private static final Path CODE = Path.of("src/main/java/io/h2session/examples/smallproxy/SmallProxy.java");
    private static final HeaderList OK = HeaderList.of(":status", "200");

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());

    /** What the server behind the proxy and the client see. */
    private final BlockingQueue<String> server = new LinkedBlockingQueue<>();

    private final BlockingQueue<String> client = new LinkedBlockingQueue<>();

    private Channel behind;
    private Channel connection;

    @BeforeEach
    void begin() throws InterruptedException {
        behind = listen(new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(Http2SessionHandler.forServer().build(), new Behind());
            }
        });
        connection = connect(listen(new SmallProxy(behind.localAddress())).localAddress());
    }

    @AfterEach
    void end() throws InterruptedException {
        // Loops that need not be quiet for a moment can end without closing their channels, and what those have would
        // leak.
        loops.shutdownGracefully(1, 10_000, TimeUnit.MILLISECONDS).await();
    }

    @Test
    void itHasLessThanAHundredLines() throws IOException {
        long lines = Files.readAllLines(CODE).stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("import ") && !line.startsWith("package "))
                .filter(line -> !line.startsWith("/**") && !line.startsWith("//"))
                .count();
        assertThat(lines).isLessThan(100);
    }

    @Test
    void itTellsWhereItListens() throws Exception {
        Process proxy = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        RunningProgram.classPath(),
                        SmallProxy.class.getName(),
                        "0",
                        "8080")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader output = proxy.inputReader()) {
            assertThat(output.readLine()).matches("listening on http://127\\.0\\.0\\.1:[1-9]\\d*");
        } finally {
            proxy.destroyForcibly().waitFor();
        }
    }

    @Test
    void aRequestGoesThroughAndItsAnswerComesBack() throws InterruptedException {
        ask("/echo", Unpooled.wrappedBuffer(new byte[100_000]));
        assertThat(next(server)).isEqualTo("/echo via 2 small-proxy");
        assertThat(next(client)).isEqualTo("200");
        assertThat(next(client)).isEqualTo("closed with 100000 bytes: NO_ERROR");
    }

    @Test
    void anAnswerBeforeTheRequestIsWholeIsComplete() throws InterruptedException {
        Http2StreamHandle stream = new Http2StreamHandle();
        connection.writeAndFlush(Http2SessionWrite.requestHead(stream, post("/early")));
        assertThat(next(client)).isEqualTo("200");
        assertThat(next(client)).isEqualTo("closed with 5 bytes: NO_ERROR");
    }

    @Test
    void aServerThatResetsIsABadGateway() throws InterruptedException {
        ask("/reset", Unpooled.EMPTY_BUFFER);
        assertThat(next(client)).isEqualTo("502");
        assertThat(next(client)).isEqualTo("closed with 0 bytes: NO_ERROR");
    }

    @Test
    void aServerThatResetsItsAnswerResetsTheClients() throws InterruptedException {
        ask("/half", Unpooled.EMPTY_BUFFER);
        assertThat(next(client)).isEqualTo("200");
        assertThat(next(client)).isEqualTo("closed with 4 bytes: INTERNAL_ERROR");
    }

    @Test
    void aServerThatCannotBeReachedIsABadGateway() throws InterruptedException {
        Channel alone = connect(listen(new SmallProxy(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1)))
                .localAddress());
        connection = alone;
        ask("/", Unpooled.EMPTY_BUFFER);
        assertThat(next(client)).isEqualTo("502");
    }

    @Test
    void aClientThatResetsResetsItsRequestAtTheServer() throws InterruptedException {
        Http2StreamHandle stream = new Http2StreamHandle();
        connection.writeAndFlush(Http2SessionWrite.requestHead(stream, post("/never")));
        assertThat(next(server)).isEqualTo("/never via 2 small-proxy");
        connection.writeAndFlush(Http2SessionWrite.reset(stream, ErrorCode.CANCEL));
        assertThat(next(server)).isEqualTo("reset: CANCEL");
    }

    @Test
    void aServerThatDoesNotReadStopsTheClient() throws InterruptedException {
        Http2StreamHandle stream = new Http2StreamHandle();
        connection.writeAndFlush(Http2SessionWrite.requestHead(stream, post("/unread")));
        assertThat(next(server)).isEqualTo("/unread via 2 small-proxy");
        // More than the windows of both sides; each piece waits for the one before.
        long most = 4L * 1024 * 1024;
        AtomicLong sent = new AtomicLong();
        writePieces(stream, sent, most);
        assertThat(next(server)).isEqualTo("held"); // its window is used up
        assertThat(sent.get()).isLessThan(most);
        connection.writeAndFlush(Http2SessionWrite.reset(stream, ErrorCode.CANCEL));
        assertThat(next(server)).isEqualTo("reset: CANCEL");
    }

    private void writePieces(Http2StreamHandle stream, AtomicLong sent, long most) {
        ByteBuf piece = Unpooled.wrappedBuffer(new byte[16 * 1024]);
        connection.writeAndFlush(Http2SessionWrite.data(stream, piece, false)).addListener(done -> {
            if (done.isSuccess() && sent.addAndGet(16 * 1024) < most) {
                writePieces(stream, sent, most);
            }
        });
    }

    /** The server behind the proxy. */
    private final class Behind extends SimpleChannelInboundHandler<Http2SessionEvent> {
        private ByteBuf echo;
        private final List<ReferenceCounted> unread = new ArrayList<>();
        private long held;
        private boolean reads = true;

        Behind() {
            super(false);
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, Http2SessionEvent event) {
            if (event instanceof Http2SessionEvent.Headers request && request.category() == HeadersCategory.REQUEST) {
                server.add(request.headers().value(":path") + " via "
                        + request.headers().value("via"));
                answer(ctx, request.stream(), request.headers().value(":path").toString());
            } else if (event instanceof Http2SessionEvent.Data data) {
                if (!reads) {
                    hold(data);
                    return;
                }
                if (echo != null) {
                    echo.writeBytes(data.content());
                }
                data.release();
                if (data.endStream() && echo != null) {
                    ctx.writeAndFlush(Http2SessionWrite.data(data.stream(), echo, true));
                }
            }
        }

        private void hold(Http2SessionEvent.Data data) {
            held += data.content().readableBytes();
            unread.add(data); // neither released nor consumed: no credit
            if (held == 256 * 1024) {
                server.add("held");
            }
        }

        private void answer(ChannelHandlerContext ctx, Http2StreamHandle stream, String path) {
            switch (path) {
                case "/echo" -> {
                    echo = Unpooled.buffer();
                    ctx.writeAndFlush(Http2SessionWrite.responseHead(stream, OK));
                }
                case "/early" ->
                    ctx.writeAndFlush(
                            Http2SessionWrite.response(stream, OK, Unpooled.wrappedBuffer(new byte[] {1, 2, 3, 4, 5})));
                case "/reset" -> ctx.writeAndFlush(Http2SessionWrite.reset(stream, ErrorCode.INTERNAL_ERROR));
                case "/half" -> {
                    ctx.write(Http2SessionWrite.responseHead(stream, OK));
                    ctx.writeAndFlush(Http2SessionWrite.data(
                                    stream, Unpooled.wrappedBuffer(new byte[] {1, 2, 3, 4}), false))
                            .addListener(done ->
                                    ctx.writeAndFlush(Http2SessionWrite.reset(stream, ErrorCode.INTERNAL_ERROR)));
                }
                case "/unread" -> reads = false;
                default -> {}
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof Http2SessionEvent.Reset reset) {
                server.add("reset: " + ErrorCode.of(reset.errorCode()));
            } else if (event instanceof Http2SessionEvent.StreamClosed) {
                unread.forEach(ReferenceCounted::release);
                unread.clear();
            }
            ctx.fireUserEventTriggered(event);
        }
    }

    /** The client of the proxy. */
    private final class Asker extends SimpleChannelInboundHandler<Http2SessionEvent> {
        private long bytes;

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, Http2SessionEvent event) {
            if (event instanceof Http2SessionEvent.Headers head) {
                client.add(head.headers().value(":status").toString());
            } else if (event instanceof Http2SessionEvent.Data data) {
                bytes += data.content().readableBytes();
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof Http2SessionEvent.StreamClosed closed) {
                client.add("closed with " + bytes + " bytes: " + ErrorCode.of(closed.errorCode()));
            }
            ctx.fireUserEventTriggered(event);
        }
    }

    private void ask(String path, ByteBuf body) {
        connection.writeAndFlush(Http2SessionWrite.request(new Http2StreamHandle(), post(path), body));
    }

    private static HeaderList post(String path) {
        return HeaderList.of(":method", "POST", ":scheme", "http", ":path", path, ":authority", "localhost");
    }

    private Channel listen(ChannelHandler handler) throws InterruptedException {
        return new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childHandler(handler)
                .bind(InetAddress.getLoopbackAddress(), 0)
                .sync()
                .channel();
    }

    private Channel connect(SocketAddress address) throws InterruptedException {
        return new Bootstrap()
                .group(loops)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(Http2SessionHandler.forClient().build(), new Asker());
                    }
                })
                .connect(address)
                .sync()
                .channel();
    }

    private static String next(BlockingQueue<String> seen) throws InterruptedException {
        return seen.poll(60, TimeUnit.SECONDS);
    }
}
