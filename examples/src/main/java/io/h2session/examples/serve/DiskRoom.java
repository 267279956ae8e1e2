package io.h2session.examples.serve;

import java.util.concurrent.atomic.AtomicLong;

/** Limits the bytes that all {@link TemporaryFile}s together may have on disk. Thread-safe. */
final class DiskRoom {
    /** The limit of this process: 1 GiB. */
    static final DiskRoom OF_PROCESS = new DiskRoom(1L << 30);

    private final long max;
    private final AtomicLong taken = new AtomicLong();

    DiskRoom(long max) {
        this.max = max;
    }

    /** Reserves room, or returns false if there is not enough. */
    boolean take(long bytes) {
        if (taken.addAndGet(bytes) > max) {
            taken.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    void give(long bytes) {
        taken.addAndGet(-bytes);
    }

    /** The bytes on disk. */
    long taken() {
        return taken.get();
    }
}
