package io.h2session.api;

/**
 * How to continue after a receive callback.
 *
 * @since 0.1
 */
public enum ReceiveAnswer {
    /** Continue. */
    CONTINUE,
    /**
     * Pause: {@code recv} returns with the reader index directly behind what this callback received, and the next call
     * continues from there (nghttp2's {@code NGHTTP2_ERR_PAUSE}). Only header and data callbacks may pause.
     */
    PAUSE,
    /**
     * Reset this stream with INTERNAL_ERROR and make no more callbacks for the frame (nghttp2's {@code
     * NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE}).
     */
    RESET_STREAM
}
