package io.h2session.connection;

import io.h2session.api.StreamState;
import io.h2session.frame.WindowUpdateFrame;
import io.h2session.queue.Lane;
import io.h2session.stream.Stream;

/**
 * Gives window credit to the peer (RFC 9113 section 6.9): queues a WINDOW_UPDATE when {@code ReceiveWindow} finds that one
 * is due.
 */
public final class WindowUpdates {
    private final Connection connection;
    private final boolean automatic;

    WindowUpdates(Connection connection) {
        this.connection = connection;
        automatic = connection.options().automaticWindowUpdate();
    }

    /**
     * Counts bytes of DATA as consumed that the application never sees: padding, and DATA that is ignored. Credit for them
     * is given with that for their frame.
     *
     * @param stream null for none
     */
    public void discard(Stream stream, int bytes) {
        if (automatic) {
            return;
        }
        connection.receiveWindow().consume(bytes);
        if (stream != null) {
            stream.receiveWindow().consume(bytes);
        }
    }

    /** Bytes were received, and credit for them does not wait until their frame is complete. */
    public void giveReceived(Stream stream) {
        if (automatic) {
            give(stream);
        }
    }

    /** Bytes were {@linkplain #discard discarded}, and credit for them does not wait until their frame is complete. */
    public void giveConsumed(Stream stream) {
        if (!automatic) {
            giveForConnection();
            if (stream != null) {
                giveForStream(stream);
            }
        }
    }

    private void give(Stream stream) {
        if (stream == null) {
            giveForConnection();
        } else {
            giveForStream(stream);
        }
    }

    /** Queues the connection's WINDOW_UPDATE if it is due. */
    public void giveForConnection() {
        int credit = connection.receiveWindow().takeCredit(automatic);
        if (credit > 0) {
            connection.queueOwn(Lane.REGULAR, new WindowUpdateFrame(0, credit));
        }
    }

    /** Queues a stream's WINDOW_UPDATE if it is due and the peer has a use for it. */
    public void giveForStream(Stream stream) {
        boolean useless =
                stream.resetQueued() || (stream.state().remoteClosed() && stream.state() != StreamState.RESERVED_LOCAL);
        if (stream.readingPaused() || (useless && connection.semantics().lateFramesAreJudged())) {
            return;
        }
        int credit = stream.receiveWindow().takeCredit(automatic);
        if (credit > 0) {
            connection.queueOwn(Lane.REGULAR, new WindowUpdateFrame(stream.id(), credit));
        }
    }
}
