package io.h2session.benchmarks;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Threads like an event loop's for JMH, since Netty recycles its objects only there; it knows their CPU time. */
public final class EventLoopThreads extends ThreadPoolExecutor {
    private static final ThreadMXBean CLOCKS = ManagementFactory.getThreadMXBean();
    private static final List<Thread> ALL = new CopyOnWriteArrayList<>();

    /** The constructor that {@code -Djmh.executor=CUSTOM} looks for. */
    public EventLoopThreads(int threads, String prefix) {
        super(threads, threads, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), new Factory(prefix));
    }

    /** CPU time of all of these threads that are alive, in nanoseconds. */
    @SuppressWarnings("deprecation") // what replaces getId came after Java 17
    static long cpuTime() {
        long sum = 0;
        for (Thread thread : ALL) {
            sum += Math.max(0, CLOCKS.getThreadCpuTime(thread.getId()));
        }
        return sum;
    }

    private static final class Factory extends DefaultThreadFactory {
        Factory(String prefix) {
            super(prefix);
        }

        @Override
        public Thread newThread(Runnable task) {
            Thread thread = super.newThread(task);
            ALL.add(thread);
            return thread;
        }
    }
}
