package io.h2session.api;

/**
 * The result of a read of a {@link DataSource}.
 *
 * @since 0.1
 */
public enum DataResult {
    /** There may be more. The source is read again when more can be sent. */
    MORE,
    /** These were the last bytes. They are sent with END_STREAM unless trailers wait to be sent. */
    END,
    /** These were the last bytes, but the stream stays open because trailers or another source follow. */
    END_WITHOUT_END_STREAM,
    /**
     * Nothing more is available now. The source is read again after {@link Http2SessionContext#resumeData}. Bytes that were
     * added in the same read are sent.
     */
    DEFERRED,
    /** Nothing more is available now. {@code send} returns, and the next {@code send} reads the source again. */
    PAUSED,
    /** The body cannot be completed. The stream is reset with INTERNAL_ERROR. */
    FAILED
}
