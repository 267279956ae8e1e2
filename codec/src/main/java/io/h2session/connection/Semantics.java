package io.h2session.connection;

import io.h2session.api.Http2SessionOptions;

/**
 * The questions on which nghttp2's way and ours differ. Each method is named after its row in {@code codec/DEPARTURES.md} and
 * answers whether this session departs from nghttp2 as that row says. No other class asks the options which way is taken.
 *
 * <p>Where the two ways are whole algorithms, the question is asked once, when the connection is made, to choose one of two
 * collaborators.
 */
public final class Semantics {
    private final boolean departs;
    private final boolean sameForAnySplit;

    /** The semantics that these options ask for. */
    public Semantics(Http2SessionOptions options) {
        departs = !options.followNghttp2();
        sameForAnySplit = options.sameForAnySplit();
    }

    // ---- receiving -------------------------------------------------------------------------------------------------

    /**
     * nghttp2 counts and credits DATA piece by piece, as the input was split, and takes no notice of the input of a session that
     * has nothing left to read for. We count and credit DATA when the frame is complete, and judge all input.
     */
    public boolean sameForAnySplit() {
        return sameForAnySplit;
    }

    /**
     * nghttp2 ignores frames on streams that have ended, and still delivers what arrives on a stream whose RST_STREAM waits to be
     * sent. We end the connection for the former. On a stream that we reset we deliver nothing more and give no more credit, but
     * remember that the peer ended its side: what follows is an error.
     */
    public boolean lateFramesAreJudged() {
        return departs;
    }

    /**
     * For nghttp2, PUSH_PROMISE on a stream that has ended is a STREAM_CLOSED error only while the stream is there, and any
     * promise is ignored once GOAWAY was sent. Here it is a connection error PROTOCOL_ERROR, unless we reset the stream.
     */
    public boolean endedStreamsPromiseNothing() {
        return departs;
    }

    /**
     * nghttp2 accepts DATA after a 1xx response, and ignores an empty DATA frame that ends the stream there. We count DATA that
     * comes before the final response as malformed.
     */
    public boolean nothingBeforeTheResponse() {
        return departs;
    }

    /** nghttp2 expects the last stream id of a client's GOAWAY to name a server's stream. We accept and send any number. */
    public boolean anyLastIdFromClients() {
        return departs;
    }

    /**
     * nghttp2 lets {@code mem_recv2} succeed when the peer broke a rule, and tells of the violation by callbacks: of a header
     * block at its first invalid frame, of fields that are dropped as errors. Our {@code recv} has a result for it, and a header
     * block is told as invalid when it is complete.
     */
    public boolean violationsHaveResults() {
        return departs;
    }

    // ---- floods ----------------------------------------------------------------------------------------------------

    /**
     * nghttp2 counts PRIORITY, PRIORITY_UPDATE and the replies to SETTINGS when it has read the frame header, and bounds neither
     * the size updates of a header block nor the debug data of GOAWAY. We charge a frame when it is complete, by the work it
     * makes, and bound both.
     */
    public boolean glitchesAreWeighted() {
        return departs;
    }

    /** nghttp2 charges an empty DATA frame when it begins. We charge it when it has arrived and has moved nothing on. */
    public boolean emptyDataHasABudget() {
        return departs;
    }

    /**
     * nghttp2 counts each RST_STREAM that a server receives, time alone earns them back, and too many are answered with GOAWAY
     * alone. We count those that cancel a request before it had DATA; completed exchanges earn them back, too.
     */
    public boolean rapidResetsCount() {
        return departs;
    }

    // ---- submitting ------------------------------------------------------------------------------------------------

    /**
     * nghttp2 judges when a frame is sent whether it may be sent, and what kind of message part it is. We refuse what is out of
     * order when it is submitted.
     */
    public boolean outboundOrderIsJudged() {
        return departs;
    }

    /**
     * nghttp2 sends the parts of a pushed response, also those after the first, only when the peer's limit of streams leaves
     * room. We ask for room for the first part alone.
     */
    public boolean pushedPartsNeedNoRoom() {
        return departs;
    }

    /**
     * For nghttp2 the number of a request or promise is used when it is submitted on a stream that is gone, or cancelled before
     * it is sent, and a request that is being refused has an open stream. Here the number is idle until the frame is sent.
     */
    public boolean unsentIsIdle() {
        return departs;
    }

    /** nghttp2 keeps priorities on servers that announced SETTINGS_NO_RFC7540_PRIORITIES alone. We keep them everywhere. */
    public boolean prioritiesForAll() {
        return departs;
    }

    /** nghttp2 sends the response to an upgraded request at once. We hold its DATA until the client's preface arrives. */
    public boolean upgradedDataWaits() {
        return departs;
    }

    // ---- sending ---------------------------------------------------------------------------------------------------

    /**
     * nghttp2 treats a frame as sent when the transport has taken its last byte. Here it is sent when it is handed over, and a
     * frame that was begun is handed over whole.
     */
    public boolean sentIsCommitted() {
        return departs;
    }

    /** nghttp2 sends a frame for a body that gives nothing. We take such a body as deferred until it is resumed. */
    public boolean nothingIsDeferred() {
        return departs;
    }

    /** On a client nghttp2 sends bodies of equal urgency one after the other. We let incremental ones share, as servers do. */
    public boolean uploadsShare() {
        return departs;
    }

    /** nghttp2 leaves the stream of a response that was cancelled, or was too large, as it is. We reset it. */
    public boolean unsentResponsesReset() {
        return departs;
    }

    // ---- the end ---------------------------------------------------------------------------------------------------

    /**
     * nghttp2 leaves streams as they are when a session terminates, until it is deleted, and refuses what was submitted frame by
     * frame. Here all end with the session.
     */
    public boolean allEndWithTheSession() {
        return departs;
    }

    /** nghttp2 only terminates. We reset the streams that are cut before the last GOAWAY. */
    public boolean resetsBeforeTheLastGoaway() {
        return departs;
    }

    /**
     * A client of nghttp2 may send requests after its GOAWAY, and a session takes no new stream of the peer's then, whatever the
     * GOAWAY said. We refuse the former, and take the streams up to the last stream id.
     */
    public boolean noRequestsAfterOurGoaway() {
        return departs;
    }

    /** In nghttp2 requests that wait when GOAWAY comes wait on. We give them up at once. */
    public boolean noWaitingAfterGoaway() {
        return departs;
    }

    /** nghttp2 tells the end of a stream with the code of the RST_STREAM. We tell NO_ERROR as CANCEL unless nothing was cut. */
    public boolean endsAreToldTruly() {
        return departs;
    }
}
