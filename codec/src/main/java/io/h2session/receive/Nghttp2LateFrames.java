package io.h2session.receive;

import io.h2session.api.StreamState;
import io.h2session.connection.Connection;
import io.h2session.stream.Stream;

/**
 * nghttp2's way: of a stream whose RST_STREAM waits to be sent, the fields and data that have arrived are still delivered, and
 * END_STREAM is remembered only if the frame was at fault. What has ended is remembered beside the state of the stream.
 */
final class Nghttp2LateFrames extends LateFrames {
    Nghttp2LateFrames(Connection connection) {
        super(connection);
    }

    @Override
    boolean headersAreLate(Stream stream) {
        return stream.inputEnded();
    }

    @Override
    boolean dataIsLate(Stream stream) {
        return stream.inputEnded() || stream.state() == StreamState.RESERVED_LOCAL;
    }

    @Override
    boolean isLaterBlock(Stream stream) {
        return stream.resetQueued();
    }

    @Override
    boolean pastIsIdle(int streamId) {
        return connection.role().isServer() && connection.role().opens(streamId);
    }

    @Override
    boolean restIsDropped(Stream stream) {
        return stream.over() || stream.inputIgnored();
    }

    @Override
    boolean tellsOfBlock(Stream stream, boolean toldBefore) {
        return toldBefore;
    }

    @Override
    boolean faultIsIgnored(Stream stream) {
        return false;
    }

    @Override
    void endDropped(Stream stream) {}

    @Override
    void endIgnored(int streamId) {}
}
