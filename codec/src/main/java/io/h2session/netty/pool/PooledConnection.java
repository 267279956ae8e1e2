package io.h2session.netty.pool;

/** What a pool knows of one of its connections. On the pool's event loop. */
final class PooledConnection {
    /** From when it is begun until it is closed. */
    enum Phase {
        CONNECTING,

        /** Gives streams. */
        READY,

        /** Gives no more, and is closed when the last one is over. */
        DRAINING,

        ENDED
    }

    private final ConnectionWatch watch;
    private Phase phase = Phase.CONNECTING;
    private long limit;
    private int open;
    private int given;
    private boolean retired;
    private boolean http1Required;

    /** When its phase has to end: the connect timeout, the age, the time to drain. */
    long phaseDue;

    /** When it has been idle for too long; {@link PoolTime#NEVER} while it has streams. */
    long idleDue = PoolTime.NEVER;

    PooledConnection(PoolCore core) {
        watch = new ConnectionWatch(core, this);
    }

    /** Its side on its own event loop. */
    ConnectionWatch watch() {
        return watch;
    }

    Phase phase() {
        return phase;
    }

    void phase(Phase next, long due) {
        phase = next;
        phaseDue = due;
    }

    boolean is(Phase asked) {
        return phase == asked;
    }

    /** The peer's limit, or our own if that is lower. */
    void limit(long streams) {
        limit = streams;
    }

    long limit() {
        return limit;
    }

    /** How many streams were given and are not over. */
    int open() {
        return open;
    }

    /** How many could be given now. */
    long free() {
        return phase == Phase.READY ? Math.max(0, limit - open) : 0;
    }

    /** How many streams it has given in all. */
    int given() {
        return given;
    }

    void give() {
        open++;
        given++;
        idleDue = PoolTime.NEVER;
    }

    void release() {
        open--;
    }

    /** What was given was not used: no stream was opened. */
    void takeBack() {
        open--;
        given--;
    }

    /** The pool ends it, for its age or because it is not needed: that it gave no stream is no failure. */
    void retire() {
        retired = true;
    }

    void requireHttp1() {
        http1Required = true;
    }

    boolean http1Required() {
        return http1Required;
    }

    /** Whether its end is that of a connection that was of no use. */
    boolean useless() {
        return given == 0 && !retired;
    }
}
