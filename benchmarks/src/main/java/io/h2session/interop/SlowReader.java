package io.h2session.interop;

import io.h2session.netty.Http2SessionEvent;
import io.netty.channel.ChannelHandlerContext;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/** Takes a body at a steady rate: what has arrived and was not taken keeps its window credit back. */
final class SlowReader {
    private static final long TICK_MILLIS = 10;

    private final ChannelHandlerContext ctx;
    private final long bytesPerSecond;
    private final Runnable done;
    private final ArrayDeque<Http2SessionEvent.Data> waiting = new ArrayDeque<>();
    private final long began = System.nanoTime();
    private int takenOfFirst;
    private long received;
    private long taken;
    private boolean matches = true;
    private boolean ended;
    private boolean over;

    /** A reader whose {@code done} runs when the whole body was taken. */
    SlowReader(ChannelHandlerContext ctx, long bytesPerSecond, Runnable done) {
        this.ctx = ctx;
        this.bytesPerSecond = bytesPerSecond;
        this.done = done;
        scheduleTick();
    }

    /** A piece has arrived, which this owns from here on. */
    void add(Http2SessionEvent.Data data) {
        matches &= Pattern.matches(data.content(), received);
        received += data.content().readableBytes();
        ended |= data.endStream();
        waiting.add(data);
    }

    /** Bytes that were taken. */
    long taken() {
        return taken;
    }

    /** Whether all bytes were the right ones. */
    boolean matches() {
        return matches;
    }

    /** The stream is over: nothing more is taken. */
    void close() {
        over = true;
        waiting.forEach(Http2SessionEvent.Data::release);
        waiting.clear();
    }

    private void scheduleTick() {
        ctx.executor().schedule(this::tick, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void tick() {
        if (over) {
            return;
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        long budget = (long) (seconds * bytesPerSecond) - taken;
        while (budget > 0 && !waiting.isEmpty()) {
            budget -= take(waiting.peek(), budget);
        }
        if (ended && waiting.isEmpty()) {
            over = true;
            done.run();
        } else {
            scheduleTick();
        }
    }

    private int take(Http2SessionEvent.Data first, long budget) {
        int bytes = (int) Math.min(budget, first.content().readableBytes() - takenOfFirst);
        first.consume(bytes);
        takenOfFirst += bytes;
        taken += bytes;
        if (takenOfFirst == first.content().readableBytes()) {
            waiting.remove().release();
            takenOfFirst = 0;
        }
        return bytes;
    }
}
