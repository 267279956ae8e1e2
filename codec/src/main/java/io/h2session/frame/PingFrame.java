package io.h2session.frame;

/**
 * PING, RFC 9113 section 6.7.
 *
 * @param ack whether it answers a PING of ours
 * @param opaqueData the eight bytes, first byte in the highest bits
 * @since 0.1
 */
public record PingFrame(boolean ack, long opaqueData) implements Frame {
    @Override
    public int type() {
        return FrameType.PING;
    }

    @Override
    public int flags() {
        return ack ? FrameFlags.ACK : FrameFlags.NONE;
    }

    @Override
    public int streamId() {
        return 0;
    }

    @Override
    public String toString() {
        return FrameText.of(this)
                .append(String.format(" opaque=%016x", opaqueData))
                .toString();
    }
}
