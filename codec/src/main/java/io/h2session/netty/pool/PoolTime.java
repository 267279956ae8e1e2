package io.h2session.netty.pool;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** The time of a pool, in nanoseconds since it was made, and its one timer. On the pool's event loop. */
final class PoolTime {
    static final long NEVER = Long.MAX_VALUE;

    private final LongSupplier clock;
    private final long start;
    private final EventExecutor loop;
    private final Runnable task;
    private ScheduledFuture<?> scheduled;
    private long scheduledFor = NEVER;

    /** @param task run when something is due */
    PoolTime(LongSupplier clock, EventExecutor loop, Runnable task) {
        this.clock = clock;
        this.loop = loop;
        this.task = task;
        start = clock.getAsLong();
    }

    long now() {
        return clock.getAsLong() - start;
    }

    /** When a time will have passed; zero never does. */
    long after(Duration time) {
        return time.isZero() ? NEVER : now() + time.toNanos();
    }

    /** Runs the task when this is due. One that was set for earlier stays: the task finds nothing due, and sets the timer again. */
    void wakeAt(long due) {
        if (due >= scheduledFor) {
            return;
        }
        cancel();
        try {
            scheduled = loop.schedule(this::expired, Math.max(0, due - now()), TimeUnit.NANOSECONDS);
            scheduledFor = due;
        } catch (RejectedExecutionException loopIsGone) {
            // Nothing will happen any more.
            scheduled = null;
        }
    }

    void cancel() {
        if (scheduled != null) {
            scheduled.cancel(false);
            scheduled = null;
            scheduledFor = NEVER;
        }
    }

    private void expired() {
        scheduled = null;
        scheduledFor = NEVER;
        task.run();
    }
}
