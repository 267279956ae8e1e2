package io.h2session.flow;

/**
 * The window for what the peer sends, on a stream or on the connection.
 *
 * <p>The peer may send {@code limit} bytes for which it has no credit. Bytes that arrive are {@code received} until credit
 * for them is given by a WINDOW_UPDATE. One is due when at least half of the limit can be credited: of the bytes received
 * if credit is automatic, of the bytes consumed if the application gives it. Only one update waits to be sent at a time.
 *
 * <p>Example, limit 100, automatic: 30 bytes arrive, and nothing is due; 25 more arrive, 55 is at least 50, so an update of
 * 55 is due, and {@code received} is 0 again.
 *
 * <p>No frame tells the peer when the application shrinks the limit. So {@code received} is lowered by the same amount,
 * below 0 if necessary, and {@code reduction} remembers the amount. Later enlargements repay it first, without a frame.
 */
public final class ReceiveWindow {
    private int limit;
    private int received;
    private int consumed;
    private int reduction;
    private boolean updateQueued;

    /** A window with that limit. */
    public ReceiveWindow(int limit) {
        this.limit = limit;
    }

    /** How many bytes the peer may send without further credit. */
    public int limit() {
        return limit;
    }

    /** How many bytes were received and not credited yet, at least 0. */
    public int received() {
        return Math.max(0, received);
    }

    /** How many bytes the peer may still send. */
    public int available() {
        return limit - received;
    }

    /** Bytes arrived. Returns false if they are more than allowed; then nothing is changed. */
    public boolean receive(int bytes) {
        // As a long: after shrinking and a lower SETTINGS value both may be far below 0.
        if (received > (long) limit - bytes) {
            return false;
        }
        received += bytes;
        return true;
    }

    /** The application has consumed bytes. Returns false if it consumed more than 2^31-1; then nothing is changed. */
    public boolean consume(int bytes) {
        if (consumed > Integer.MAX_VALUE - bytes) {
            return false;
        }
        consumed += bytes;
        return true;
    }

    /**
     * Takes the credit that is due now. It counts as given, and the caller sends a WINDOW_UPDATE of it.
     *
     * @param automatic whether bytes are credited when they are received, not when they are consumed
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

    /**
     * Our SETTINGS_INITIAL_WINDOW_SIZE changed by that much. Returns false if the limit is out of range; then nothing is
     * changed.
     */
    public boolean adjustLimit(long delta) {
        long adjusted = limit + delta;
        // The peer still has the amount by which the limit was shrunk, on top of the limit.
        if (Math.max(adjusted, adjusted - received) > Integer.MAX_VALUE || adjusted < Integer.MIN_VALUE) {
            return false;
        }
        limit = (int) adjusted;
        return true;
    }

    /**
     * The application gives credit explicitly. It first credits bytes that were received; the rest enlarges the limit.
     * Bytes that are credited so count as consumed.
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
     * Shrinks the limit without a frame. Returns false if the limit is out of range; then nothing is changed.
     *
     * @param bytes 0 to 2^31
     */
    public boolean shrink(long bytes) {
        // As a long: the limit may be far below 0 already.
        if (limit - bytes < 0 || received - bytes < Integer.MIN_VALUE || reduction + bytes > Integer.MAX_VALUE) {
            return false;
        }
        limit -= (int) bytes;
        received -= (int) bytes;
        reduction += (int) bytes;
        return true;
    }

    /**
     * Enlarges the limit. The count of received bytes stays.
     *
     * @param bytes not negative
     * @return the increment of the WINDOW_UPDATE to send, 0 for none; -1 if the limit would exceed 2^31-1
     */
    public int enlarge(long bytes) {
        // As a long: the limit may be far below 0, and most of the growth may repay a reduction, without a frame.
        long repaid = Math.min(reduction, bytes);
        if (limit + bytes > Integer.MAX_VALUE || bytes - repaid > Integer.MAX_VALUE) {
            return -1;
        }
        limit = (int) (limit + bytes);
        reduction -= (int) repaid;
        received += (int) repaid;
        return (int) (bytes - repaid);
    }

    private int repay(int bytes) {
        int repaid = Math.min(reduction, bytes);
        reduction -= repaid;
        return repaid;
    }
}
