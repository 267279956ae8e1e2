package io.h2session.netty;

import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The one timer of a connection. It is set for the earliest deadline, and set again only when an earlier one comes up. A deadline
 * that was moved to a later time is noticed when the timer fires.
 */
final class SessionTimer implements Runnable {
    private final ChannelHandlerContext ctx;
    private final LongSupplier time;
    private final Runnable action;
    private ScheduledFuture<?> scheduled;
    private long scheduledFor = Long.MAX_VALUE;

    /**
     * @param time the time of the session
     * @param action run on the event loop when a deadline has come
     */
    SessionTimer(ChannelHandlerContext ctx, LongSupplier time, Runnable action) {
        this.ctx = ctx;
        this.time = time;
        this.action = action;
    }

    /** When the timer fires; {@link Long#MAX_VALUE} if it is not set. */
    long setFor() {
        return scheduledFor;
    }

    /** Makes the timer fire at this time or earlier. */
    void fireBy(long due) {
        if (due >= scheduledFor) {
            return;
        }
        cancel();
        scheduledFor = due;
        long delay = Math.max(0, due - time.getAsLong());
        scheduled = ctx.executor().schedule(this, delay, TimeUnit.NANOSECONDS);
    }

    @Override
    public void run() {
        scheduled = null;
        scheduledFor = Long.MAX_VALUE;
        if (!ctx.isRemoved()) {
            action.run();
        }
    }

    void cancel() {
        if (scheduled != null) {
            scheduled.cancel(false);
            scheduled = null;
        }
        scheduledFor = Long.MAX_VALUE;
    }
}
