package io.h2session.stream;

/**
 * How the most recent streams of one direction ended, so that a late frame can be told from a wrong one. Two bits for each
 * stream, in a ring that is allocated when the first stream ends.
 *
 * <p>A stream id of our own counts from when its opening frame is written. Until then it is idle, and a frame of the peer's
 * on it is an error. An id that was skipped because its frame was given up is FORGOTTEN, not NEVER_USED: it is closed like
 * any other, and the peer may send late frames on it.
 *
 * <pre>
 *   id      ... 41  43  45  47  49  51          highest = 51: ids above it were never used
 *   ending       E   E   W   n   E   -          47 was skipped, 45 was reset by us, 51 is live
 *            ^ older than the ring: FORGOTTEN
 * </pre>
 */
public final class StreamHistory {
    private static final Ending[] ENDINGS = Ending.values();

    private final int capacity;
    private final int firstId;
    private final Ending passedOver;
    private long[] ring;
    private int highest;

    /** How a stream ended. */
    public enum Ending {
        /** Its id was skipped. */
        NEVER_USED,
        /** The peer had ended its side. */
        ENDED,
        /** The peer reset it. */
        PEER_RESET,
        /** We reset it, and the peer may not know yet. */
        WE_RESET,
        /** It ended too long ago to be remembered. */
        FORGOTTEN,
        /** Its id was not used yet. */
        IDLE
    }

    /**
     * A history of one direction.
     *
     * @param capacity how many streams are remembered, a power of two, or 0: all streams that ended are FORGOTTEN
     * @param firstId the first stream id of the direction, 1 or 2
     * @param own whether this end opens these streams
     */
    public StreamHistory(int capacity, int firstId, boolean own) {
        this.capacity = capacity;
        this.firstId = firstId;
        passedOver = own ? Ending.FORGOTTEN : Ending.NEVER_USED;
    }

    /** The highest id used, 0 before the first. */
    public int highest() {
        return highest;
    }

    /** A stream with a higher id than all before begins; the ids in between are skipped. */
    public void advance(int id) {
        if (ring != null) {
            int from = highest == 0 ? ordinal(firstId) : ordinal(highest) + 1;
            int to = ordinal(id);
            for (int i = Math.max(from, to - capacity + 1); i <= to; i++) {
                set(i, Ending.NEVER_USED);
            }
        }
        highest = id;
    }

    /** A stream has ended. If its id is higher than all that were used, it never began. */
    public void ended(int id, Ending ending) {
        if (capacity == 0 || id > highest) {
            return;
        }
        if (ring == null) {
            // All bits are 0, NEVER_USED: right for skipped ids. Callers check first whether a stream is live.
            ring = new long[Math.max(1, capacity / 32)];
        }
        if (ordinal(highest) - ordinal(id) < capacity) {
            set(ordinal(id), ending);
        }
    }

    /** How a stream that is not live ended. */
    public Ending ending(int id) {
        if (id > highest) {
            return Ending.IDLE;
        }
        if (capacity == 0 || ordinal(highest) - ordinal(id) >= capacity) {
            return Ending.FORGOTTEN;
        }
        if (ring == null) {
            return passedOver;
        }
        int i = ordinal(id) & (capacity - 1);
        Ending ending = ENDINGS[(int) (ring[i >>> 5] >>> ((i & 31) * 2)) & 3];
        return ending == Ending.NEVER_USED ? passedOver : ending;
    }

    private void set(int ordinal, Ending ending) {
        int i = ordinal & (capacity - 1);
        int shift = (i & 31) * 2;
        ring[i >>> 5] = (ring[i >>> 5] & ~(3L << shift)) | ((long) ending.ordinal() << shift);
    }

    private static int ordinal(int id) {
        return id >>> 1;
    }
}
