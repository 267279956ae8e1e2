package io.h2session.api;

/**
 * What a peer may do but should not do often: each costs points of its abuse budget ({@link
 * Http2SessionOptions#abuseBurst()}), and is told to {@link Http2SessionMetrics#glitch}.
 */
public enum Http2Glitch {
    /** A frame of no use: of an unknown or unwanted type, or on a stream that is over; one point more for each 4 KiB. */
    IGNORED_FRAME(1),
    /** PRIORITY, which RFC 9113 section 5.3.2 has made obsolete. */
    PRIORITY(1),
    /** PRIORITY_UPDATE. */
    PRIORITY_UPDATE(2),
    /** PING, unless DATA went either way since the last: those that measure what fits on the way go with it. */
    PING(5),
    /** SETTINGS but the first; one point more for each entry, and for every 8 streams whose windows they change. */
    SETTINGS(20),
    /** WINDOW_UPDATE that nothing waits for, beyond four for each DATA frame sent. */
    WINDOW_UPDATE(1),
    /** WINDOW_UPDATE of less than 1 KiB for a body that waits. */
    SMALL_WINDOW_UPDATE(2),
    /** RST_STREAM of a stream that is open; also counted against {@link Http2SessionOptions#streamResetBurst()}. */
    RESET(5),
    /** GOAWAY, but for the two of a graceful shutdown. */
    GOAWAY(20),
    /** CONTINUATION of less than 1 KiB that does not end its header block. */
    SMALL_CONTINUATION(50),
    /** A stream beyond a limit we had told the peer of. */
    REFUSED_STREAM(20),
    /** A malformed message, a timeout: we have to reset a stream through the peer's fault. */
    STREAM_FAULT(20),
    /** DATA without octets that does not end its stream; counted against {@link Http2SessionOptions#maxEmptyData()}. */
    EMPTY_DATA(1);

    private final int points;

    Http2Glitch(int points) {
        this.points = points;
    }

    /** What it costs, if {@link Http2SessionOptions#abuseWeighted()}; 1 otherwise. */
    public int points() {
        return points;
    }
}
