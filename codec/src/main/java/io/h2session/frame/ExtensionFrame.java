package io.h2session.frame;

import org.jspecify.annotations.Nullable;

/**
 * A frame of a type that RFC 9113 does not define (section 5.5) and the application has registered.
 *
 * @param extensionType 10 to 255
 * @param flags all eight bits, as they are on the wire
 * @param streamId 0 to 2^31-1
 * @param length bytes of payload when received, 0 when sent
 * @param payload when received, what the application unpacked from the bytes; when sent, what it submitted to be packed;
 *     may be null
 * @since 0.1
 */
public record ExtensionFrame(
        int extensionType,
        int flags,
        int streamId,
        int length,
        @Nullable Object payload) implements Frame {
    @Override
    public int type() {
        return extensionType;
    }

    @Override
    public String toString() {
        return FrameText.of(this).append(" length=").append(length).toString();
    }
}
