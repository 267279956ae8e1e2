package io.h2session.receive;

import io.h2session.api.Http2Glitch;
import io.h2session.connection.Connection;
import io.h2session.frame.ConnectionError;
import io.h2session.frame.FrameLimits;
import io.h2session.hpack.HpackDecoder;

/**
 * When frames that are suspicious in themselves are charged, and what bounds the work of one frame (RFC 9113 section 10.5). A
 * connection has {@link SafeFrameCharges} or {@link Nghttp2FrameCharges}.
 */
abstract sealed class FrameCharges permits SafeFrameCharges, Nghttp2FrameCharges {
    final Connection connection;

    FrameCharges(Connection connection) {
        this.connection = connection;
    }

    static FrameCharges of(Connection connection) {
        return connection.semantics().glitchesAreWeighted()
                ? new SafeFrameCharges(connection)
                : new Nghttp2FrameCharges(connection);
    }

    /** The header of a SETTINGS frame was read. */
    abstract void settingsBegun(int flags) throws ConnectionError;

    /** The header of a frame was read that is charged as that. */
    abstract void begun(Http2Glitch glitch) throws ConnectionError;

    /** The frame is complete. */
    abstract void complete(Http2Glitch glitch) throws ConnectionError;

    /** The limits for the reader of frames. */
    abstract FrameLimits limits(FrameLimits others);

    /** Sets the limits of the decoder. */
    abstract void limit(HpackDecoder decoder);

    final void charge(Http2Glitch glitch) throws ConnectionError {
        connection.floodGuard().charge(glitch, connection.now());
    }
}
