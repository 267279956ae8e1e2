package io.h2session.netty.pool;

import io.netty.util.AttributeKey;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GenericFutureListener;

/** One stream of a connection, given to the application. It is free again when the stream is over. On the connection's event loop. */
final class Slot implements GenericFutureListener<Future<Void>> {
    static final AttributeKey<Slot> KEY = AttributeKey.valueOf(Slot.class, "pool");

    private final ConnectionWatch connection;
    private boolean released;

    Slot(ConnectionWatch connection) {
        this.connection = connection;
    }

    /** Gives it back. Once more is harmless. */
    void release() {
        if (!released) {
            released = true;
            connection.released();
        }
    }

    /** The channel of the stream was closed. */
    @Override
    public void operationComplete(Future<Void> closed) {
        release();
    }
}
