package io.h2session.api;

/** The states of a stream (RFC 9113 section 5.1), as {@code nghttp2_stream_get_state} reports them. */
public enum StreamState {
    /** Not used yet. */
    IDLE,
    /** Promised by us, not yet opened. */
    RESERVED_LOCAL,
    /** Promised by the peer, not yet opened. */
    RESERVED_REMOTE,
    /** Both ends may send. */
    OPEN,
    /** We have ended our side. */
    HALF_CLOSED_LOCAL,
    /** The peer has ended its side. */
    HALF_CLOSED_REMOTE,
    /** Over. */
    CLOSED;

    /** Whether we have nothing more to send on it, or never had. */
    public boolean localClosed() {
        return this == HALF_CLOSED_LOCAL || this == CLOSED || this == RESERVED_REMOTE;
    }

    /** Whether the peer has nothing more to send on it, or never had. */
    public boolean remoteClosed() {
        return this == HALF_CLOSED_REMOTE || this == CLOSED || this == RESERVED_LOCAL;
    }

    /** Whether it counts toward SETTINGS_MAX_CONCURRENT_STREAMS (RFC 9113 section 5.1.2). */
    public boolean active() {
        return this == OPEN || this == HALF_CLOSED_LOCAL || this == HALF_CLOSED_REMOTE;
    }
}
