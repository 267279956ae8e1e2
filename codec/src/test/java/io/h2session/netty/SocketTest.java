package io.h2session.netty;

import static io.h2session.netty.Events.get;
import static io.h2session.netty.Events.post;
import static io.h2session.netty.Events.status;
import static io.h2session.netty.Events.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.BodySink;
import io.h2session.api.DataResult;
import io.h2session.api.DataSource;
import io.h2session.testing.EventLoops;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The handler on real sockets, client and server on loops of their own. However slow a machine is, no channel is closed because
 * its peer took too long: they linger for longer than a test lasts.
 */
@Timeout(120)
class SocketTest {
    private static final Duration LONG = Duration.ofMinutes(10);

    private EventLoopGroup serverLoop;
    private EventLoopGroup clientLoop;
    private Channel listening;
    private Channel client;
    private final CompletableFuture<Channel> accepted = new CompletableFuture<>();

    @BeforeEach
    void loops() {
        serverLoop = EventLoops.nio(1);
        clientLoop = EventLoops.nio(1);
    }

    @AfterEach
    void end() {
        if (client != null) {
            client.close();
            client.close().syncUninterruptibly();
        }
        if (listening != null) {
            listening.close().syncUninterruptibly();
        }
        if (accepted.isDone()) {
            accepted.join().close();
            accepted.join().close().syncUninterruptibly();
        }
        serverLoop.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
        clientLoop.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private void connect(Supplier<ChannelHandler> serverApplication, ChannelHandler clientApplication, int writeBuffer)
            throws InterruptedException {
        WriteBufferWaterMark marks = new WriteBufferWaterMark(writeBuffer / 2, writeBuffer);
        listening = new ServerBootstrap()
                .group(serverLoop)
                .channel(NioServerSocketChannel.class)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, marks)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(
                                        Http2SessionHandler.forServer()
                                                .closeLinger(LONG)
                                                .gracefulShutdownTimeout(LONG)
                                                .build(),
                                        serverApplication.get());
                        accepted.complete(channel);
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .sync()
                .channel();
        client = new Bootstrap()
                .group(clientLoop)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, marks)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(
                                        Http2SessionHandler.forClient()
                                                .closeLinger(LONG)
                                                .gracefulShutdownTimeout(LONG)
                                                .build(),
                                        clientApplication);
                    }
                })
                .connect(listening.localAddress())
                .sync()
                .channel();
    }

    /** Sends every request's body back; credit returns when the transport took what was written. */
    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object event) {
            if (event instanceof Http2SessionEvent.Headers request) {
                ctx.write(
                        request.endStream()
                                ? Http2SessionWrite.response(request.stream(), status(200))
                                : Http2SessionWrite.responseHead(request.stream(), status(200)));
                ctx.flush();
            } else if (event instanceof Http2SessionEvent.Data data) {
                ctx.writeAndFlush(Http2SessionWrite.data(
                                data.stream(), data.content().retain(), data.endStream()))
                        .addListener(written -> data.release());
            } else {
                ReferenceCountUtil.release(event);
            }
        }
    }

    /** Counts what comes back on each stream. */
    private static final class Counting extends ChannelInboundHandlerAdapter {
        final AtomicLong bytes = new AtomicLong();
        final AtomicInteger failed = new AtomicInteger();
        final CountDownLatch streams;

        Counting(int streams) {
            this.streams = new CountDownLatch(streams);
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object event) {
            if (event instanceof Http2SessionEvent.Data data) {
                bytes.addAndGet(data.content().readableBytes());
            }
            ReferenceCountUtil.release(event);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof Http2SessionEvent.StreamClosed closed) {
                if (closed.errorCode() != 0) {
                    failed.incrementAndGet();
                }
                streams.countDown();
            }
        }
    }

    /** So many bytes, made when they can be sent. */
    private static DataSource bytes(long total) {
        return new DataSource() {
            private long left = total;

            @Override
            public DataResult read(int streamId, int maxLength, BodySink sink) {
                int length = (int) Math.min(left, maxLength);
                if (length > 0) {
                    sink.add(Unpooled.wrappedBuffer(new byte[length]));
                    left -= length;
                }
                return left == 0 ? DataResult.END : DataResult.MORE;
            }
        };
    }

    @Test
    void tenMegabytesComeBackThroughSmallBuffers() throws InterruptedException {
        Counting counting = new Counting(1);
        connect(Echo::new, counting, 4096);

        client.writeAndFlush(Http2SessionWrite.request(new Http2StreamHandle(), post("/echo"), bytes(10 << 20)));

        assertThat(counting.streams.await(100, TimeUnit.SECONDS)).isTrue();
        assertThat(counting.failed).hasValue(0);
        assertThat(counting.bytes).hasValue(10 << 20);
    }

    @Test
    void parallelStreamsFromAnotherThreadAllComeBack() throws InterruptedException {
        int streams = 200;
        Counting counting = new Counting(streams);
        connect(Echo::new, counting, 16_384);

        for (int i = 0; i < streams; i++) {
            Http2StreamHandle stream = new Http2StreamHandle();
            client.write(Http2SessionWrite.requestHead(stream, post("/" + i)));
            for (int piece = 0; piece < 10; piece++) {
                client.writeAndFlush(Http2SessionWrite.data(stream, text("x".repeat(3000)), piece == 9));
            }
        }

        assertThat(counting.streams.await(100, TimeUnit.SECONDS)).isTrue();
        assertThat(counting.failed).hasValue(0);
        assertThat(counting.bytes).hasValue(streams * 30_000L);
    }

    @Test
    void aServerThatClosesFinishesItsStreamsFirst() throws Exception {
        Counting counting = new Counting(1);
        connect(
                () -> new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext ctx, Object event) {
                        if (event instanceof Http2SessionEvent.Headers request) {
                            ctx.channel().close();
                            ctx.writeAndFlush(
                                    Http2SessionWrite.response(request.stream(), status(200), bytes(5 << 20)));
                        } else {
                            ReferenceCountUtil.release(event);
                        }
                    }
                },
                counting,
                65_536);

        client.writeAndFlush(Http2SessionWrite.request(new Http2StreamHandle(), get("/")));

        assertThat(counting.streams.await(100, TimeUnit.SECONDS)).isTrue();
        assertThat(counting.failed).hasValue(0);
        assertThat(counting.bytes).hasValue(5 << 20);
        assertThat(accepted.get().closeFuture().await(100, TimeUnit.SECONDS)).isTrue();
        assertThat(client.closeFuture().await(100, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aClientThatClosesEndsBothChannelsThoughTheyMayLinger() throws Exception {
        connect(Echo::new, new Counting(1), 65_536);
        Channel server = accepted.get();

        client.close().sync();

        assertThat(server.closeFuture().await(100, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aPeerThatSpeaksNothingWeKnowGetsAGoAwayAndTheEndOfTheStream() throws Exception {
        connect(Echo::new, new Counting(1), 65_536);
        try (java.net.Socket socket = new java.net.Socket(
                InetAddress.getLoopbackAddress(), ((java.net.InetSocketAddress) listening.localAddress()).getPort())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream()
                    .write(("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + "\0\0\0\4\0\0\0\0\0" + "\0\0\4\10\0\0\0\0\0\0\0\0\0")
                            .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
            socket.getOutputStream().write(new byte[200_000]);
            byte[] answer = socket.getInputStream().readAllBytes();

            assertThat(answer).hasSizeGreaterThan(9 + 17);
            int goAway = answer.length - 9;
            while (goAway > 0 && answer[goAway + 3] != 7) {
                goAway--;
            }
            assertThat(goAway).isPositive();
            assertThat(answer[goAway + 9 + 7]).isEqualTo((byte) 1);
        }
    }

    @Test
    void windowsAreSetFromAnotherThread() throws Exception {
        Counting counting = new Counting(1);
        CompletableFuture<Http2StreamHandle> request = new CompletableFuture<>();
        AtomicLong arrived = new AtomicLong();
        java.util.concurrent.ConcurrentLinkedQueue<Object> kept = new java.util.concurrent.ConcurrentLinkedQueue<>();
        connect(
                () -> new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext ctx, Object event) {
                        if (event instanceof Http2SessionEvent.Headers headers) {
                            request.complete(headers.stream());
                        }
                        if (event instanceof Http2SessionEvent.Data data) {
                            arrived.addAndGet(data.content().readableBytes());
                            kept.add(data);
                            if (data.endStream()) {
                                ctx.writeAndFlush(Http2SessionWrite.response(data.stream(), status(200)));
                            }
                        }
                    }
                },
                counting,
                65_536);
        client.writeAndFlush(Http2SessionWrite.request(new Http2StreamHandle(), post("/"), bytes(3 << 20)));

        // Nothing is consumed: only larger windows let the rest come.
        Channel server = accepted.get();
        server.write(Http2SessionWrite.localWindow(request.get(100, TimeUnit.SECONDS), 4 << 20));
        assertThat(server.writeAndFlush(Http2SessionWrite.localWindow(null, 4 << 20))
                        .sync()
                        .isSuccess())
                .isTrue();

        assertThat(counting.streams.await(100, TimeUnit.SECONDS)).isTrue();
        assertThat(arrived).hasValue(3 << 20);
        kept.forEach(ReferenceCountUtil::release);
    }
}
