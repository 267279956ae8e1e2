package io.h2session.receive;

import io.h2session.connection.Connection;
import io.h2session.stream.Stream;
import io.h2session.stream.StreamEvent;

/**
 * On a stream that we reset nothing more is delivered or reported, but END_STREAM is remembered: further frames are an error.
 * The state of a stream tells whether it may receive.
 */
final class SafeLateFrames extends LateFrames {
    SafeLateFrames(Connection connection) {
        super(connection);
    }

    @Override
    boolean headersAreLate(Stream stream) {
        return false;
    }

    @Override
    boolean dataIsLate(Stream stream) {
        return false;
    }

    @Override
    boolean isLaterBlock(Stream stream) {
        return false;
    }

    @Override
    boolean pastIsIdle(int streamId) {
        return false;
    }

    @Override
    boolean restIsDropped(Stream stream) {
        return true;
    }

    @Override
    boolean tellsOfBlock(Stream stream, boolean toldBefore) {
        return stream != null;
    }

    @Override
    boolean faultIsIgnored(Stream stream) {
        return stream.resetQueued();
    }

    @Override
    void endDropped(Stream stream) {
        connection.lifecycle().rememberInputEnd(stream);
    }

    @Override
    void endIgnored(int streamId) {
        Stream live = connection.stream(streamId);
        if (live == null) {
            return;
        }
        if (live.resetQueued()) {
            connection.lifecycle().rememberInputEnd(live);
        } else if (live.inputIgnored() && !live.state().remoteClosed()) {
            connection.lifecycle().move(live, StreamEvent.RECEIVE_END_STREAM);
        }
    }
}
