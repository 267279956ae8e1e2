package io.h2session.api;

/** What a {@link DataSource} says after a read. */
public enum DataResult {
    /** There may be more; read again when more can be sent. */
    MORE,
    /** These were the last octets: END_STREAM, unless trailers wait to be sent. */
    END,
    /** These were the last octets, but the stream stays open: trailers or another source follow. */
    END_WITHOUT_END_STREAM,
    /** Nothing now: don't read again until {@link Http2SessionContext#resumeData}. Octets given with it are sent. */
    DEFERRED,
    /** Nothing now, and {@code send} is to return; the source is read again by the next {@code send}. */
    PAUSED,
    /** The body cannot be completed: the stream is reset with INTERNAL_ERROR. */
    FAILED
}
