package io.h2session.queue;

/** The classes of frames, the more urgent first. */
public enum Lane {
    /** PING and SETTINGS, which the peer may be measuring. */
    URGENT,
    /** Everything else that is not held back. */
    REGULAR,
    /** Header blocks that open a stream, held back by the peer's SETTINGS_MAX_CONCURRENT_STREAMS. */
    STREAM_OPENING
}
