package io.h2session.frame;

import io.h2session.hpack.HeaderList;
import org.jspecify.annotations.Nullable;

/**
 * PUSH_PROMISE with its CONTINUATIONs, RFC 9113 section 6.6.
 *
 * @param streamId the stream of the request that the push belongs to, 1 to 2^31-1
 * @param flags {@link FrameFlags#END_HEADERS}, {@link FrameFlags#PADDED}
 * @param length when received, bytes of payload of PUSH_PROMISE and all its CONTINUATIONs; 0 when sent
 * @param padding bytes of padding with the Pad Length byte, 0 to 256
 * @param promisedStreamId the promised stream, 2 to 2^31-2
 * @param headers the fields of a frame to be sent; null in a received frame, whose fields are reported one by one
 * @since 0.1
 */
public record PushPromiseFrame(
        int streamId,
        int flags,
        int length,
        int padding,
        int promisedStreamId,
        @Nullable HeaderList headers) implements Frame {
    @Override
    public int type() {
        return FrameType.PUSH_PROMISE;
    }

    @Override
    public String toString() {
        StringBuilder text = FrameText.of(this).append(" length=").append(length);
        return FrameText.padding(text, padding)
                .append(" promised=")
                .append(promisedStreamId)
                .toString();
    }
}
