package io.h2session;

import io.h2session.api.StreamState;
import io.h2session.connection.Connection;
import io.h2session.queue.OutboundItem;
import io.h2session.stream.Stream;

/** A stream is idle until its request is sent, and has the state of RFC 9113 section 5.1. */
final class SafeStreamLookup extends StreamLookup {
    SafeStreamLookup(Connection connection) {
        super(connection);
    }

    @Override
    StreamState state(int streamId) {
        Stream stream = connection.stream(streamId);
        return stream == null ? stateOfOther(streamId) : stream.state();
    }

    @Override
    boolean opening(int streamId) {
        return false;
    }

    @Override
    OutboundItem openingItem(int streamId) {
        return handledOrQueued(streamId);
    }
}
