package io.h2session.netty;

import io.h2session.Http2Session;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;

/**
 * Tells a session with metrics how much of its output the transport has taken ({@link Http2Session#bytesTaken}). A session without
 * metrics has none.
 *
 * <pre>
 *   send ─► last buffer ─► transport ─► its promise ─► taken ─┐
 *    └─► flush ────────────────────────────────────────────► soon ─► a task ─► handlers may write again ─► a task ─► tell
 * </pre>
 *
 * <p>Two tasks, because handlers are told in a task that their channel is writable again. A body that they continue then has not waited
 * for them. What is sent meanwhile is left to the next time.
 */
final class TakenBytes {
    private final ChannelHandlerContext ctx;
    private final Http2Session session;
    private final BooleanSupplier busy;
    private final Runnable firstTask = this::afterNext;
    private final Runnable secondTask = this::tell;

    /** How many bytes the session has sent, and how many of them the transport has taken. */
    private long sent;

    private long taken;

    /** How many of them the scheduled tasks are for. */
    private long judged;

    private boolean scheduled;

    /** @param busy whether a call of the session is running */
    TakenBytes(ChannelHandlerContext ctx, Http2Session session, BooleanSupplier busy) {
        this.ctx = ctx;
        this.session = session;
        this.busy = busy;
        session.bytesTaken(0, 0);
    }

    /** The session has sent that many bytes. */
    void sent(int bytes) {
        sent += bytes;
    }

    /** The promise of the last buffer that was sent, or one in its place. */
    ChannelPromise watched(ChannelPromise promise) {
        ChannelPromise heard = promise.unvoid();
        heard.addListener(new Taking(this, sent));
        return heard;
    }

    private record Taking(TakenBytes of, long bytes) implements ChannelFutureListener {
        @Override
        public void operationComplete(ChannelFuture done) {
            if (done.isSuccess()) {
                of.taken = bytes;
                of.soon();
            }
        }
    }

    /** Something was taken, or sent. */
    void soon() {
        if (!scheduled && session.awaitsBytesTaken()) {
            scheduled = true;
            judged = sent;
            execute(firstTask);
        }
    }

    private void afterNext() {
        execute(secondTask);
    }

    private void execute(Runnable task) {
        try {
            ctx.executor().execute(task);
        } catch (RejectedExecutionException loopIsGone) {
            // The session ends, and what waits with it.
            scheduled = false;
        }
    }

    private void tell() {
        if (busy.getAsBoolean()) {
            execute(firstTask);
            return;
        }
        scheduled = false;
        session.bytesTaken(Math.min(taken, judged), judged);
        if (sent > judged) {
            soon();
        }
    }
}
