package io.h2session.connection;

import io.h2session.api.Http2Stall;
import java.util.concurrent.ThreadLocalRandom;

/**
 * When things happened on each stream, in nanoseconds. Kept apart from the streams, so that a session without metrics has nothing
 * of it: a hash table with chains, and objects that are used again.
 */
final class ExchangeTimes {
    private static final long NEVER = -1;

    /** The send is not complete. */
    private static final long UNKNOWN = Long.MAX_VALUE;

    private static final int INITIAL_CAPACITY = 16;
    private static final int SEED = ThreadLocalRandom.current().nextInt();

    // 2^32 divided by the golden ratio: neighbouring ids are spread far apart.
    private static final int SPREAD = 0x9e37_79b9;

    /** The heads of the chains, a power of two. */
    private Times[] chains = new Times[INITIAL_CAPACITY];

    private int size;

    /** Those that are used again, linked through {@link Times#next}. */
    private Times spares;

    /**
     * The streams whose body has nothing more for now, and whose bytes the transport has not taken yet: a list in the order in which
     * they were sent. What the first ones of it wait for is known and was told.
     */
    private Times firstDeferred;

    private Times lastDeferred;
    private Times firstUntold;

    private static final class Times {
        private int streamId;
        private long submitted;
        private long opened;
        private long responseBegun;
        private long stalledSince;
        private Http2Stall stall;

        /** The next of the chain. */
        private Times next;

        /** How many bytes were sent on the connection up to the last one of a body that is deferred. */
        private long sentUpTo;

        private boolean deferred;
        private Times before;
        private Times after;
    }

    private static int chain(int streamId, int chains) {
        return (streamId ^ SEED) * SPREAD >>> Integer.numberOfLeadingZeros(chains - 1);
    }

    private Times find(int streamId) {
        Times times = chains[chain(streamId, chains.length)];
        while (times != null && times.streamId != streamId) {
            times = times.next;
        }
        return times;
    }

    private Times make(int streamId) {
        Times times = spares == null ? new Times() : spares;
        spares = times.next;
        times.streamId = streamId;
        times.submitted = NEVER;
        times.opened = NEVER;
        times.responseBegun = NEVER;
        times.stall = null;
        if (++size > chains.length) {
            grow();
        }
        add(times);
        return times;
    }

    private void add(Times times) {
        int at = chain(times.streamId, chains.length);
        times.next = chains[at];
        chains[at] = times;
    }

    private void grow() {
        Times[] old = chains;
        chains = new Times[old.length * 2];
        for (Times head : old) {
            Times times = head;
            while (times != null) {
                Times next = times.next;
                add(times);
                times = next;
            }
        }
    }

    void submitted(int streamId, long now) {
        make(streamId).submitted = now;
    }

    /** Returns for how long the request had waited; -1 if it did not wait here. */
    long opened(int streamId, long now) {
        Times known = find(streamId);
        Times times = known == null ? make(streamId) : known;
        times.opened = now;
        return times.submitted == NEVER ? NEVER : now - times.submitted;
    }

    void responseBegun(int streamId, long now) {
        Times times = find(streamId);
        if (times != null && times.responseBegun == NEVER) {
            times.responseBegun = now;
        }
    }

    /** How long after the stream opened the response began; -1 if it did not. */
    long firstByte(int streamId) {
        Times times = find(streamId);
        return times == null || times.responseBegun == NEVER ? NEVER : times.responseBegun - times.opened;
    }

    /** For how long the stream has been open. */
    long age(int streamId, long now) {
        Times times = find(streamId);
        return times == null || times.opened == NEVER ? 0 : now - times.opened;
    }

    /** Returns false if the stream is stalled already, or not measured. */
    boolean stalled(int streamId, Http2Stall cause, long now) {
        Times times = find(streamId);
        if (times == null || times.stall != null) {
            return false;
        }
        times.stall = cause;
        times.stalledSince = now;
        return true;
    }

    /** What the stream waits for; null for nothing. */
    Http2Stall stall(int streamId) {
        Times times = find(streamId);
        return times == null ? null : times.stall;
    }

    /** Ends it; returns how long it lasted. */
    long stallEnded(int streamId, long now) {
        Times times = find(streamId);
        times.stall = null;
        return now - times.stalledSince;
    }

    // ---- bodies that have nothing more for now ---------------------------------------------------------------------

    /** The body has nothing more for now; what it gave is being sent. */
    void deferred(int streamId) {
        Times times = find(streamId);
        if (times == null || times.deferred || times.stall != null) {
            return;
        }
        times.deferred = true;
        times.sentUpTo = UNKNOWN;
        times.before = lastDeferred;
        times.after = null;
        if (lastDeferred == null) {
            firstDeferred = times;
        } else {
            lastDeferred.after = times;
        }
        lastDeferred = times;
        if (firstUntold == null) {
            firstUntold = times;
        }
    }

    boolean anyDeferred() {
        return firstDeferred != null;
    }

    /** A send is complete, with this many bytes in all. */
    void sent(long bytes) {
        for (Times times = lastDeferred; times != null && times.sentUpTo == UNKNOWN; times = times.before) {
            times.sentUpTo = bytes;
        }
    }

    /** Takes out the next stream of which the transport has taken everything, when it has this many bytes in all; 0 for none. */
    int takeDeferred(long bytes) {
        if (firstDeferred == null || firstDeferred.sentUpTo > bytes) {
            return 0;
        }
        int streamId = firstDeferred.streamId;
        remove(firstDeferred);
        return streamId;
    }

    /**
     * The next stream of the others, if it was not told what it waits for, and is told now; 0 for none.
     *
     * @param bytes streams that have sent later are left out
     */
    int nextUntold(long bytes) {
        if (firstUntold == null || firstUntold.sentUpTo > bytes) {
            return 0;
        }
        int streamId = firstUntold.streamId;
        firstUntold = firstUntold.after;
        return streamId;
    }

    /** The body has more, or is at its end. */
    void notDeferred(int streamId) {
        Times times = find(streamId);
        if (times != null) {
            remove(times);
        }
    }

    private void remove(Times times) {
        if (!times.deferred) {
            return;
        }
        times.deferred = false;
        if (firstUntold == times) {
            firstUntold = times.after;
        }
        if (times.before == null) {
            firstDeferred = times.after;
        } else {
            times.before.after = times.after;
        }
        if (times.after == null) {
            lastDeferred = times.before;
        } else {
            times.after.before = times.before;
        }
        times.before = null;
        times.after = null;
    }

    void forget(int streamId) {
        int at = chain(streamId, chains.length);
        Times previous = null;
        Times times = chains[at];
        while (times != null && times.streamId != streamId) {
            previous = times;
            times = times.next;
        }
        if (times == null) {
            return;
        }
        if (previous == null) {
            chains[at] = times.next;
        } else {
            previous.next = times.next;
        }
        size--;
        remove(times);
        times.next = spares;
        spares = times;
    }
}
