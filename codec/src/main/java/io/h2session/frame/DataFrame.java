package io.h2session.frame;

/**
 * DATA, RFC 9113 section 6.1, without the data itself.
 *
 * @param streamId 1 to 2^31-1
 * @param flags {@link FrameFlags#END_STREAM}, {@link FrameFlags#PADDED}
 * @param length bytes of payload, padding included: what flow control counts
 * @param padding bytes of padding with the Pad Length byte, 0 to 256
 * @since 0.1
 */
public record DataFrame(int streamId, int flags, int length, int padding) implements Frame {
    @Override
    public int type() {
        return FrameType.DATA;
    }

    /**
     * Whether the sender's half of the stream ends here.
     *
     * @return the flag END_STREAM
     */
    public boolean endStream() {
        return (flags & FrameFlags.END_STREAM) != 0;
    }

    @Override
    public String toString() {
        StringBuilder text = FrameText.of(this).append(" length=").append(length);
        return FrameText.padding(text, padding).toString();
    }
}
