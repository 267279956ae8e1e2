package io.h2session.frame;

import java.util.Arrays;

/**
 * GOAWAY, RFC 9113 section 6.8. Frames with equal content are equal.
 *
 * @param lastStreamId the highest stream the sender may have acted upon, 0 to 2^31-1
 * @param errorCode 0 to 2^32-1, see {@link ErrorCode}
 * @param debugData never null; of a received frame possibly only the beginning. Copied in and out. Keep it out of logs: the
 *     peer chose its bytes
 * @since 0.1
 */
public record GoAwayFrame(int lastStreamId, long errorCode, byte[] debugData) implements Frame {
    /**
     * Copies the debug data.
     *
     * @param lastStreamId 0 to 2^31-1
     * @param errorCode 0 to 2^32-1
     * @param debugData not null
     */
    public GoAwayFrame {
        debugData = debugData.clone();
    }

    /**
     * The debug data.
     *
     * @return a copy
     */
    @Override
    public byte[] debugData() {
        return debugData.clone();
    }

    @Override
    public int type() {
        return FrameType.GOAWAY;
    }

    @Override
    public int flags() {
        return FrameFlags.NONE;
    }

    @Override
    public int streamId() {
        return 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GoAwayFrame that
                && lastStreamId == that.lastStreamId
                && errorCode == that.errorCode
                && Arrays.equals(debugData, that.debugData);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * lastStreamId + Long.hashCode(errorCode)) + Arrays.hashCode(debugData);
    }

    @Override
    public String toString() {
        return FrameText.of(this)
                .append(" last=")
                .append(lastStreamId)
                .append(" error=")
                .append(ErrorCode.name(errorCode))
                .append(" debug=")
                .append(debugData.length)
                .append(" bytes")
                .toString();
    }
}
