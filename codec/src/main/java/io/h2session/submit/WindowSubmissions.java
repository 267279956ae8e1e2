package io.h2session.submit;

import static io.h2session.submit.SubmitChecks.require;
import static io.h2session.submit.SubmitChecks.requireLive;

import io.h2session.api.Http2SubmitException.Reason;
import io.h2session.connection.Connection;
import io.h2session.flow.ReceiveWindow;
import io.h2session.frame.WindowUpdateFrame;
import io.h2session.queue.Lane;
import io.h2session.queue.OutboundItem;
import io.h2session.stream.Stream;

/** Receive windows (RFC 9113 section 6.9): their sizes, the credit the peer is given, and when it is withheld. */
public final class WindowSubmissions {
    private final Connection connection;

    /** The receive windows of this connection. */
    public WindowSubmissions(Connection connection) {
        this.connection = connection;
    }

    /** Changes a window by an increment. A negative increment takes credit away without a frame. */
    public void windowUpdate(int streamId, int increment) {
        requireLive(connection);
        require(streamId >= 0, Reason.INVALID_ARGUMENT, "no stream has that number: ", streamId);
        ReceiveWindow window = connection.receiveWindow(streamId);
        if (window == null || increment == 0) {
            return;
        }
        int credit = 0;
        if (increment > 0) {
            credit = window.credit(increment);
        } else if (!window.shrink(-(long) increment)) {
            credit = -1;
        }
        queueCredit(streamId, credit, "window increment out of range: ", increment);
    }

    /** Sets the size of a receive window; stream 0 stands for the connection. */
    public void localWindowSize(int streamId, int bytes) {
        requireLive(connection);
        require(streamId >= 0 && bytes >= 0, Reason.INVALID_ARGUMENT, "not a window size: ", bytes);
        ReceiveWindow window = connection.receiveWindow(streamId);
        if (window == null) {
            return;
        }
        long growth = (long) bytes - window.limit();
        int credit = 0;
        if (growth > 0) {
            credit = window.enlarge(growth);
        } else if (growth < 0 && !window.shrink(-growth)) {
            credit = -1;
        }
        queueCredit(streamId, credit, "window size out of range: ", bytes);
        if (credit == 0) {
            giveCredit(streamId);
        }
    }

    private void queueCredit(int streamId, int credit, String problem, int wanted) {
        require(credit >= 0, Reason.FLOW_CONTROL, problem, wanted);
        if (credit > 0) {
            connection.queue().add(Lane.REGULAR, OutboundItem.ofApplication(new WindowUpdateFrame(streamId, credit)));
        }
    }

    private void giveCredit(int streamId) {
        if (streamId == 0) {
            connection.windowUpdates().giveForConnection();
        } else if (connection.stream(streamId) != null) {
            connection.windowUpdates().giveForStream(connection.stream(streamId));
        }
    }

    /** The application has consumed bytes of a stream: credit for the stream and for the connection. */
    public void consume(int streamId, int bytes) {
        consume(streamId, bytes, true, true);
    }

    /** As {@link #consume(int, int)}, with credit for the connection only. */
    public void consumeConnection(int bytes) {
        consume(0, bytes, false, true);
    }

    /** As {@link #consume(int, int)}, with credit for the stream only. */
    public void consumeStream(int streamId, int bytes) {
        consume(streamId, bytes, true, false);
    }

    private void consume(int streamId, int bytes, boolean ofStream, boolean ofConnection) {
        boolean refused = connection.semantics().outboundOrderIsJudged();
        require(refused || !ofStream || streamId != 0, Reason.INVALID_ARGUMENT, "nothing to consume");
        require(
                !connection.options().automaticWindowUpdate(),
                Reason.INVALID_STATE,
                "window credit is given automatically");
        require(bytes >= 0 && (!ofStream || streamId > 0), Reason.INVALID_ARGUMENT, "nothing to consume");
        if (!connection.shutdown().keepsStreams()) {
            return;
        }
        if (ofConnection) {
            consumed(connection.receiveWindow().consume(bytes));
            connection.windowUpdates().giveForConnection();
        }
        Stream stream = ofStream ? connection.stream(streamId) : null;
        if (stream != null) {
            consumed(stream.receiveWindow().consume(bytes));
            connection.windowUpdates().giveForStream(stream);
        }
    }

    private void consumed(boolean fine) {
        if (!fine) {
            connection.shutdown().consumedTooMuch();
        }
    }

    /** Withholds window credit for a stream, or gives it again. Returns false if there is no such stream. */
    public boolean pauseReading(int streamId, boolean paused) {
        Stream stream = connection.stream(streamId);
        if (stream == null) {
            return false;
        }
        stream.readingPaused(paused);
        connection.windowUpdates().giveForStream(stream);
        return true;
    }
}
