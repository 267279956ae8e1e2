package io.h2session.netty;

import java.util.function.LongSupplier;

/**
 * The clock of the session. It is read once for everything that is received and sent in one turn of the event loop: on virtual
 * machines, reading the clock can cost as much as decoding a header block.
 */
final class TurnClock implements LongSupplier {
    private final LongSupplier clock;
    private long time;
    private boolean frozen;

    TurnClock(LongSupplier clock) {
        this.clock = clock;
    }

    /** Bytes have arrived: the time stays the same until {@link #unfreeze}. */
    void freeze() {
        time = clock.getAsLong();
        frozen = true;
    }

    /** The turn is over, or another one has begun. */
    void unfreeze() {
        frozen = false;
    }

    @Override
    public long getAsLong() {
        return frozen ? time : clock.getAsLong();
    }
}
