package io.h2session.netty;

import java.util.function.LongSupplier;

/**
 * The session's clock, looked at once for what is received and sent in one turn of the event loop. On virtual machines a
 * look at the clock can cost as much as a header block.
 */
final class TurnClock implements LongSupplier {
    private final LongSupplier clock;
    private long time;
    private boolean stopped;

    TurnClock(LongSupplier clock) {
        this.clock = clock;
    }

    /** Octets have come: it is now, until {@link #go}. */
    void stop() {
        time = clock.getAsLong();
        stopped = true;
    }

    /** The turn is over, or something else has begun. */
    void go() {
        stopped = false;
    }

    @Override
    public long getAsLong() {
        return stopped ? time : clock.getAsLong();
    }
}
