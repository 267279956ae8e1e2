package io.h2session.connection;

import io.netty.util.concurrent.FastThreadLocal;
import java.util.Arrays;

/**
 * The work areas for header blocks of one thread, a stack of arrays: each {@code recv} and {@code send} leases one for as long
 * as it runs, and a callback of one session may run another on the same thread. An idle session keeps none.
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

    /** Leases one more; whoever leased last {@linkplain #release() gives back} first. */
    public void lease() {
        if (leased == areas.length) {
            areas = Arrays.copyOf(areas, leased * 2);
        }
        leased++;
    }

    /** Gives back what was leased last. */
    public void release() {
        leased--;
        byte[] area = areas[leased];
        if (area != null && area.length > KEPT) {
            areas[leased] = null;
        }
    }

    /** What was leased last, at least that long. What was in it is lost when it has to grow. */
    public byte[] array(int length) {
        byte[] area = areas[leased - 1];
        if (area == null || area.length < length) {
            area = new byte[length <= INITIAL ? INITIAL : Integer.highestOneBit(length - 1) << 1];
            areas[leased - 1] = area;
        }
        return area;
    }
}
