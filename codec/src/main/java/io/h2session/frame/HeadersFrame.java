package io.h2session.frame;

import io.h2session.hpack.HeaderList;
import org.jspecify.annotations.Nullable;

/**
 * HEADERS with its CONTINUATIONs, RFC 9113 section 6.2.
 *
 * @param streamId 1 to 2^31-1; 0 only in a received frame that is reported as invalid
 * @param flags {@link FrameFlags#END_STREAM}, {@link FrameFlags#END_HEADERS}, {@link FrameFlags#PADDED},
 *     {@link FrameFlags#PRIORITY}
 * @param length when received, bytes of payload of HEADERS and all its CONTINUATIONs; 0 when sent
 * @param padding bytes of padding with the Pad Length byte, 0 to 256
 * @param category what the frame is to its stream
 * @param priority the deprecated priority, or null
 * @param headers the fields of a frame to be sent; null in a received frame, whose fields are reported one by one
 * @since 0.1
 */
public record HeadersFrame(
        int streamId,
        int flags,
        int length,
        int padding,
        HeadersCategory category,
        @Nullable PrioritySpec priority,
        @Nullable HeaderList headers)
        implements Frame {
    @Override
    public int type() {
        return FrameType.HEADERS;
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
        FrameText.padding(text, padding).append(" category=").append(category);
        if (priority != null) {
            text.append(" dependency=").append(priority.dependency());
            text.append(" weight=").append(priority.weight());
            text.append(" exclusive=").append(priority.exclusive());
        }
        return text.toString();
    }
}
