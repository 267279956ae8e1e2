package io.h2session.api;

/**
 * Events that are allowed but suspicious if they are frequent. Each is reported to {@link Http2SessionMetrics#glitch}. An
 * event that costs us more than it costs the peer, compared with plain requests of the same number of bytes, costs points of
 * the peer's abuse budget ({@link Http2Limits#abuseBurst()}). Useful traffic earns points back.
 *
 * @since 0.1
 */
public enum Http2Glitch {
    /**
     * A frame that is ignored: its type is unknown or was not asked for, or its stream is closed. Frames that cross our
     * RST_STREAM on the wire do not count, up to one window of DATA; nor does a late RST_STREAM for each DATA frame that we sent.
     */
    IGNORED_FRAME(1),
    /** PRIORITY, which RFC 9113 section 5.3.2 deprecates. */
    PRIORITY(1),
    /** PRIORITY_UPDATE. */
    PRIORITY_UPDATE(2),
    /** ALTSVC or ORIGIN that the application asked for. Every 8 origins cost one point more. */
    ANNOUNCEMENT(1),
    /** PING if no DATA was sent or received since the last one. PINGs among DATA measure the bandwidth-delay product. */
    PING(5),
    /**
     * SETTINGS except the first. Each entry, unless an exchange was completed since the last SETTINGS, and every 8 streams whose
     * windows they change, cost one point more.
     */
    SETTINGS(20),
    /**
     * WINDOW_UPDATE that no body waits for and that gives more credit than the DATA that we sent used. Free are two for each
     * stream, four for each DATA frame that we sent, and one for each 256 bytes of it.
     */
    WINDOW_UPDATE(1),
    /**
     * WINDOW_UPDATE of fewer than {@link Http2Limits#smallWindowUpdate()} bytes that a body waits for. Only counts
     * toward {@link Http2Limits#maxSmallWindowUpdates()}.
     */
    SMALL_WINDOW_UPDATE(0),
    /**
     * RST_STREAM of a stream that the peer opened and on which no DATA was sent to it. Only counts toward {@link
     * Http2Limits#streamResetBurst()}.
     */
    RESET(0),
    /** GOAWAY, except the two of a graceful shutdown. */
    GOAWAY(20),
    /** CONTINUATION shorter than 1 KiB that does not end its header block. */
    SMALL_CONTINUATION(1),
    /** A stream beyond a limit that the peer knows. */
    REFUSED_STREAM(20),
    /** A stream beyond {@link Http2SessionOptions#maxRunningExchanges()}, a limit that the peer does not know. */
    BUSY(5),
    /**
     * A malformed message or a timeout: we have to reset a stream because of the peer. It costs nothing on a stream that we
     * opened, because it can happen only once for each request of ours.
     */
    STREAM_FAULT(20),
    /** An empty DATA frame that does not end its stream. Only counts toward {@link Http2Limits#maxEmptyData()}. */
    EMPTY_DATA(0);

    private final int points;

    Http2Glitch(int points) {
        this.points = points;
    }

    /**
     * The points that the event costs if {@link Http2Limits#abuseWeighted()}; 0 if it has a limit of its own. Otherwise each
     * event that nghttp2 counts costs 1.
     */
    public int points() {
        return points;
    }
}
