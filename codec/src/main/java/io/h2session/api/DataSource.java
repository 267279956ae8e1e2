package io.h2session.api;

import io.netty.buffer.ByteBuf;
import io.netty.util.AsciiString;

/**
 * A body that is read when its bytes can be sent ({@code nghttp2_data_provider2}), on the session's thread.
 *
 * <p>The session owns a source from the moment that the submit it was passed to returns normally. It closes the source
 * exactly once, whether the body was sent to its end, was reset, failed, or was never read.
 *
 * @since 0.1
 */
public interface DataSource {
    /**
     * Adds up to {@code maxLength} bytes to {@code sink}. {@link DataResult#MORE} without any bytes is treated as {@link
     * DataResult#DEFERRED}.
     *
     * @param streamId the stream that the body is sent on
     * @param maxLength how many bytes may be added now, 0 or more, as the windows, the peer's SETTINGS_MAX_FRAME_SIZE and
     *     {@link Http2SessionListener#dataReadLength} allow; 0 if only the end of the stream can be sent
     * @param sink takes the bytes
     * @return how to continue, never null
     * @throws Exception the session fails with {@link Http2SessionResult#CALLBACK_FAILURE}; to fail only this stream, return
     *     {@link DataResult#FAILED}
     */
    DataResult read(int streamId, int maxLength, BodySink sink) throws Exception;

    /** Called once, when the session does not need the source any more. */
    default void close() {}

    /** A body of these bytes, which must not change until they were sent. */
    static DataSource of(byte[] bytes) {
        return new BytesSource(bytes);
    }

    /** A body of this US-ASCII text. */
    static DataSource ofAscii(CharSequence text) {
        return new BytesSource(AsciiString.of(text).toByteArray());
    }

    /** A body of the readable bytes of a buffer. The source owns the buffer. */
    static DataSource of(ByteBuf bytes) {
        return new BufferSource(bytes);
    }
}
