package io.h2session.frame;

import io.netty.util.AsciiString;
import java.util.Objects;

/**
 * ALTSVC, RFC 7838 section 4.
 *
 * @param streamId 0, or the stream whose origin the service is for
 * @param origin the origin the service is for; in a valid frame it is empty if and only if {@code streamId} is not 0
 * @param value the Alt-Svc field value
 * @since 0.1
 */
public record AltSvcFrame(int streamId, AsciiString origin, AsciiString value) implements Frame {
    /**
     * Refuses null.
     *
     * @param streamId 0 to 2^31-1
     * @param origin not null
     * @param value not null
     */
    public AltSvcFrame {
        Objects.requireNonNull(origin, "origin");
        Objects.requireNonNull(value, "value");
    }

    @Override
    public int type() {
        return FrameType.ALTSVC;
    }

    @Override
    public int flags() {
        return FrameFlags.NONE;
    }

    @Override
    public String toString() {
        return FrameText.of(this)
                .append(" origin=")
                .append(origin)
                .append(" value=")
                .append(value)
                .toString();
    }
}
