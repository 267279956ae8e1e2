package io.h2session.send;

import io.h2session.api.NotSentReason;
import io.h2session.connection.Connection;
import io.h2session.connection.Shutdown;
import io.h2session.queue.OutboundItem;
import io.h2session.stream.Stream;
import io.h2session.stream.StreamEvent;

/**
 * Whether a frame may be sent, now that its turn has come. A connection has {@link SafeSendRules} or
 * {@link Nghttp2SendRules}.
 */
abstract sealed class SendRules permits SafeSendRules, Nghttp2SendRules {
    final Connection connection;
    final Shutdown shutdown;

    SendRules(Connection connection) {
        this.connection = connection;
        shutdown = connection.shutdown();
    }

    static SendRules of(Connection connection) {
        return connection.semantics().allEndWithTheSession()
                ? new SafeSendRules(connection)
                : new Nghttp2SendRules(connection);
    }

    /** Null if the frame may be sent. */
    abstract NotSentReason check(OutboundItem item);

    /** The outcome of the turn of a stream with a body. */
    abstract DataTurn turn(Stream stream);

    /** Whether what was read of a body may be sent, though the application may have reset the stream meanwhile. */
    abstract boolean mayStillSend(Stream stream);

    /** What {@link #turn} decides. */
    enum DataTurn {
        /** DATA may be sent. */
        SEND,
        /** No stream may send DATA. */
        BLOCKED,
        /** Nothing more is sent of this body. */
        DROP
    }

    /** WINDOW_UPDATE: only while the peer may still send on the stream. */
    final NotSentReason windowUpdate(int streamId) {
        if (streamId == 0) {
            return null;
        }
        Stream stream = connection.stream(streamId);
        if (stream == null) {
            return NotSentReason.STREAM_CLOSED;
        }
        if (stream.resetQueued()) {
            return NotSentReason.STREAM_CLOSING;
        }
        return StreamEvent.SEND_WINDOW_UPDATE.allowedIn(stream.state()) ? null : NotSentReason.INVALID_STREAM_STATE;
    }
}
