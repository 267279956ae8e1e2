package io.h2session.flow;

/**
 * How many octets we let the peer send, on a stream or on the connection.
 *
 * <p>The peer may have {@code limit} octets under way. What arrives is {@code received} until credit for it is given by a
 * WINDOW_UPDATE, which is due once at least half of the limit can be credited: of what was received if credit is automatic,
 * of what was consumed if it is the application's business. One update waits to be sent at a time.
 *
 * <p>Example, limit 100, automatic: 30 arrive, nothing is due; 25 more arrive, 55 is at least 50, an update of 55 is due and
 * received is 0 again.
 *
 * <p>When the application shrinks the limit the peer cannot be told; {@code received} goes down with it, below 0 if need be,
 * and {@code reduction} remembers by how much: later enlargements repay it first, without a frame.
 */
public final class ReceiveWindow {
    private int limit;
    private int received;
    private int consumed;
    private int reduction;
    private boolean updateQueued;

    /** A window of that many octets. */
    public ReceiveWindow(int limit) {
        this.limit = limit;
    }

    /** How many octets the peer may have under way in all. */
    public int limit() {
        return limit;
    }

    /** How many octets were received and not credited, at least 0. */
    public int received() {
        return Math.max(0, received);
    }

    /** How many octets the peer may still send. */
    public int available() {
        return limit - received;
    }

    /** Octets arrived. False: more than allowed; nothing is changed. */
    public boolean receive(int octets) {
        // In long: shrunk and then adjusted downward, both may be far below 0.
        if (received > (long) limit - octets) {
            return false;
        }
        received += octets;
        return true;
    }

    /** The application has used octets. False: more than 2^31-1 in all; nothing is changed. */
    public boolean consume(int octets) {
        if (consumed > Integer.MAX_VALUE - octets) {
            return false;
        }
        consumed += octets;
        return true;
    }

    /**
     * The credit to give now, counted as given; the caller sends a WINDOW_UPDATE of it.
     *
     * @param automatic whether what was received is credited, or what was consumed
     * @return 0 if none is due
     */
    public int takeCredit(boolean automatic) {
        if (updateQueued) {
            return 0;
        }
        int credit = automatic ? received : Math.min(consumed, received);
        if (credit <= 0 || credit < limit / 2) {
            return 0;
        }
        received -= credit;
        if (!automatic) {
            consumed -= credit;
        }
        updateQueued = true;
        return credit;
    }

    /** The WINDOW_UPDATE has left the queue. */
    public void updateSent() {
        updateQueued = false;
    }

    /** Our SETTINGS_INITIAL_WINDOW_SIZE changed by that much. False: out of range; nothing is changed. */
    public boolean adjustLimit(long delta) {
        long adjusted = limit + delta;
        // What was shrunk the peer still has, on top of the limit.
        if (Math.max(adjusted, adjusted - received) > Integer.MAX_VALUE || adjusted < Integer.MIN_VALUE) {
            return false;
        }
        limit = (int) adjusted;
        return true;
    }

    /**
     * The application gives credit by hand: it pays what was received down, what is left enlarges the limit. What goes to the
     * peer counts as consumed octets that were credited.
     *
     * @param increment not negative
     * @return the increment of the WINDOW_UPDATE to send, 0 for none; -1 if the limit would exceed 2^31-1, and nothing is
     *     changed
     */
    public int credit(int increment) {
        int unpaid = Math.max(0, received);
        if (increment <= unpaid) {
            received -= increment;
            consumed = Math.max(0, consumed - increment);
            return increment;
        }
        int growth = increment - unpaid;
        if (limit > Integer.MAX_VALUE - growth) {
            return -1;
        }
        limit += growth;
        int repaid = repay(growth);
        received = received < 0 ? received + repaid : repaid;
        consumed = Math.max(0, consumed - (increment - repaid));
        return increment - repaid;
    }

    /**
     * Shrinks the limit, unseen by the peer. False: out of range; nothing is changed.
     *
     * @param octets 0 to 2^31
     */
    public boolean shrink(long octets) {
        // In long: the limit may be far below 0 already.
        if (limit - octets < 0 || received - octets < Integer.MIN_VALUE || reduction + octets > Integer.MAX_VALUE) {
            return false;
        }
        limit -= (int) octets;
        received -= (int) octets;
        reduction += (int) octets;
        return true;
    }

    /**
     * Enlarges the limit; what was received stays counted.
     *
     * @param octets not negative
     * @return the increment of the WINDOW_UPDATE to send, 0 for none; -1 if the limit would exceed 2^31-1
     */
    public int enlarge(long octets) {
        // In long: the limit may be far below 0, and most of the way from there be repaid without a frame.
        long repaid = Math.min(reduction, octets);
        if (limit + octets > Integer.MAX_VALUE || octets - repaid > Integer.MAX_VALUE) {
            return -1;
        }
        limit = (int) (limit + octets);
        reduction -= (int) repaid;
        received += (int) repaid;
        return (int) (octets - repaid);
    }

    private int repay(int octets) {
        int repaid = Math.min(reduction, octets);
        reduction -= repaid;
        return repaid;
    }
}
