package io.h2session.frame;

/**
 * WINDOW_UPDATE, RFC 9113 section 6.9.
 *
 * @param streamId 0 for the connection's window, otherwise 1 to 2^31-1
 * @param increment bytes, 1 to 2^31-1 (0 only in a frame received, and then an error)
 * @since 0.1
 */
public record WindowUpdateFrame(int streamId, int increment) implements Frame {
    @Override
    public int type() {
        return FrameType.WINDOW_UPDATE;
    }

    @Override
    public int flags() {
        return FrameFlags.NONE;
    }

    @Override
    public String toString() {
        return FrameText.of(this).append(" increment=").append(increment).toString();
    }
}
