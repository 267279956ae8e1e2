package io.h2session.examples.serve;

import java.util.concurrent.atomic.AtomicLong;

/** How many octets {@link TemporaryFile}s may have on disk, all together. Any thread. */
final class DiskRoom {
    /** What this process may have there: 1 GiB. */
    static final DiskRoom OF_PROCESS = new DiskRoom(1L << 30);

    private final long max;
    private final AtomicLong taken = new AtomicLong();

    DiskRoom(long max) {
        this.max = max;
    }

    /** Takes room, or none if there is less. */
    boolean take(long octets) {
        if (taken.addAndGet(octets) > max) {
            taken.addAndGet(-octets);
            return false;
        }
        return true;
    }

    void give(long octets) {
        taken.addAndGet(-octets);
    }

    /** Octets on disk. */
    long taken() {
        return taken.get();
    }
}
