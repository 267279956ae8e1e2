package io.h2session.connection;

/** The total time for which bodies could not be sent because the connection's window was used up. */
final class ShutWindow {
    private long total;
    private long since = -1;

    /** Sets whether the window is used up now. */
    void set(boolean shut, long now) {
        if (shut && since < 0) {
            since = now;
        } else if (!shut && since >= 0) {
            total += now - since;
            since = -1;
        }
    }

    /** The total in nanoseconds, up to now. */
    long total(long now) {
        return since < 0 ? total : total + now - since;
    }
}
