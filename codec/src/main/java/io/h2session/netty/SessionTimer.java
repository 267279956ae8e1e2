package io.h2session.netty;

import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * The one timer of a connection. It is set for what is due first and set anew only when something becomes due earlier;
 * what becomes due later finds out when it fires.
 */
final class SessionTimer implements Runnable {
    private final Http2SessionHandler handler;
    private ChannelHandlerContext ctx;
    private ScheduledFuture<?> scheduled;
    private long scheduledFor = Long.MAX_VALUE;

    SessionTimer(Http2SessionHandler handler) {
        this.handler = handler;
    }

    void context(ChannelHandlerContext context) {
        ctx = context;
    }

    /** Something may be due earlier than before. */
    void look() {
        long due = Math.min(handler.session().nextDeadline(), handler.closing().nextDeadline());
        due = Math.min(due, handler.pieces().nextDeadline());
        if (due >= scheduledFor) {
            return;
        }
        cancel();
        scheduledFor = due;
        long delay = Math.max(0, due - handler.session().time());
        scheduled = ctx.executor().schedule(this, delay, TimeUnit.NANOSECONDS);
    }

    @Override
    public void run() {
        scheduled = null;
        scheduledFor = Long.MAX_VALUE;
        if (!ctx.isRemoved()) {
            handler.timePassed();
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
