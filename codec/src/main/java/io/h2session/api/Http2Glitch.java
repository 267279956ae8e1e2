package io.h2session.api;

/**
 * What a peer may do but should not do often: each costs points of its abuse budget ({@link
 * Http2SessionOptions#abuseBurst()}), and is told to {@link Http2SessionMetrics#glitch}.
 */
public enum Http2Glitch {
    /** A frame of no use: of an unknown or unwanted type, or on a stream that is over. */
    IGNORED_FRAME(1),
    /** PRIORITY, which RFC 9113 section 5.3.2 has made obsolete. */
    PRIORITY(1),
    /** PRIORITY_UPDATE. */
    PRIORITY_UPDATE(1),
    /** A stream beyond a limit we had told the peer of. */
    REFUSED_STREAM(20),
    /** A malformed message, a timeout: we have to reset a stream through the peer's fault. */
    STREAM_FAULT(20),
    /** DATA without octets that does not end its stream. */
    EMPTY_DATA(50);

    private final int points;

    Http2Glitch(int points) {
        this.points = points;
    }

    /** What it costs, if {@link Http2SessionOptions#abuseWeighted()}; 1 otherwise. */
    public int points() {
        return points;
    }
}
