package io.h2session.flow;

/** How many octets the peer lets us send, on a stream or on the connection (RFC 9113 section 6.9). */
public final class SendWindow {
    /** The size every window begins with, in octets. */
    public static final int INITIAL = 65_535;

    private int available;

    /** A window of that size; may be negative (RFC 9113 section 6.9.2). */
    public SendWindow(int available) {
        this.available = available;
    }

    /** Octets that may be sent now; negative after the peer shrank its windows. */
    public int available() {
        return available;
    }

    /** DATA of that length, padding included, was sent. */
    public void spend(int octets) {
        available -= octets;
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
