package io.h2session.netty.pool;

import io.h2session.netty.pool.PooledConnection.Phase;
import java.util.ArrayList;
import java.util.List;

/** The connections of a pool that are not closed. On the pool's event loop. */
final class Connections {
    /** How many streams a connection is expected to allow that has not said so (RFC 9113 section 6.5.2 asks for 100 at least). */
    private static final long EXPECTED_LIMIT = 100;

    /**
     * Their numbers at one moment.
     *
     * @param atZero whether one is ready whose peer allows no streams
     */
    record Sums(int connecting, int ready, int draining, int open, long free, boolean atZero) {
        static final Sums NONE = new Sums(0, 0, 0, 0, 0, false);

        /** Those that give streams, or will. */
        int alive() {
            return connecting + ready;
        }
    }

    private final List<PooledConnection> all = new ArrayList<>();
    private final int maxStreams;
    private long expected;

    Connections(PoolOptions options) {
        maxStreams = options.maxStreams();
        expected = Math.min(EXPECTED_LIMIT, maxStreams);
    }

    void add(PooledConnection added) {
        all.add(added);
    }

    void remove(PooledConnection removed) {
        all.remove(removed);
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    /** Those there are now: what is done with them may add others, and remove some. */
    List<PooledConnection> copy() {
        return List.copyOf(all);
    }

    /** The peer's limit of a connection, as it is now. */
    void limit(PooledConnection connection, long streams) {
        connection.limit(Math.min(streams, maxStreams));
        if (streams > 0) {
            expected = connection.limit();
        }
    }

    /** How many streams a connection that is being made is expected to give. */
    long expected() {
        return expected;
    }

    /** The one with the fewest open streams of those that can give one; null if none can. */
    PooledConnection leastLoaded(PooledConnection avoided) {
        PooledConnection least = null;
        for (PooledConnection one : all) {
            if (one.free() > 0
                    && (least == null || least == avoided || (one != avoided && one.open() < least.open()))) {
                least = one;
            }
        }
        return least;
    }

    Sums sums() {
        int connecting = 0;
        int ready = 0;
        int draining = 0;
        int open = 0;
        long free = 0;
        boolean atZero = false;
        for (PooledConnection one : all) {
            open += one.open();
            free += one.free();
            switch (one.phase()) {
                case CONNECTING -> connecting++;
                case READY -> {
                    ready++;
                    atZero |= one.limit() == 0;
                }
                default -> draining++;
            }
        }
        return new Sums(connecting, ready, draining, open, free, atZero);
    }

    /** When something has to be done with one of them. */
    long nextDue() {
        long due = PoolTime.NEVER;
        for (PooledConnection one : all) {
            due = Math.min(due, Math.min(one.phaseDue, one.is(Phase.READY) ? one.idleDue : PoolTime.NEVER));
        }
        return due;
    }
}
