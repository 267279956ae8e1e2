package io.h2session.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.DataSource;
import io.h2session.frame.HeadersCategory;
import io.h2session.hpack.HeaderList;
import io.h2session.testing.CapturedLog;
import io.h2session.testing.EventLoops;
import io.h2session.testing.GatedChannel;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The first bytes of a session, and a transport that has failed before they leave. */
@Timeout(120)
class BeginningTest {
    private static final int CONNECTIONS = 50;

    /** The server of README. */
    private static final class Greeter extends SimpleChannelInboundHandler<Http2SessionEvent> {
        private static final HeaderList OK = HeaderList.of(":status", "200", "content-type", "text/plain");

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, Http2SessionEvent event) {
            if (event instanceof Http2SessionEvent.Headers request && request.category() == HeadersCategory.REQUEST) {
                DataSource body = DataSource.ofAscii("hello, world\n");
                ctx.writeAndFlush(Http2SessionWrite.response(request.stream(), OK, body));
            }
        }
    }

    private static Http2SessionHandler handler(boolean server) {
        return (server ? Http2SessionHandler.forServer() : Http2SessionHandler.forClient()).build();
    }

    private static GatedChannel embedded() {
        GatedChannel channel = new GatedChannel();
        channel.runPendingTasks();
        return channel;
    }

    private static int takeBytes(GatedChannel channel) {
        int bytes = 0;
        for (Object sent = channel.readOutbound(); sent != null; sent = channel.readOutbound()) {
            bytes += ((ByteBuf) sent).readableBytes();
            ReferenceCountUtil.release(sent);
        }
        return bytes;
    }

    @Test
    void aConnectionThatIsResetAtOnceLogsNothing() throws Exception {
        EventLoopGroup loop = EventLoops.nio(1);
        AtomicInteger initialized = new AtomicInteger();
        ChannelGroup accepted = new DefaultChannelGroup(loop.next());
        CountDownLatch allAccepted = new CountDownLatch(CONNECTIONS);
        try (CapturedLog log = new CapturedLog()) {
            Channel listening = new ServerBootstrap()
                    .group(loop)
                    .channel(NioServerSocketChannel.class)
                    .childHandler(new ChannelInitializer<SocketChannel>() {
                        @Override
                        protected void initChannel(SocketChannel channel) {
                            accepted.add(channel);
                            channel.pipeline()
                                    .addLast(Http2SessionHandler.forServer().build(), new Greeter());
                            initialized.incrementAndGet();
                            allAccepted.countDown();
                        }
                    })
                    .bind(InetAddress.getLoopbackAddress(), 0)
                    .sync()
                    .channel();
            CountDownLatch resets = new CountDownLatch(1);
            listening.eventLoop().execute(() -> awaitUninterruptibly(resets));
            for (int i = 0; i < CONNECTIONS; i++) {
                Socket client = new Socket(
                        InetAddress.getLoopbackAddress(), ((InetSocketAddress) listening.localAddress()).getPort());
                client.setSoLinger(true, 0);
                client.close();
            }
            resets.countDown();

            assertThat(allAccepted.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(accepted.newCloseFuture().await(60, TimeUnit.SECONDS)).isTrue();
            listening.close().sync();
            loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();

            assertThat(initialized).hasValue(CONNECTIONS);
            assertThat(log.lines()).isEmpty();
        } finally {
            loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await(60, TimeUnit.SECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aTransportThatFailsAtOnceIsTheSessionsEndAndNotTheInitializers(boolean server) {
        GatedChannel channel = embedded();
        channel.failWrites(new IOException("connection reset by peer"));
        Events events = new Events();
        try (CapturedLog log = new CapturedLog()) {
            channel.pipeline().addLast(new ChannelInitializer<Channel>() {
                @Override
                protected void initChannel(Channel one) {
                    one.pipeline().addLast(handler(server), events);
                    one.pipeline().flush();
                }
            });
            channel.runPendingTasks();

            assertThat(channel.isOpen()).isFalse();
            assertThat(log.lines()).isEmpty();
            assertThat(events.of(Http2SessionEvent.SessionEnded.class)).hasSize(1);
        } finally {
            SessionPair.end(channel);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void nothingLeavesBeforeTheInitializerIsDone(boolean server) {
        GatedChannel channel = embedded();
        AtomicInteger during = new AtomicInteger(-1);
        channel.pipeline().addLast(new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel one) {
                one.pipeline().addLast(handler(server), new Events());
                one.pipeline().flush();
                during.set(takeBytes(channel));
            }
        });
        channel.runPendingTasks();

        assertThat(during).hasValue(0);
        assertThat(takeBytes(channel)).isPositive();
        SessionPair.end(channel);
    }

    @Test
    void aRequestWrittenInTheInitializerLeavesAfterIt() {
        GatedChannel channel = embedded();
        ChannelFuture[] sent = new ChannelFuture[1];
        channel.pipeline().addLast(new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel one) {
                one.pipeline().addLast(handler(false), new Events());
                sent[0] = one.pipeline()
                        .writeAndFlush(Http2SessionWrite.request(new Http2StreamHandle(), Events.get("/")));
            }
        });
        channel.runPendingTasks();

        assertThat(sent[0].isSuccess()).isTrue();
        SessionPair.end(channel);
    }
}
