package io.h2session.netty.pool;

/** A wish for a stream. It waits in at most one {@link WaitingList}. All on the pool's event loop, unless stated otherwise. */
abstract class Opening {
    Opening before;
    Opening after;

    /** Where it waits; null if it does not. */
    WaitingList list;

    /** Until when it waits for a stream, in the pool's time. */
    long deadline;

    /** The end of its back-off, while it waits for that. */
    long notBefore;

    /** How many connects failed while it waited, or how often the peer refused it. */
    int failures;

    /** Refused it; another connection is better. */
    PooledConnection avoided;

    /** It has to wait: from here on {@link PoolCore#cancelled} is told if the application cancels it. */
    abstract void waits(PoolCore core);

    /** Whether the application does not want it any more. */
    abstract boolean cancelled();

    /** Opens a stream, or releases the slot; on the connection's event loop. */
    abstract void openOn(ConnectionWatch connection, Slot slot);

    /** There will be no stream. */
    abstract void fail(PoolException cause);
}
