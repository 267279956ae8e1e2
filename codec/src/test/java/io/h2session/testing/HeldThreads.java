package io.h2session.testing;

import io.netty.util.concurrent.DefaultEventExecutorGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.EventExecutorGroup;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Threads for handlers that are not called on the event loop. They do nothing until they are let go, while the test waits: the loop of an
 * embedded channel takes tasks from one thread at a time only, and that is either the test's or one of these.
 */
public final class HeldThreads implements AutoCloseable {
    private final DefaultEventExecutorGroup group;
    private CountDownLatch held;

    /** Threads that are held. */
    public HeldThreads(int threads) {
        group = new DefaultEventExecutorGroup(threads);
        hold();
    }

    /** What a pipeline is given with a handler. */
    public EventExecutorGroup group() {
        return group;
    }

    /** Holds the threads when they have done what they have to do now. */
    public void hold() {
        CountDownLatch latch = new CountDownLatch(1);
        held = latch;
        group.forEach(thread -> thread.execute(() -> awaitUninterruptibly(latch)));
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** Lets the threads do what was given to them until now, and returns when each of them has. */
    public void letGo() {
        held.countDown();
        for (EventExecutor thread : group) {
            thread.submit(() -> {}).syncUninterruptibly();
        }
    }

    @Override
    public void close() {
        letGo();
        group.shutdownGracefully(0, 30, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
