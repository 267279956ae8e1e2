package io.h2session.netty.channel;

import static io.h2session.netty.channel.StreamsEnd.bytes;
import static io.h2session.netty.channel.StreamsEnd.get;
import static io.h2session.netty.channel.StreamsEnd.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.testing.EventLoops;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Streams over real sockets. */
@Timeout(120)
class StreamSocketTest {
    private static final int STREAMS = 10;
    private static final int BODY = 100_000;

    private final EventLoopGroup loops = EventLoops.nio(2);
    private Channel listening;
    private Channel client;

    @AfterEach
    void end() {
        client.close();
        client.close().syncUninterruptibly();
        listening.close().syncUninterruptibly();
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private static ChannelInitializer<Channel> connection(Http2SessionHandler session, ChannelHandler child) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline()
                        .addLast(
                                session,
                                Http2StreamsHandler.builder()
                                        .childHandler(child)
                                        .build());
            }
        };
    }

    /** Answers, and writes down whether the promise was successful when the channel became inactive. */
    private static final class Answering extends ChannelInboundHandlerAdapter {
        private final List<Boolean> taken;
        private ChannelFuture answer;

        Answering(List<Boolean> taken) {
            this.taken = taken;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ReferenceCountUtil.release(message);
            StreamChannel stream = (StreamChannel) ctx.channel();
            answer = ctx.writeAndFlush(Http2SessionWrite.response(stream.stream(), status(200), bytes(BODY)));
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            taken.add(answer.isSuccess());
        }
    }

    /** Counts the bytes of a response. */
    private static final class Counting extends ChannelInboundHandlerAdapter {
        private final AtomicLong received;

        Counting(AtomicLong received) {
            this.received = received;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof Http2SessionEvent.Data data) {
                received.addAndGet(data.content().readableBytes());
            }
            ReferenceCountUtil.release(message);
        }
    }

    @Test
    void everyPromiseIsSuccessfulWhenItsChannelIsInactiveHoweverLittleTheSocketTakes() throws InterruptedException {
        List<Boolean> taken = new CopyOnWriteArrayList<>();
        AtomicLong received = new AtomicLong();
        ChannelInitializer<StreamChannel> answering = new ChannelInitializer<>() {
            @Override
            protected void initChannel(StreamChannel stream) {
                stream.pipeline().addLast(new Answering(taken));
            }
        };
        List<Channel> accepted = new CopyOnWriteArrayList<>();
        listening = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childOption(ChannelOption.SO_SNDBUF, 1)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accepted.add(channel);
                        channel.pipeline()
                                .addLast(connection(
                                        Http2SessionHandler.forServer().build(), answering));
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .sync()
                .channel();
        client = new Bootstrap()
                .group(loops)
                .channel(NioSocketChannel.class)
                .handler(connection(Http2SessionHandler.forClient().build(), answering))
                .connect(listening.localAddress())
                .sync()
                .channel();
        StreamBootstrap streams = new StreamBootstrap(client).handler(new ChannelInitializer<StreamChannel>() {
            @Override
            protected void initChannel(StreamChannel stream) {
                stream.pipeline().addLast(new Counting(received));
            }
        });

        List<StreamChannel> opened = new CopyOnWriteArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
            StreamChannel stream = streams.open().sync().getNow();
            opened.add(stream);
            stream.writeAndFlush(Http2SessionWrite.request(stream.stream(), get("/")));
        }
        for (StreamChannel stream : opened) {
            stream.closeFuture().sync();
            assertThat(stream.end()).isEqualTo(StreamEnd.COMPLETE);
        }
        assertThat(received).hasValue((long) STREAMS * BODY);
        client.close();
        accepted.get(0).closeFuture().sync();
        // What is told later than the close is told before the loop has run this.
        accepted.get(0).eventLoop().submit(() -> {}).sync();
        assertThat(taken).hasSize(STREAMS).containsOnly(true);
    }
}
