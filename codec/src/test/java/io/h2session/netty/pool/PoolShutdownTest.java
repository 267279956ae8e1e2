package io.h2session.netty.pool;

import static io.h2session.netty.pool.PoolWaitersTest.failure;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.Http2SessionOptions;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.h2session.netty.channel.StreamChannel;
import io.h2session.netty.channel.StreamEnd;
import io.h2session.testing.EventLoops;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultEventExecutor;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a pool does when its event loop shuts down. */
@Timeout(60)
class PoolShutdownTest {
    private static final HeaderList OK = HeaderList.of(":status", "200");

    private final EventLoopGroup asking = EventLoops.nio(1);
    private final EventLoopGroup serving = EventLoops.nio(1);

    /** The request that has come to the server, which answers it when this is run. */
    private final CompletableFuture<Runnable> answer = new CompletableFuture<>();

    private final PoolOptions patient = PoolOptions.builder()
            .maxConnections(1)
            .acquireTimeout(Duration.ZERO)
            .build();

    @AfterEach
    void end() {
        shutDown(asking);
        shutDown(serving);
    }

    private static void shutDown(EventLoopGroup loops) {
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private Bootstrap client() {
        return new Bootstrap().group(asking).channel(NioSocketChannel.class);
    }

    /** A server that allows one stream at a time. */
    private Channel serve() throws InterruptedException {
        Http2SessionOptions options =
                Http2SessionOptions.builder().maxConcurrentStreams(1).build();
        return new ServerBootstrap()
                .group(serving)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(
                                        Http2SessionHandler.forServer()
                                                .options(options)
                                                .build(),
                                        new Answering());
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .sync()
                .channel();
    }

    private final class Answering extends SimpleChannelInboundHandler<Http2SessionEvent> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, Http2SessionEvent event) {
            if (event instanceof Http2SessionEvent.Headers request) {
                answer.complete(() -> context.writeAndFlush(Http2SessionWrite.response(request.stream(), OK)));
            }
        }
    }

    private static final class Asking extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(ChannelHandlerContext context) {
            StreamChannel stream = (StreamChannel) context.channel();
            context.writeAndFlush(Http2SessionWrite.request(stream.stream(), Origin.get("/")));
        }
    }

    /** A pool whose connections are begun and never made. */
    private Http2ConnectionPool unconnected(EventExecutor loop) {
        return Http2ConnectionPool.with(initializer -> new EmbeddedChannel().newPromise(), loop)
                .options(patient)
                .build();
    }

    @Test
    void whatWaitsForAConnectionFailsAndItsListenersAreTold() throws InterruptedException {
        EventExecutor loop = new DefaultEventExecutor();
        Http2ConnectionPool pool = unconnected(loop);
        Future<StreamChannel> channel = pool.open(new Asking());
        Future<Http2StreamHandle> request = pool.open(new Asked("/", true));
        AtomicInteger told = new AtomicInteger();
        CountDownLatch both = new CountDownLatch(2);
        for (Future<?> one : List.of(channel, request)) {
            one.addListener(done -> {
                told.incrementAndGet();
                both.countDown();
            });
        }
        loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
        both.await();
        assertThat(told).hasValue(2);
        assertThat(failure(channel)).isEqualTo(PoolFailure.CLOSED);
        assertThat(failure(request)).isEqualTo(PoolFailure.CLOSED);
        assertThat(pool.facts().waiters()).isZero();
    }

    @Test
    void whatWaitsForAStreamFails() throws Exception {
        Channel server = serve();
        Http2ConnectionPool pool = Http2ConnectionPool.to(client(), server.localAddress())
                .options(patient)
                .build();
        pool.open(new Asking()).sync();
        answer.get(20, TimeUnit.SECONDS);
        Future<StreamChannel> waiting = pool.open(new Asking());
        shutDown(asking);
        assertThat(failure(waiting)).isEqualTo(PoolFailure.CLOSED);
    }

    @Test
    void whatIsWantedAfterwardsFailsAtOnce() throws InterruptedException {
        EventExecutor loop = new DefaultEventExecutor();
        Http2ConnectionPool pool = unconnected(loop);
        loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
        assertThat(failure(pool.open(new Asking()))).isEqualTo(PoolFailure.CLOSED);
        ByteBuf body = Unpooled.buffer().writeZero(1);
        assertThat(failure(pool.send(Origin.get("/"), body))).isEqualTo(PoolFailure.CLOSED);
        assertThat(body.refCnt()).isZero();
    }

    @Test
    void whatIsWantedInTheQuietPeriodFailsAtOnce() throws InterruptedException {
        EventExecutor loop = new DefaultEventExecutor();
        Http2ConnectionPool pool = unconnected(loop);
        Future<?> ended = loop.shutdownGracefully(100, 5000, TimeUnit.MILLISECONDS);
        Future<StreamChannel> late = pool.open(new Asking());
        assertThat(failure(late.await())).isEqualTo(PoolFailure.CLOSED);
        ended.sync();
    }

    @Test
    void aPoolThatIsClosingIsClosed() throws InterruptedException {
        EventExecutor loop = new DefaultEventExecutor();
        Http2ConnectionPool pool = unconnected(loop);
        pool.open(new Asking());
        Future<Void> closed = pool.close(Duration.ofHours(1));
        loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
        assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(closed.isSuccess()).isTrue();
    }

    @Test
    void streamsOnOtherEventLoopsEndInPeaceAndThenTheirConnection() throws Exception {
        Channel server = serve();
        EventExecutor loop = new DefaultEventExecutor();
        Http2ConnectionPool pool = Http2ConnectionPool.with(Connector.to(client(), server.localAddress()), loop)
                .options(patient)
                .build();
        StreamChannel stream = pool.open(new Asking()).sync().getNow();
        Runnable answering = answer.get(20, TimeUnit.SECONDS);
        loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
        assertThat(stream.isOpen()).isTrue();
        answering.run();
        stream.closeFuture().sync();
        assertThat(stream.end().kind()).isEqualTo(StreamEnd.Kind.COMPLETE);
        stream.parent().closeFuture().sync();
    }
}
