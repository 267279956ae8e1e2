package io.h2session.netty.channel;

import static io.h2session.netty.channel.StreamsEnd.bytes;
import static io.h2session.netty.channel.StreamsEnd.post;
import static io.h2session.netty.channel.StreamsEnd.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionHandlerBuilder;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.testing.EventLoops;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.ReferenceCountUtil;
import java.io.InputStream;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Streams over real sockets with TLS at both ends. */
@Timeout(120)
class StreamTlsTest {
    private static final int PIECE = 50_000;
    private static final int PIECES = 30;
    private static final long BODY = (long) PIECE * PIECES;

    /** However slow a machine is, no channel is closed because its peer took too long. */
    private static final Duration LONG = Duration.ofMinutes(10);

    private final EventLoopGroup loops = EventLoops.nio(2);
    private final CompletableFuture<Channel> accepted = new CompletableFuture<>();
    private Channel listening;
    private Channel client;

    @AfterEach
    void end() {
        client.close();
        client.close().syncUninterruptibly();
        listening.close().syncUninterruptibly();
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private static InputStream resource(String name) {
        return StreamTlsTest.class.getResourceAsStream("/io/h2session/netty/negotiation/" + name);
    }

    private static void fill(
            Channel channel, SslContext tls, Http2SessionHandlerBuilder session, Supplier<Part> application) {
        channel.pipeline()
                .addLast(tls.newHandler(channel.alloc()))
                .addLast(session.automaticConnectionWindow(true)
                        .closeLinger(LONG)
                        .build())
                .addLast(Http2StreamsHandler.builder()
                        .childHandler(initializer(application))
                        .build());
    }

    private static ChannelInitializer<StreamChannel> initializer(Supplier<Part> application) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(StreamChannel stream) {
                stream.pipeline().addLast(application.get());
            }
        };
    }

    private void connect(Supplier<Part> server) throws Exception {
        SslContext serverTls = SslContextBuilder.forServer(resource("localhost.pem"), resource("localhost.key"))
                .build();
        SslContext clientTls = SslContextBuilder.forClient()
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .build();
        listening = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        fill(channel, serverTls, Http2SessionHandler.forServer(), server);
                        accepted.complete(channel);
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .sync()
                .channel();
        client = new Bootstrap()
                .group(loops)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        fill(channel, clientTls, Http2SessionHandler.forClient(), Part::new);
                    }
                })
                .connect(listening.localAddress())
                .sync()
                .channel();
    }

    private StreamChannel open(Part application) throws InterruptedException {
        StreamChannel stream = new StreamBootstrap(client)
                .handler(initializer(() -> application))
                .open()
                .sync()
                .getNow();
        stream.writeAndFlush(Http2SessionWrite.requestHead(stream.stream(), post("/")));
        return stream;
    }

    /** One end of a stream: counts what it reads, and writes pieces while it may. */
    private static class Part extends ChannelInboundHandlerAdapter {
        final CRC32 sum = new CRC32();
        final CompletableFuture<Void> inputEnded = new CompletableFuture<>();
        final List<Object> told = new CopyOnWriteArrayList<>();
        final AtomicLong received = new AtomicLong();
        final AtomicInteger left = new AtomicInteger();
        final AtomicInteger waits = new AtomicInteger();

        /** Sends so many pieces, as long as the channel is writable, and then the end. */
        void send(StreamChannel stream, int pieces) {
            left.set(pieces);
            stream.eventLoop().execute(() -> goOn(stream));
        }

        private void goOn(StreamChannel stream) {
            while (left.get() > 0) {
                if (!stream.isWritable()) {
                    waits.incrementAndGet();
                    return;
                }
                ByteBuf piece = bytes(PIECE).setInt(0, left.get());
                left.decrementAndGet();
                stream.writeAndFlush(piece);
                if (left.get() == 0) {
                    stream.shutdownOutput();
                }
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            goOn((StreamChannel) ctx.channel());
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
            if (message instanceof Http2SessionEvent.Data data) {
                received.addAndGet(data.content().readableBytes());
                data.content().forEachByte(b -> {
                    sum.update(b);
                    return true;
                });
                read(ctx, data.content());
            } else if (message instanceof Http2SessionEvent.Headers) {
                head((StreamChannel) ctx.channel());
            }
            ReferenceCountUtil.release(message);
        }

        void head(StreamChannel stream) {}

        void read(ChannelHandlerContext ctx, ByteBuf content) {}

        void inputEnds(StreamChannel stream) {}

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            told.add(event);
            if (event == StreamChannelEvent.INPUT_ENDED) {
                inputEnds((StreamChannel) ctx.channel());
                inputEnded.complete(null);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            told.add("inactive");
        }
    }

    /** Answers at once, and sends back what it reads. */
    private static final class Echo extends Part {
        @Override
        void head(StreamChannel stream) {
            stream.writeAndFlush(Http2SessionWrite.responseHead(stream.stream(), status(200)));
        }

        @Override
        void read(ChannelHandlerContext ctx, ByteBuf content) {
            ctx.channel().writeAndFlush(content.retain());
        }

        @Override
        void inputEnds(StreamChannel stream) {
            stream.shutdownOutput();
        }
    }

    @Test
    void largeBodiesGoBothWaysAtOnceAndArriveAsTheyWereSent() throws Exception {
        List<Part> servers = new CopyOnWriteArrayList<>();
        connect(() -> {
            Part echo = new Echo();
            servers.add(echo);
            return echo;
        });
        Part[] clients = new Part[4];
        StreamChannel[] streams = new StreamChannel[clients.length];
        for (int i = 0; i < clients.length; i++) {
            clients[i] = new Part();
            streams[i] = open(clients[i]);
            clients[i].send(streams[i], PIECES);
        }
        for (StreamChannel stream : streams) {
            stream.closeFuture().sync();
            assertThat(stream.end()).isEqualTo(StreamEnd.COMPLETE);
        }
        CRC32 sent = new CRC32();
        for (int piece = PIECES; piece > 0; piece--) {
            ByteBuf bytes = bytes(PIECE).setInt(0, piece);
            sent.update(bytes.nioBuffer());
            bytes.release();
        }
        assertThat(clients).allSatisfy(part -> {
            assertThat(part.received).hasValue(BODY);
            assertThat(part.sum.getValue()).isEqualTo(sent.getValue());
        });
        assertThat(servers).hasSize(clients.length).allMatch(part -> part.received.get() == BODY);
    }

    @Test
    void aSenderWaitsWhileItsPeerDoesNotReadAndGoesOnWhenItDoes() throws Exception {
        Part server = new Part() {
            @Override
            void head(StreamChannel stream) {
                // Before the response can arrive: the task that writes the pieces precedes the test's.
                send(stream, PIECES);
                stream.writeAndFlush(Http2SessionWrite.responseHead(stream.stream(), status(200)));
            }

            @Override
            public void channelWritabilityChanged(ChannelHandlerContext ctx) {
                told.add(ctx.channel().isWritable());
                super.channelWritabilityChanged(ctx);
            }
        };
        CompletableFuture<Void> full = new CompletableFuture<>();
        connect(() -> server);
        Part reader = new Part() {
            @Override
            void head(StreamChannel stream) {
                stream.config().setAutoRead(false);
                full.complete(null);
            }
        };
        StreamChannel stream = open(reader);
        stream.shutdownOutput();
        full.get();
        // The server has written what it may before it runs this.
        accepted.get().eventLoop().submit(() -> {}).sync();
        assertThat(server.left).hasPositiveValue();
        assertThat(reader.received).hasValueLessThan(BODY);

        stream.config().setAutoRead(true);
        stream.closeFuture().sync();
        assertThat(reader.received).hasValue(BODY);
        assertThat(server.waits).hasPositiveValue();
        assertThat(server.told).contains(true, false);
        assertThat(stream.end()).isEqualTo(StreamEnd.COMPLETE);
    }

    @Test
    void eitherDirectionMayEndFirst() throws Exception {
        Part early = new Part() {
            @Override
            void head(StreamChannel stream) {
                stream.writeAndFlush(Http2SessionWrite.responseHead(stream.stream(), status(200)));
                stream.shutdownOutput();
            }
        };
        connect(() -> early);
        Part client = new Part();
        StreamChannel stream = open(client);
        client.inputEnded.get();
        assertThat(stream.isActive()).isTrue();
        client.send(stream, PIECES);
        early.inputEnded.get();
        stream.closeFuture().sync();
        assertThat(early.received).hasValue(BODY);
        assertThat(stream.end()).isEqualTo(StreamEnd.COMPLETE);
    }

    @Test
    void theRequestMayEndLongBeforeTheResponse() throws Exception {
        Part late = new Part() {
            @Override
            void inputEnds(StreamChannel stream) {
                stream.writeAndFlush(Http2SessionWrite.responseHead(stream.stream(), status(200)));
                send(stream, PIECES);
            }
        };
        connect(() -> late);
        Part client = new Part();
        StreamChannel stream = open(client);
        stream.shutdownOutput();
        stream.closeFuture().sync();
        assertThat(client.received).hasValue(BODY);
        assertThat(stream.end()).isEqualTo(StreamEnd.COMPLETE);
    }

    @Test
    void closingAConnectionSendsWhatWasWrittenAndThenCloseNotify() throws Exception {
        connect(Echo::new);
        Part reader = new Part();
        StreamChannel stream = open(reader);
        reader.send(stream, PIECES);
        reader.inputEnded.get();
        stream.closeFuture().sync();
        assertThat(reader.received).hasValue(BODY);
        SslHandler tls = accepted.get().pipeline().get(SslHandler.class);
        client.close();
        // It fails if the transport ends without close_notify.
        tls.sslCloseFuture().sync();
        accepted.get().closeFuture().sync();
        client.closeFuture().sync();
    }

    @Test
    void closeNotifyIsToldToAStreamBeforeItsEnd() throws Exception {
        CompletableFuture<StreamChannel> begun = new CompletableFuture<>();
        Part server = new Part() {
            @Override
            void head(StreamChannel stream) {
                begun.complete(stream);
                stream.writeAndFlush(Http2SessionWrite.responseHead(stream.stream(), status(200)));
            }
        };
        CompletableFuture<Void> answered = new CompletableFuture<>();
        connect(() -> server);
        open(new Part() {
            @Override
            void head(StreamChannel stream) {
                answered.complete(null);
            }
        });
        StreamChannel stream = begun.get();
        // The server's SETTINGS came before its response. When the loop has run this, they are acknowledged: after
        // close_notify that could not be written any more, and a failed write closes the connection.
        answered.get();
        client.eventLoop().submit(() -> {}).sync();
        client.pipeline().get(SslHandler.class).closeOutbound().sync();
        stream.closeFuture().sync();
        // What is told later than the close is told before the loop has run this.
        stream.eventLoop().submit(() -> {}).sync();
        assertThat(server.told).containsSubsequence(SslCloseCompletionEvent.SUCCESS, "inactive");
        assertThat(stream.end()).isNotEqualTo(StreamEnd.COMPLETE);
    }
}
