package io.h2session.send;

import io.h2session.api.NotSentReason;
import io.h2session.api.StreamState;
import io.h2session.connection.Connection;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.Frame;
import io.h2session.frame.HeadersFrame;
import io.h2session.queue.OutboundItem;
import io.h2session.stream.OutboundPhase;
import io.h2session.stream.Stream;
import io.h2session.stream.StreamHistory.Ending;

/**
 * The effects of a frame that left the queue and is not sent: the application is told, and its stream may end. A
 * connection has {@link SafeUnsentFrames} or {@link Nghttp2UnsentFrames}.
 */
abstract sealed class UnsentFrames permits SafeUnsentFrames, Nghttp2UnsentFrames {
    final Connection connection;

    UnsentFrames(Connection connection) {
        this.connection = connection;
    }

    static UnsentFrames of(Connection connection) {
        return connection.semantics().unsentResponsesReset()
                ? new SafeUnsentFrames(connection)
                : new Nghttp2UnsentFrames(connection);
    }

    /** The frame may not be sent, or was cancelled. */
    final void refused(OutboundItem item, NotSentReason reason) {
        if (reason == NotSentReason.CANCEL) {
            cancelled(item.frame());
        }
        connection.shutdown().giveUp(item, reason, told(item, reason));
        Frame frame = item.frame();
        Stream stream = frame instanceof HeadersFrame ? connection.stream(frame.streamId()) : null;
        if (stream != null && leftHanging(stream, reason)) {
            endUnopened(stream, reason);
        }
    }

    private static boolean leftHanging(Stream stream, NotSentReason reason) {
        return switch (reason) {
            case CANCEL, FRAME_SIZE_ERROR, HEADER_LIST_TOO_LARGE, LESS_THAN_CONTENT_LENGTH -> true;
            // The client has sent GOAWAY, and would wait for the promised response.
            case START_STREAM_NOT_ALLOWED -> stream.state() == StreamState.RESERVED_LOCAL;
            default -> false;
        };
    }

    private void endUnopened(Stream stream, NotSentReason reason) {
        boolean opened = connection.role().opens(stream.id()) && stream.outboundPhase() == OutboundPhase.NOTHING;
        if (opened && !connection.role().isServer()) {
            connection.lifecycle().close(stream, ErrorCode.REFUSED_STREAM.code(), Ending.WE_RESET);
        } else {
            headersMissing(stream, reason);
        }
    }

    /**
     * The application threw while the frame was prepared: the session ends.
     *
     * @param asked whether it had been asked for its consent to a header block
     */
    abstract void failed(OutboundItem item, boolean asked);

    /** The application has cancelled the frame, or the request was reset before it was sent. */
    abstract void cancelled(Frame frame);

    /** A header block of a stream that the peer knows was not sent. */
    abstract void headersMissing(Stream stream, NotSentReason reason);

    /** Whether the application is told of the frame. */
    abstract boolean told(OutboundItem item, NotSentReason reason);
}
