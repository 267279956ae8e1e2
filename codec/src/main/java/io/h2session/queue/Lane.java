package io.h2session.queue;

/** The classes of frames that wait, the most urgent first. */
public enum Lane {
    /** PING and SETTINGS, which the peer may use to measure round trips. */
    URGENT,
    /** All other frames that are not held back. */
    REGULAR,
    /** Header blocks that open a stream, held back by the peer's SETTINGS_MAX_CONCURRENT_STREAMS. */
    STREAM_OPENING
}
