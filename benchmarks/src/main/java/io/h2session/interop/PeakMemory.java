package io.h2session.interop;

import io.netty.util.internal.PlatformDependent;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;

/** Watches how much memory this process uses. */
final class PeakMemory {
    private static final int MIB = 1024 * 1024;

    private volatile long heap;
    private volatile long direct;

    /** Looks ten times a second. */
    PeakMemory() {
        Thread watcher = new Thread(this::watch, "peak-memory");
        watcher.setDaemon(true);
        watcher.start();
    }

    private void watch() {
        Runtime runtime = Runtime.getRuntime();
        try {
            while (true) {
                heap = Math.max(heap, runtime.totalMemory() - runtime.freeMemory());
                direct = Math.max(direct, Math.max(PlatformDependent.usedDirectMemory(), pooledByTheJvm()));
                Thread.sleep(100);
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    // Which of the two Netty allocates from depends on its version and the JVM's.
    private static long pooledByTheJvm() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    @Override
    public String toString() {
        return "peak of heap " + heap / MIB + " MiB (" + Runtime.getRuntime().maxMemory() / MIB
                + " allowed), of direct memory " + direct / MIB + " MiB (" + PlatformDependent.maxDirectMemory() / MIB
                + " allowed)";
    }
}
