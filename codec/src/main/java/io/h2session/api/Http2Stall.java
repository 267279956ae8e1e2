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

    /**
     * Of the connection: frames wait for the transport, which accepts no more. Of a stream: its body has nothing more for now, and the
     * transport has not taken all of what it gave. An application that writes as fast as its channel becomes writable waits so.
     */
    SOCKET,

    /** Requests, or responses that were promised, wait for the peer's SETTINGS_MAX_CONCURRENT_STREAMS. */
    PEER_STREAM_LIMIT,

    /** A body waits for the application: it has nothing to send now, and the transport has taken what there was. */
    APPLICATION
}
