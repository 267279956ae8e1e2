package io.h2session.frame;

import java.util.Objects;

/**
 * PRIORITY, RFC 9113 section 6.3: deprecated, reported and otherwise ignored.
 *
 * @param streamId 1 to 2^31-1
 * @param priority its fields, never null
 * @since 0.1
 */
public record PriorityFrame(int streamId, PrioritySpec priority) implements Frame {
    /**
     * Refuses null.
     *
     * @param streamId 1 to 2^31-1
     * @param priority not null
     */
    public PriorityFrame {
        Objects.requireNonNull(priority, "priority");
    }

    @Override
    public int type() {
        return FrameType.PRIORITY;
    }

    @Override
    public int flags() {
        return FrameFlags.NONE;
    }

    @Override
    public String toString() {
        return FrameText.of(this)
                .append(" dependency=")
                .append(priority.dependency())
                .append(" weight=")
                .append(priority.weight())
                .append(" exclusive=")
                .append(priority.exclusive())
                .toString();
    }
}
