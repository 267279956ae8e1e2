package io.h2session.api;

import io.netty.buffer.ByteBuf;
import io.netty.util.AsciiString;

/**
 * A body, read when its octets can be sent ({@code nghttp2_data_provider2}). Read on the session's thread.
 *
 * <p>A source is closed exactly once, whatever became of it: sent to the end, reset, failed, or never read at all. It
 * belongs to the session from the moment a submit that was given it returns normally.
 */
public interface DataSource {
    /**
     * Puts up to {@code maxLength} octets into {@code sink}. Giving none with {@link DataResult#MORE} counts as
     * {@link DataResult#DEFERRED}.
     *
     * @param streamId the stream it is for
     * @param maxLength how many octets may be given now, 0 or more: the windows, the peer's SETTINGS_MAX_FRAME_SIZE and
     *     {@link Http2SessionListener#dataReadLength} are considered; 0 when only the end can be sent
     * @param sink takes the octets
     * @return what to do next, never null
     * @throws Exception the session fails with {@link Http2SessionResult#CALLBACK_FAILURE}; to fail only this stream answer
     *     {@link DataResult#FAILED}
     */
    DataResult read(int streamId, int maxLength, BodySink sink) throws Exception;

    /** The session is done with it. Called once. */
    default void close() {}

    /** A body of these octets, which must not change until it was sent. */
    static DataSource of(byte[] octets) {
        return new BytesSource(octets);
    }

    /** A body of this US-ASCII text. */
    static DataSource ofAscii(CharSequence text) {
        return new BytesSource(AsciiString.of(text).toByteArray());
    }

    /** A body of this buffer's readable octets; the source owns the buffer. */
    static DataSource of(ByteBuf octets) {
        return new BufferSource(octets);
    }
}
