package io.h2session.api;

/**
 * The end of the connection that a session is.
 *
 * @since 0.1
 */
public enum Http2Role {
    /** Sends the preface and opens odd-numbered streams. */
    CLIENT,
    /** Receives the preface and opens even-numbered streams (pushes). */
    SERVER;

    /** Whether this is the server's end. */
    public boolean isServer() {
        return this == SERVER;
    }

    /** Whether this end opens the stream with that id (RFC 9113 section 5.1.1). Neither end opens stream 0. */
    public boolean opens(int streamId) {
        return streamId != 0 && (streamId & 1) == (this == CLIENT ? 1 : 0);
    }

    /** The first stream id that this end may use. */
    public int firstStreamId() {
        return this == CLIENT ? 1 : 2;
    }
}
