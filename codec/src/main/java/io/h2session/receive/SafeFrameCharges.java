package io.h2session.receive;

import io.h2session.api.Http2Glitch;
import io.h2session.connection.Connection;
import io.h2session.frame.ConnectionError;
import io.h2session.frame.FrameLimits;
import io.h2session.hpack.HpackDecoder;

/** A frame is charged when it is complete. */
final class SafeFrameCharges extends FrameCharges {
    SafeFrameCharges(Connection connection) {
        super(connection);
    }

    @Override
    void settingsBegun(int flags) {}

    @Override
    void begun(Http2Glitch glitch) {}

    @Override
    void complete(Http2Glitch glitch) throws ConnectionError {
        charge(glitch);
    }

    @Override
    FrameLimits limits(FrameLimits others) {
        return others;
    }

    @Override
    void limit(HpackDecoder decoder) {}
}
