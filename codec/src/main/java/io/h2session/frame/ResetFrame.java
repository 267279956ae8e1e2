package io.h2session.frame;

/**
 * RST_STREAM, RFC 9113 section 6.4.
 *
 * @param streamId 1 to 2^31-1
 * @param errorCode 0 to 2^32-1, see {@link ErrorCode}
 * @since 0.1
 */
public record ResetFrame(int streamId, long errorCode) implements Frame {
    @Override
    public int type() {
        return FrameType.RST_STREAM;
    }

    @Override
    public int flags() {
        return FrameFlags.NONE;
    }

    @Override
    public String toString() {
        return FrameText.of(this)
                .append(" error=")
                .append(ErrorCode.name(errorCode))
                .toString();
    }
}
