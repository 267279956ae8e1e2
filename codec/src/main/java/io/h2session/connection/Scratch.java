package io.h2session.connection;

import io.netty.util.concurrent.FastThreadLocal;
import java.util.Arrays;

/**
 * The work areas of one thread for header blocks: a stack of arrays. Each {@code recv} and {@code send} leases one while it
 * runs; it is a stack because a callback of one session may run another session on the same thread. An idle session keeps
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

    private byte[][] areas = new byte[2][];
    private int leased;

    private Scratch() {}

    /** The stack of this thread. */
    public static Scratch ofThread() {
        return OF_THREAD.get();
    }

    /** Leases one more. Leases are {@linkplain #release() released} in reverse order. */
    public void lease() {
        if (leased == areas.length) {
            areas = Arrays.copyOf(areas, leased * 2);
        }
        leased++;
    }

    /** Releases the area that was leased last. */
    public void release() {
        leased--;
        byte[] area = areas[leased];
        if (area != null && area.length > KEPT) {
            areas[leased] = null;
        }
    }

    /** The area that was leased last, at least that long. Its content is lost if it has to grow. */
    public byte[] array(int length) {
        byte[] area = areas[leased - 1];
        if (area == null || area.length < length) {
            area = new byte[length <= INITIAL ? INITIAL : Integer.highestOneBit(length - 1) << 1];
            areas[leased - 1] = area;
        }
        return area;
    }
}
