package io.h2session;

import io.h2session.api.StreamState;
import io.h2session.connection.Connection;
import io.h2session.queue.OutboundItem;
import io.h2session.stream.Stream;

/**
 * What a session reports of a stream, also of one that is not there yet or not any more. A session has
 * {@link SafeStreamLookup} or {@link Nghttp2StreamLookup}.
 */
abstract sealed class StreamLookup permits SafeStreamLookup, Nghttp2StreamLookup {
    final Connection connection;

    StreamLookup(Connection connection) {
        this.connection = connection;
    }

    static StreamLookup of(Connection connection) {
        return connection.semantics().unsentIsIdle()
                ? new SafeStreamLookup(connection)
                : new Nghttp2StreamLookup(connection);
    }

    /** The state of a stream. */
    abstract StreamState state(int streamId);

    /** Whether a stream counts as open though it was not begun, because its request is being sent or refused. */
    abstract boolean opening(int streamId);

    /** The frame that will open a stream and carries the application's object for it; null for none. */
    abstract OutboundItem openingItem(int streamId);

    /** The application's object for a stream, or for one that a queued frame will open; null for none. */
    final Object userData(int streamId) {
        Stream stream = connection.stream(streamId);
        if (stream != null) {
            return stream.userData();
        }
        OutboundItem item = openingItem(streamId);
        return item == null ? null : item.userData();
    }

    /** Sets {@link #userData(int)}. Returns false if there is no such stream, and none that a queued frame will open. */
    final boolean userData(int streamId, Object userData) {
        Stream stream = connection.stream(streamId);
        if (stream != null) {
            stream.userData(userData);
            return true;
        }
        OutboundItem item = handledOrQueued(streamId);
        if (item != null) {
            item.userData(userData);
        }
        return item != null;
    }

    final OutboundItem handledOrQueued(int streamId) {
        OutboundItem handled = handled(streamId);
        return handled == null ? connection.queue().opening(streamId) : handled;
    }

    /** The frame that is being sent or given up, if it is one of that stream. */
    final OutboundItem handled(int streamId) {
        OutboundItem handled = connection.handled();
        return handled != null && handled.frame().streamId() == streamId ? handled : null;
    }

    /** The state of a stream that is not live. */
    final StreamState stateOfOther(int streamId) {
        return streamId == 0 || connection.idle(streamId) ? StreamState.IDLE : StreamState.CLOSED;
    }
}
