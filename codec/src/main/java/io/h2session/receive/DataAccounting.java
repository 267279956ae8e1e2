package io.h2session.receive;

import io.h2session.connection.Connection;
import io.h2session.connection.WindowUpdates;
import io.h2session.frame.ConnectionError;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.FrameReader;
import io.h2session.stream.Stream;
import io.netty.buffer.ByteBuf;

/**
 * Counts the bytes of the DATA frame that is being received against the windows (RFC 9113 section 6.9), and gives credit
 * for them. A connection has {@link FrameAccounting} or {@link PieceAccounting}.
 *
 * <p>Bytes are counted before they are delivered, so that a callback never sees more than the peer was allowed to send.
 */
abstract sealed class DataAccounting permits FrameAccounting, PieceAccounting {
    final Connection connection;
    final WindowUpdates windowUpdates;

    DataAccounting(Connection connection) {
        this.connection = connection;
        windowUpdates = connection.windowUpdates();
    }

    static DataAccounting of(Connection connection) {
        return connection.semantics().sameForAnySplit()
                ? new FrameAccounting(connection)
                : new PieceAccounting(connection);
    }

    /**
     * A frame begins.
     *
     * @param length of its payload
     */
    abstract void begin(int length, boolean endStream);

    /** How many bytes of padding are counted together with the data that was just read. */
    abstract int paddingCountedWithData(FrameReader reader, ByteBuf in);

    /** How many of those bytes of padding have not been counted yet. */
    abstract int uncounted(int padding);

    /**
     * A part of the payload has arrived.
     *
     * @param stream null if nothing of it is delivered
     * @param unwanted how many of the bytes are not delivered
     * @throws ConnectionError if the peer exceeds a window
     */
    abstract void received(Stream stream, int bytes, int unwanted) throws ConnectionError;

    /**
     * Whether the content-length of the message allows the data.
     *
     * @param bytes how much has arrived
     * @param dataLeft how much of the frame's data is still to come
     */
    abstract boolean lengthAllowed(Stream stream, int bytes, int dataLeft);

    /** Data that was counted is not delivered, because the message is malformed. */
    abstract void refused(int bytes);

    /**
     * The frame is complete.
     *
     * @param stream null if nothing of it was delivered
     */
    abstract void end(Stream stream, boolean endStream);

    static ConnectionError windowExceeded() {
        return new ConnectionError(ErrorCode.FLOW_CONTROL_ERROR, "window_exceeded");
    }
}
