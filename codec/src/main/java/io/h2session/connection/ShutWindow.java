package io.h2session.connection;

/** For how long, in all, bodies could not be sent because the connection's window was shut. */
final class ShutWindow {
    private long total;
    private long since = -1;

    /** Whether it is shut now. */
    void set(boolean shut, long now) {
        if (shut && since < 0) {
            since = now;
        } else if (!shut && since >= 0) {
            total += now - since;
            since = -1;
        }
    }

    /** In nanoseconds, up to now. */
    long total(long now) {
        return since < 0 ? total : total + now - since;
    }
}
