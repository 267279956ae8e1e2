package io.h2session.testing;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What code allocates when it is compiled. The compiler, which removes objects, works beside the test: before it is done there are more of
 * them, and on a busy machine that may be long. So a test measures until it finds what it expects, for a minute at most.
 */
public final class Allocation {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private Allocation() {}

    /** The bytes that this thread allocates while it does something. */
    public static long of(Runnable work) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        work.run();
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }

    /** The first measurement that is as expected; the last one if none is within a minute. */
    public static <T> T settled(Supplier<T> measurement, Predicate<T> expected) {
        long began = System.nanoTime();
        T measured = measurement.get();
        while (!expected.test(measured) && System.nanoTime() - began < PATIENCE_NANOS) {
            measured = measurement.get();
        }
        return measured;
    }
}
