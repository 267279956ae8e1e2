package io.h2session.api;

/** What a receive callback wants done next. */
public enum ReceiveAnswer {
    /** Go on. */
    CONTINUE,
    /**
     * Stop here: {@code recv} returns with the reader index just behind what this callback was told, and the next call
     * goes on with what follows (nghttp2's {@code NGHTTP2_ERR_PAUSE}). Only header and data callbacks may pause.
     */
    PAUSE,
    /**
     * Reset this stream with INTERNAL_ERROR and tell nothing more of the frame (nghttp2's {@code
     * NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE}).
     */
    RESET_STREAM
}
