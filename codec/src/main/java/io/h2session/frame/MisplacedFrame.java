package io.h2session.frame;

import java.util.Objects;

/**
 * SETTINGS, PING, GOAWAY or PRIORITY_UPDATE that arrived on a stream, where it is not allowed (RFC 9113 sections 6.5, 6.7,
 * 6.8). The connection ends. Only a session with {@code Http2SessionOptions.nghttp2()} reports the frame.
 *
 * @param streamId where it arrived, 1 to 2^31-1
 * @param frame what arrived
 * @since 0.1
 */
public record MisplacedFrame(int streamId, Frame frame) implements Frame {
    /**
     * Refuses null.
     *
     * @param streamId 1 to 2^31-1
     * @param frame not null
     */
    public MisplacedFrame {
        Objects.requireNonNull(frame, "frame");
    }

    @Override
    public int type() {
        return frame.type();
    }

    @Override
    public int flags() {
        return frame.flags();
    }
}
