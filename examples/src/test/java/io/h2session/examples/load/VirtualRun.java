package io.h2session.examples.load;

import io.h2session.api.Http2SessionOptions;
import io.h2session.examples.get.Request;
import io.h2session.examples.get.Target;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionWrite;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** One worker with one connection to a server in memory, and a clock that the test moves. */
final class VirtualRun implements AutoCloseable {
    private static final HeaderList OK = HeaderList.of(":status", "200");
    private static final long STEP = TimeUnit.MILLISECONDS.toNanos(1);

    /** When each request came, in milliseconds since the beginning. */
    final List<Long> arrivals = new ArrayList<>();

    /** How many requests the client has cancelled. */
    int resets;

    private final MockTicker ticker = Ticker.newMockTicker();
    private final EmbeddedChannel client =
            EmbeddedChannel.builder().ticker(ticker).build();
    private final List<Waiting> waiting = new ArrayList<>();
    private final EmbeddedChannel server;
    private final Worker worker;
    private final long think;
    private CompletableFuture<Tally> tally;
    private long begun;
    private long stalledFrom = Long.MAX_VALUE;
    private long stalledUntil;

    /** A request that is not answered yet. */
    private record Waiting(ChannelHandlerContext connection, Http2SessionEvent.Headers request, long readyAt) {}

    /** @param think how many milliseconds the server takes for each request */
    VirtualRun(Plan plan, long think) {
        this(plan, think, Http2SessionOptions.safe());
    }

    /** @param options those of the server */
    VirtualRun(Plan plan, long think, Http2SessionOptions options) {
        this.think = think;
        server = new EmbeddedChannel(
                Http2SessionHandler.forServer().options(options).build(), new Requests());
        worker = new Worker(plan, 0, client.eventLoop(), ticker::nanoTime, this::connect);
    }

    static Plan open(double rate, long millis, int streams, long timeoutMillis) {
        return plan(rate, 0, millis, 0, streams, timeoutMillis);
    }

    static Plan plan(double rate, long count, long millis, long warmUpMillis, int streams, long timeoutMillis) {
        Request request = Request.of(Target.parse("http://127.0.0.1/"), "GET", List.of(), null);
        return new Plan(
                false,
                List.of(request),
                null,
                1,
                streams,
                1,
                count,
                millis * STEP,
                warmUpMillis * STEP,
                rate,
                timeoutMillis * STEP,
                30);
    }

    /** The server answers nothing from this millisecond on until that one. */
    VirtualRun stalling(long from, long until) {
        stalledFrom = from;
        stalledUntil = until;
        return this;
    }

    /** Runs for this many milliseconds. */
    Tally run(long millis) {
        worker.open();
        pump();
        begun = ticker.nanoTime();
        tally = worker.begin(begun);
        pump();
        for (long i = 0; i < millis; i++) {
            ticker.advance(1, TimeUnit.MILLISECONDS);
            pump();
        }
        return tally.isDone() ? tally.join() : null;
    }

    /** What people are told of a result of {@link #run}. */
    static String report(Plan plan, Tally tally) {
        return new Report(new LoadRun.Result(plan, tally, 1, false), false).text();
    }

    /** Is stopped while it makes its connection. */
    Tally stopped() {
        worker.open();
        worker.stop();
        tally = worker.begin(ticker.nanoTime());
        pump();
        return tally.join();
    }

    private void connect(EventLoop loop, LoadConnection connection) {
        client.pipeline().addLast(connection);
    }

    private long now() {
        return (ticker.nanoTime() - begun) / STEP;
    }

    private void pump() {
        boolean moved = true;
        while (moved) {
            client.runPendingTasks();
            moved = move(client, server);
            moved |= answer();
            moved |= move(server, client);
        }
    }

    private static boolean move(EmbeddedChannel from, EmbeddedChannel to) {
        from.runPendingTasks();
        boolean moved = false;
        for (Object bytes = from.readOutbound(); bytes != null; bytes = from.readOutbound()) {
            to.pipeline().fireChannelRead(bytes);
            moved = true;
        }
        if (moved) {
            to.pipeline().fireChannelReadComplete();
        }
        return moved;
    }

    private boolean answer() {
        boolean stalled = now() >= stalledFrom && now() < stalledUntil;
        boolean answered = false;
        for (Waiting one : List.copyOf(waiting)) {
            if (!stalled && one.readyAt <= now()) {
                waiting.remove(one);
                one.connection.writeAndFlush(Http2SessionWrite.response(one.request.stream(), OK));
                answered = true;
            }
        }
        return answered;
    }

    @Override
    public void close() {
        client.finishAndReleaseAll();
        server.finishAndReleaseAll();
    }

    private final class Requests extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext connection, Object event) {
            if (event instanceof Http2SessionEvent.Headers request) {
                arrivals.add(now());
                waiting.add(new Waiting(connection, request, now() + think));
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext connection, Object event) {
            if (event instanceof Http2SessionEvent.StreamClosed closed) {
                waiting.removeIf(one -> one.request.stream() == closed.stream());
            } else if (event instanceof Http2SessionEvent.Reset) {
                resets++;
            }
        }
    }
}
