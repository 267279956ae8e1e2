package io.h2session.examples.proxy;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** An upstream server, as all event loops see it: what it has to do, and whether it can be reached. */
final class Upstream {
    /** How long a server that could not be reached is left alone; twice as long each time. */
    private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(250);

    private static final int MAX_DOUBLINGS = 5;

    private final UpstreamAddress address;
    private final AtomicInteger running = new AtomicInteger();
    private int failures;
    private volatile boolean paused;
    private volatile long until;

    Upstream(UpstreamAddress address) {
        this.address = address;
    }

    UpstreamAddress address() {
        return address;
    }

    void begun() {
        running.incrementAndGet();
    }

    void ended() {
        running.decrementAndGet();
    }

    /** How many exchanges it has. */
    int running() {
        return running.get();
    }

    boolean isAvailable() {
        return !paused || isOver(System.nanoTime());
    }

    private boolean isOver(long nanoTime) {
        return nanoTime - until >= 0;
    }

    /** It could not be reached. */
    synchronized void failed(long nanoTime) {
        if (!paused || isOver(nanoTime)) {
            // What fails at the same time counts once.
            until = nanoTime + (FIRST_PAUSE << Math.min(failures++, MAX_DOUBLINGS));
            paused = true;
        }
    }

    /** It was reached. */
    void reached() {
        if (paused) {
            synchronized (this) {
                failures = 0;
                paused = false;
            }
        }
    }

    @Override
    public String toString() {
        return address.toString();
    }
}
