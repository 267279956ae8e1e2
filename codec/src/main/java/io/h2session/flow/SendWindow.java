package io.h2session.flow;

/** The window for what we send, on a stream or on the connection (RFC 9113 section 6.9). */
public final class SendWindow {
    /** The size of a window before SETTINGS, in bytes. */
    public static final int INITIAL = 65_535;

    private int available;

    /** A window of that size; may be negative (RFC 9113 section 6.9.2). */
    public SendWindow(int available) {
        this.available = available;
    }

    /** How many bytes may be sent now; negative after the peer lowered SETTINGS_INITIAL_WINDOW_SIZE. */
    public int available() {
        return available;
    }

    /** DATA of that length, including padding, was sent. */
    public void spend(int bytes) {
        available -= bytes;
    }

    /**
     * The peer gave credit, or changed SETTINGS_INITIAL_WINDOW_SIZE.
     *
     * @param delta may be negative
     * @return false, and nothing is changed, if the window would exceed 2^31-1 or the change cannot be represented
     */
    public boolean adjust(long delta) {
        long adjusted = available + delta;
        if (adjusted > Integer.MAX_VALUE || adjusted < Integer.MIN_VALUE) {
            return false;
        }
        available = (int) adjusted;
        return true;
    }
}
