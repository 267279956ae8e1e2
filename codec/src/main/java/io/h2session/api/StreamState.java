package io.h2session.api;

/**
 * The states of a stream (RFC 9113 section 5.1), as {@code nghttp2_stream_get_state} reports them.
 *
 * @since 0.1
 */
public enum StreamState {
    /** The stream was not used yet. */
    IDLE,
    /** This end promised the stream and has not opened it yet. */
    RESERVED_LOCAL,
    /** The peer promised the stream and has not opened it yet. */
    RESERVED_REMOTE,
    /** Both ends may send. */
    OPEN,
    /** This end has ended its side. */
    HALF_CLOSED_LOCAL,
    /** The peer has ended its side. */
    HALF_CLOSED_REMOTE,
    /** The stream has ended. */
    CLOSED;

    /** Whether this end sends nothing more on the stream, or never sends anything. */
    public boolean localClosed() {
        return this == HALF_CLOSED_LOCAL || this == CLOSED || this == RESERVED_REMOTE;
    }

    /** Whether the peer sends nothing more on the stream, or never sends anything. */
    public boolean remoteClosed() {
        return this == HALF_CLOSED_REMOTE || this == CLOSED || this == RESERVED_LOCAL;
    }

    /** Whether the stream counts toward SETTINGS_MAX_CONCURRENT_STREAMS (RFC 9113 section 5.1.2). */
    public boolean active() {
        return this == OPEN || this == HALF_CLOSED_LOCAL || this == HALF_CLOSED_REMOTE;
    }
}
