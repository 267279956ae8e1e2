package io.h2session.api;

/**
 * What a peer may do but should not do often, each told to {@link Http2SessionMetrics#glitch}. It costs points of the peer's
 * abuse budget ({@link Http2Limits#abuseBurst()}) where it costs us more than it costs the peer, compared with plain
 * requests of the same number of bytes; useful traffic earns them back.
 */
public enum Http2Glitch {
    /**
     * A frame of no use: of an unknown or unwanted type, or on a stream that is over. What crosses our RST_STREAM on the wire,
     * up to a window of it, is none; nor is a late RST_STREAM for each DATA frame we sent.
     */
    IGNORED_FRAME(1),
    /** PRIORITY, which RFC 9113 section 5.3.2 has made obsolete. */
    PRIORITY(1),
    /** PRIORITY_UPDATE. */
    PRIORITY_UPDATE(2),
    /** ALTSVC or ORIGIN that the application wants; one point more for every 8 origins. */
    ANNOUNCEMENT(1),
    /** PING, unless DATA went either way since the last: those that measure what fits on the way go with it. */
    PING(5),
    /** SETTINGS but the first; one point more for each entry, and for every 8 streams whose windows they change. */
    SETTINGS(20),
    /**
     * WINDOW_UPDATE that nothing waits for and that gives back more than we sent, beyond two for each stream, four for each
     * DATA frame sent and one for each 256 bytes of it.
     */
    WINDOW_UPDATE(1),
    /**
     * WINDOW_UPDATE of fewer than {@link Http2Limits#smallWindowUpdate()} bytes for a body that waits; counted against
     * {@link Http2Limits#maxSmallWindowUpdates()} alone.
     */
    SMALL_WINDOW_UPDATE(0),
    /**
     * RST_STREAM of a stream that the peer opened and that it had no DATA from; counted against
     * {@link Http2Limits#streamResetBurst()} alone.
     */
    RESET(0),
    /** GOAWAY, but for the two of a graceful shutdown. */
    GOAWAY(20),
    /** CONTINUATION of less than 1 KiB that does not end its header block. */
    SMALL_CONTINUATION(1),
    /** A stream beyond a limit we had told the peer of. */
    REFUSED_STREAM(20),
    /** A stream beyond what we can work for at once ({@link Http2SessionOptions#maxRunningExchanges()}), which nothing told the peer. */
    BUSY(5),
    /**
     * A malformed message, a timeout: we have to reset a stream through the peer's fault. It costs nothing where we opened the
     * stream: the peer can do it only once for each request of ours.
     */
    STREAM_FAULT(20),
    /** DATA without octets that does not end its stream; counted against {@link Http2Limits#maxEmptyData()} alone. */
    EMPTY_DATA(0);

    private final int points;

    Http2Glitch(int points) {
        this.points = points;
    }

    /**
     * What it costs if {@link Http2Limits#abuseWeighted()}; 0 for what has a limit of its own. Otherwise each that
     * nghttp2 counts costs 1.
     */
    public int points() {
        return points;
    }
}
