package io.h2session.receive;

import io.h2session.api.Http2Glitch;
import io.h2session.connection.Connection;
import io.h2session.frame.ConnectionError;
import io.h2session.frame.FrameFlags;
import io.h2session.frame.FrameLimits;
import io.h2session.hpack.HpackDecoder;

/**
 * nghttp2's way: a frame is charged when its header was read, before it is reported. Neither the debug data of GOAWAY nor the size
 * updates of a header block are limited.
 */
final class Nghttp2FrameCharges extends FrameCharges {
    Nghttp2FrameCharges(Connection connection) {
        super(connection);
    }

    @Override
    void settingsBegun(int flags) throws ConnectionError {
        if (flags == FrameFlags.NONE) {
            connection.owedReplies().requireRoom();
        }
    }

    @Override
    void begun(Http2Glitch glitch) throws ConnectionError {
        charge(glitch);
    }

    @Override
    void complete(Http2Glitch glitch) {}

    @Override
    FrameLimits limits(FrameLimits others) {
        return others.withMaxDebugData(Integer.MAX_VALUE);
    }

    @Override
    void limit(HpackDecoder decoder) {
        decoder.maxSizeUpdates(Integer.MAX_VALUE);
    }
}
