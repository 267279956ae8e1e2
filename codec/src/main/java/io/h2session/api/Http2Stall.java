package io.h2session.api;

/**
 * What something that could be sent waits for: see {@link Http2SessionMetrics#stallBegun}.
 *
 * @since 0.1
 */
public enum Http2Stall {
    /** A body waits for the window of its stream: the peer does not use up what it has received. */
    STREAM_WINDOW,

    /** Bodies wait for the window of the connection. */
    CONNECTION_WINDOW,

    /** Frames wait for the transport, which accepts no more. */
    SOCKET,

    /** Requests, or responses that were promised, wait for the peer's SETTINGS_MAX_CONCURRENT_STREAMS. */
    PEER_STREAM_LIMIT,

    /** A body waits for the application, which has nothing to send now. */
    APPLICATION
}
