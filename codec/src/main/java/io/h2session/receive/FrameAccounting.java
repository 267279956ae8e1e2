package io.h2session.receive;

import io.h2session.connection.Connection;
import io.h2session.flow.ReceiveWindow;
import io.h2session.frame.ConnectionError;
import io.h2session.frame.FrameReader;
import io.h2session.stream.Stream;
import io.netty.buffer.ByteBuf;

/**
 * Judges a frame as a whole, and gives credit when it is complete, so that the result is independent of how the input is
 * split. No peer waits for credit within a frame: all of it has to fit into the windows.
 */
final class FrameAccounting extends DataAccounting {
    private int left;
    private boolean lengthJudged;

    FrameAccounting(Connection connection) {
        super(connection);
    }

    @Override
    void begin(int length, boolean endStream) {
        left = length;
        lengthJudged = false;
    }

    @Override
    int paddingCountedWithData(FrameReader reader, ByteBuf in) {
        return 0;
    }

    @Override
    int uncounted(int padding) {
        return padding;
    }

    @Override
    void received(Stream stream, int bytes, int unwanted) throws ConnectionError {
        count(connection.receiveWindow(), bytes);
        if (stream != null) {
            count(stream.receiveWindow(), bytes);
        }
        left -= bytes;
        connection.deadlines().dataReceived(bytes);
        if (unwanted > 0) {
            windowUpdates.discard(stream, unwanted);
        }
    }

    private void count(ReceiveWindow window, int bytes) throws ConnectionError {
        if (left > window.available() || !window.receive(bytes)) {
            throw windowExceeded();
        }
    }

    // All the data of the frame is judged before any of it is delivered.
    @Override
    boolean lengthAllowed(Stream stream, int bytes, int dataLeft) {
        if (lengthJudged) {
            return true;
        }
        lengthJudged = true;
        return stream.inbound().data(bytes + dataLeft);
    }

    @Override
    void refused(int bytes) {
        windowUpdates.discard(null, bytes);
    }

    @Override
    void end(Stream stream, boolean endStream) {
        windowUpdates.giveForConnection();
        if (stream != null && !endStream) {
            windowUpdates.giveForStream(stream);
        }
    }
}
