package io.h2session.frame;

import io.netty.util.AsciiString;
import java.util.List;

/**
 * ORIGIN, RFC 8336 section 2.
 *
 * @param origins the origins that the server is authoritative for, in their order
 * @since 0.1
 */
public record OriginFrame(List<AsciiString> origins) implements Frame {
    /**
     * Copies the list.
     *
     * @param origins without null
     */
    public OriginFrame {
        origins = List.copyOf(origins);
    }

    @Override
    public int type() {
        return FrameType.ORIGIN;
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
        return FrameText.of(this).append(' ').append(origins).toString();
    }
}
