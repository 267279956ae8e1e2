package io.h2session.connection;

import io.netty.util.concurrent.FastThreadLocal;
import java.util.Arrays;

/**
 * The work areas of one thread for header blocks: a stack of arrays. Each {@code recv} and {@code send} leases one while it
 * runs; it is a stack because a callback of one session may run another session on the same thread. An idle session leases
 * none.
 */
public final class Scratch {
    private static final int INITIAL = 16 * 1024;
    private static final int KEPT = 256 * 1024;

    private static final FastThreadLocal<Scratch> OF_THREAD = new FastThreadLocal<>() {
        @Override
        protected Scratch initialValue() {
            return new Scratch();
        }
    };

    private final Thread thread = Thread.currentThread();
    private byte[][] areas = new byte[2][];
    private int leased;

    private Scratch() {}

    private void lease() {
        if (leased == areas.length) {
            areas = Arrays.copyOf(areas, leased * 2);
        }
        leased++;
    }

    private void release() {
        leased--;
        byte[] area = areas[leased];
        if (area != null && area.length > KEPT) {
            areas[leased] = null;
        }
    }

    private byte[] array(int length) {
        byte[] area = areas[leased - 1];
        if (area == null || area.length < length) {
            area = new byte[length <= INITIAL ? INITIAL : Integer.highestOneBit(length - 1) << 1];
            areas[leased - 1] = area;
        }
        return area;
    }

    /** What one direction of a session leases. Leases of a thread are released in reverse order. */
    public static final class Lease {
        // Kept after the release: most sessions stay on one thread, so it need not be looked up again.
        private Scratch scratch;
        private boolean leased;

        /**
         * The leased area, which is leased now if it is not yet.
         *
         * @param length how many bytes it has at least; its content is lost if it has to grow
         */
        public byte[] array(int length) {
            if (!leased) {
                lease();
            }
            return scratch.array(length);
        }

        private void lease() {
            if (scratch == null || scratch.thread != Thread.currentThread()) {
                scratch = OF_THREAD.get();
            }
            scratch.lease();
            leased = true;
        }

        /** Releases the area if it is leased. */
        public void release() {
            if (leased) {
                leased = false;
                scratch.release();
            }
        }
    }
}
