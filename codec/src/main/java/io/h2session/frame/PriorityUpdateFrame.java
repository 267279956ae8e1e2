package io.h2session.frame;

import io.netty.util.AsciiString;
import java.util.Objects;

/**
 * PRIORITY_UPDATE, RFC 9218 section 7.1.
 *
 * @param prioritizedStreamId the stream that gets the priority, 1 to 2^31-1; the frame itself is on stream 0
 * @param fieldValue a Priority field value, such as {@code u=1, i}
 * @since 0.1
 */
public record PriorityUpdateFrame(int prioritizedStreamId, AsciiString fieldValue) implements Frame {
    /**
     * Refuses null.
     *
     * @param prioritizedStreamId 1 to 2^31-1
     * @param fieldValue not null
     */
    public PriorityUpdateFrame {
        Objects.requireNonNull(fieldValue, "fieldValue");
    }

    @Override
    public int type() {
        return FrameType.PRIORITY_UPDATE;
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
    public String toString() {
        return FrameText.of(this)
                .append(" prioritized=")
                .append(prioritizedStreamId)
                .append(" value=")
                .append(fieldValue)
                .toString();
    }
}
