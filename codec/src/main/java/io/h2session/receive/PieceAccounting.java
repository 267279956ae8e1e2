package io.h2session.receive;

import io.h2session.connection.Connection;
import io.h2session.flow.ReceiveWindow;
import io.h2session.frame.ConnectionError;
import io.h2session.frame.FrameReader;
import io.h2session.stream.Stream;
import io.netty.buffer.ByteBuf;

/**
 * nghttp2's way ({@code nghttp2_session_update_recv_stream_window_size} and its relatives): each piece of a frame is
 * counted, judged and credited as it arrives, as the input was split. Padding that arrives together with data counts
 * together with it.
 */
final class PieceAccounting extends DataAccounting {
    private int left;
    private boolean lastOfStream;
    private int paddingCounted;

    PieceAccounting(Connection connection) {
        super(connection);
    }

    @Override
    void begin(int length, boolean endStream) {
        left = length;
        lastOfStream = endStream;
        paddingCounted = 0;
    }

    @Override
    int paddingCountedWithData(FrameReader reader, ByteBuf in) {
        paddingCounted = reader.dataLeft() == 0 ? Math.min(reader.paddingLeft(), in.readableBytes()) : 0;
        return paddingCounted;
    }

    @Override
    int uncounted(int padding) {
        int counted = Math.min(paddingCounted, padding);
        paddingCounted -= counted;
        return padding - counted;
    }

    @Override
    void received(Stream stream, int bytes, int unwanted) throws ConnectionError {
        count(connection.receiveWindow(), bytes);
        windowUpdates.giveReceived(null);
        if (stream != null) {
            count(stream.receiveWindow(), bytes);
        }
        left -= bytes;
        connection.deadlines().dataReceived(bytes);
        if (stream != null && (left > 0 || !lastOfStream)) {
            windowUpdates.giveReceived(stream);
        }
        if (unwanted > 0) {
            windowUpdates.discard(stream, unwanted);
            windowUpdates.giveConsumed(stream);
        }
    }

    private static void count(ReceiveWindow window, int bytes) throws ConnectionError {
        if (bytes > window.available() || !window.receive(bytes)) {
            throw windowExceeded();
        }
    }

    @Override
    boolean lengthAllowed(Stream stream, int bytes, int dataLeft) {
        return stream.inbound().data(bytes);
    }

    @Override
    void refused(int bytes) {
        windowUpdates.discard(null, bytes);
        windowUpdates.giveConsumed(null);
    }

    @Override
    void end(Stream stream, boolean endStream) {
        // Credit was given with the pieces.
    }
}
