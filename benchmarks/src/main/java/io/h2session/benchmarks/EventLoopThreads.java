package io.h2session.benchmarks;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Runs JMH on threads like an event loop's: Netty recycles its objects only there. */
public final class EventLoopThreads extends ThreadPoolExecutor {
    /** The constructor that {@code -Djmh.executor=CUSTOM} looks for. */
    public EventLoopThreads(int threads, String prefix) {
        super(threads, threads, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), new DefaultThreadFactory(prefix));
    }
}
