package io.h2session.netty.pool;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/** The numbers of a pool for other threads. */
final class PoolCounts {
    private final AtomicLongArray failures = new AtomicLongArray(PoolFailure.values().length);
    private final LongAdder given = new LongAdder();
    private final LongAdder made = new LongAdder();
    private final LongAdder retries = new LongAdder();
    private volatile Connections.Sums sums = Connections.Sums.NONE;
    private volatile int waiters;

    void failed(PoolFailure failure) {
        failures.incrementAndGet(failure.ordinal());
    }

    void given() {
        given.increment();
    }

    void takenBack() {
        given.decrement();
    }

    void made() {
        made.increment();
    }

    void retried() {
        retries.increment();
    }

    void publish(Connections.Sums now, int waiting) {
        sums = now;
        if (waiting != waiters) {
            waiters = waiting;
        }
    }

    PoolFacts facts() {
        Connections.Sums now = sums;
        Map<PoolFailure, Long> kinds = new EnumMap<>(PoolFailure.class);
        for (PoolFailure kind : PoolFailure.values()) {
            long count = failures.get(kind.ordinal());
            if (count > 0) {
                kinds.put(kind, count);
            }
        }
        return new PoolFacts(
                now.connecting(),
                now.ready(),
                now.draining(),
                now.open(),
                now.free(),
                waiters,
                given.sum(),
                made.sum(),
                retries.sum(),
                Map.copyOf(kinds));
    }
}
