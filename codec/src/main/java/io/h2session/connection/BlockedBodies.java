package io.h2session.connection;

import io.h2session.stream.BodyState;
import io.h2session.stream.Stream;

/** Bodies that wait until the peer opens the window of their stream (RFC 9113 section 6.9). */
public final class BlockedBodies {
    private final Connection connection;

    BlockedBodies(Connection connection) {
        this.connection = connection;
    }

    /** Whether the stream's body waited for its window, and the window is open now. */
    public boolean mayContinue(Stream stream) {
        return stream.bodyState() == BodyState.WINDOW_BLOCKED
                && stream.sendWindow().available() > 0
                && !stream.resetQueued();
    }

    /** The stream's window is open: its body is scheduled again. */
    public void resume(Stream stream) {
        connection.deadlines().windowOpened(stream);
        connection.metrics().stallEnded(stream.id());
        connection.scheduler().add(stream);
    }
}
