package io.h2session;

import io.h2session.api.StreamState;
import io.h2session.connection.Connection;
import io.h2session.frame.HeadersCategory;
import io.h2session.frame.HeadersFrame;
import io.h2session.queue.OutboundItem;
import io.h2session.stream.Stream;

/**
 * nghttp2's way ({@code nghttp2_session_find_stream}): a request that is being refused has an open stream until the application
 * was told, and a stream for which there is a priority exists.
 */
final class Nghttp2StreamLookup extends StreamLookup {
    Nghttp2StreamLookup(Connection connection) {
        super(connection);
    }

    @Override
    StreamState state(int streamId) {
        Stream stream = connection.stream(streamId);
        if (stream != null) {
            return reported(stream);
        }
        if (opening(streamId)) {
            return StreamState.OPEN;
        }
        return connection.pendingPriorities().get(streamId) == null ? stateOfOther(streamId) : StreamState.IDLE;
    }

    // The side of the peer is looked at first, and the last state is reported together with the end.
    private static StreamState reported(Stream stream) {
        if (stream.over()) {
            return stream.lastState();
        }
        boolean sendable = stream.state() == StreamState.OPEN || stream.state() == StreamState.HALF_CLOSED_LOCAL;
        return stream.remoteEnded() && sendable ? StreamState.HALF_CLOSED_REMOTE : stream.state();
    }

    @Override
    boolean opening(int streamId) {
        OutboundItem handled = handled(streamId);
        return handled != null
                && handled.frame() instanceof HeadersFrame headers
                && headers.category() == HeadersCategory.REQUEST;
    }

    @Override
    OutboundItem openingItem(int streamId) {
        return handled(streamId);
    }
}
