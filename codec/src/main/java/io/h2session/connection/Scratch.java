package io.h2session.connection;

import io.netty.util.concurrent.FastThreadLocal;

/**
 * A work area for header blocks, leased for the length of one {@code recv} or {@code send} from a stack of the thread: a
 * callback of one session may run another on the same thread. An idle session keeps none.
 */
public final class Scratch {
    private static final int INITIAL = 16 * 1024;
    private static final int KEPT = 256 * 1024;
    private static final FastThreadLocal<Scratch> FREE = new FastThreadLocal<>();

    private byte[] octets = new byte[INITIAL];
    private Scratch below;

    private Scratch() {}

    /** Takes one; {@link #release()} gives it back. */
    public static Scratch lease() {
        Scratch top = FREE.get();
        if (top == null) {
            return new Scratch();
        }
        FREE.set(top.below);
        top.below = null;
        return top;
    }

    /** Gives it back, on the same thread. */
    public void release() {
        if (octets.length > KEPT) {
            octets = new byte[INITIAL];
        }
        below = FREE.get();
        FREE.set(this);
    }

    /** An array of at least that length. What was in it is lost when it has to grow. */
    public byte[] array(int length) {
        if (octets.length < length) {
            octets = new byte[Integer.highestOneBit(length - 1) << 1];
        }
        return octets;
    }
}
