package io.h2session.netty.pool;

import io.h2session.api.Http2SessionOptions;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.channel.Http2StreamsHandler;
import io.h2session.netty.channel.StreamChannel;
import io.h2session.testing.GatedChannel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.UnaryOperator;

/** A pool, and the server that it connects to: everything happens on this thread, when a test says so. */
final class Origin implements Connector, AutoCloseable {
    private final GatedChannel loop = new GatedChannel();

    /** Every connection that was begun and not refused, in order. */
    final List<OriginConnection> connections = new ArrayList<>();

    /** How often it was connected to. */
    int connects;

    /** Why connects fail; null if they do not. */
    IOException refusal;

    /** How many streams new connections allow. */
    long limit;

    final Http2ConnectionPool pool;

    Origin(long limit, UnaryOperator<PoolOptions.Builder> options) {
        this(limit, options, () -> 0.5);
    }

    /** @param random what takes the part of a time that is left out */
    Origin(long limit, UnaryOperator<PoolOptions.Builder> options, DoubleSupplier random) {
        this(limit, options, random, settings -> settings);
    }

    /** @param settings more settings of the pool */
    Origin(
            long limit,
            UnaryOperator<PoolOptions.Builder> options,
            DoubleSupplier random,
            UnaryOperator<Http2ConnectionPool.Builder> settings) {
        this.limit = limit;
        // Nothing is added ahead of need, and nothing at random, unless a test says so.
        PoolOptions.Builder plain = PoolOptions.builder()
                .spareStreams(0)
                .maxAgeJitter(0)
                .backOffJitter(0)
                .maxIdle(Duration.ZERO);
        pool = settings.apply(Http2ConnectionPool.with(this, loop.eventLoop())
                        .options(options.apply(plain.clock(this::now)).build())
                        .setup(ConnectionSetup.priorKnowledge(this::handlers))
                        .random(random))
                .build();
    }

    private void handlers(ChannelPipeline pipeline) {
        pipeline.addLast(
                Http2SessionHandler.forClient()
                        .options(Http2SessionOptions.builder().clock(this::now).build())
                        .build(),
                Http2StreamsHandler.builder().build());
    }

    long now() {
        return loop.time();
    }

    @Override
    public ChannelFuture connect(ChannelHandler initializer) {
        connects++;
        if (refusal != null) {
            return loop.newFailedFuture(refusal);
        }
        OriginConnection made = new OriginConnection(this, limit, initializer);
        connections.add(made);
        return made.client.newSucceededFuture();
    }

    OriginConnection connection(int index) {
        return connections.get(index);
    }

    List<OriginConnection> open() {
        return connections.stream().filter(OriginConnection::isOpen).toList();
    }

    /** Lets everything that is under way arrive. */
    Origin exchange() {
        // What is done in a round without bytes may be to tell the pool something.
        for (int quiet = 0; quiet < 2; quiet++) {
            loop.runPendingTasks();
            for (OriginConnection one : List.copyOf(connections)) {
                if (one.isOpen() ? one.move() : one.runTasks()) {
                    quiet = -1;
                }
            }
        }
        return this;
    }

    Origin pass(Duration time) {
        passWithoutTheWire(time);
        return exchange();
    }

    void passWithoutTheWire(Duration time) {
        loop.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
        open().forEach(one -> one.pass(time.toNanos(), TimeUnit.NANOSECONDS));
        loop.runScheduledPendingTasks();
        loop.runPendingTasks();
    }

    /** Opens a stream and sends a request on it as soon as it is there. */
    Future<StreamChannel> ask(String path) {
        return pool.open(new Asking(path));
    }

    /** {@link #ask}, and everything that follows. */
    Future<StreamChannel> asked(String path) {
        Future<StreamChannel> asked = ask(path);
        exchange();
        return asked;
    }

    PoolFacts facts() {
        return pool.facts();
    }

    @Override
    public void close() {
        pool.close(Duration.ZERO);
        loop.runPendingTasks();
        connections.forEach(OriginConnection::die);
        loop.runPendingTasks();
        loop.close();
        loop.runPendingTasks();
    }

    static HeaderList get(String path) {
        return HeaderList.of(":method", "GET", ":scheme", "http", ":authority", "test", ":path", path);
    }

    private static final class Asking extends ChannelInboundHandlerAdapter {
        private final String path;

        Asking(String path) {
            this.path = path;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            StreamChannel stream = (StreamChannel) context.channel();
            context.writeAndFlush(Http2SessionWrite.request(stream.stream(), get(path)));
        }
    }
}
