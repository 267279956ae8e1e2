package io.h2session.connection;

import io.h2session.api.Http2SessionOptions;

/**
 * The questions on which nghttp2's way and ours differ. Each method is named after its row in {@code codec/DEPARTURES.md}
 * and answers whether this session departs from nghttp2 as that row says. No other class asks the options which way is
 * taken.
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
     * nghttp2 counts and credits DATA piece by piece, as the input was split, and ignores the input of a session that has
     * nothing left to read for. We count and credit DATA when the frame is complete, and judge all input. Chooses
     * {@code receive.FrameAccounting} or {@code receive.PieceAccounting}.
     */
    public boolean sameForAnySplit() {
        return sameForAnySplit;
    }

    /**
     * nghttp2 ignores frames on streams that have ended, and still delivers frames on a stream whose RST_STREAM waits to be
     * sent. We end the connection for the former, and answer those on a stream that the peer reset with RST_STREAM. On a stream
     * that we reset we deliver nothing more and give no more credit, but remember when the peer ends its side: further frames
     * on it are an error. Chooses {@code receive.SafeLateFrames} or {@code receive.Nghttp2LateFrames}.
     */
    public boolean lateFramesAreJudged() {
        return departs;
    }

    /**
     * In nghttp2 PUSH_PROMISE on a stream that has ended is a STREAM_CLOSED error only while the stream is there, and any
     * promise is ignored after our GOAWAY. Here PUSH_PROMISE on a stream that has ended is a connection error
     * PROTOCOL_ERROR, unless we reset the stream.
     */
    public boolean endedStreamsPromiseNothing() {
        return departs;
    }

    /**
     * nghttp2 accepts DATA between a 1xx response and the final one, and ignores an empty DATA frame there. Here such a
     * response is malformed.
     */
    public boolean nothingBeforeTheResponse() {
        return departs;
    }

    /**
     * nghttp2 expects the last stream id of a client's GOAWAY to be a stream of the server's. We accept any id from
     * clients, and let them send 2^31-1, which announces another GOAWAY.
     */
    public boolean anyLastIdFromClients() {
        return departs;
    }

    /**
     * In nghttp2 {@code mem_recv2} succeeds though the peer broke a rule, and only callbacks tell of it: also of a frame
     * that may not be on its stream, of a field that is dropped, and of a header block as soon as one of its frames is
     * invalid. Our {@code recv} has a result for violations. A frame on the wrong stream is only an error, and an invalid
     * header block is reported when it is complete.
     */
    public boolean violationsHaveResults() {
        return departs;
    }

    // ---- floods ----------------------------------------------------------------------------------------------------

    /**
     * nghttp2 counts PRIORITY, PRIORITY_UPDATE and SETTINGS when it has read the frame header, and limits neither the size
     * updates of a header block nor the debug data of GOAWAY. We charge a frame when it is complete, by the work that it
     * makes, and limit both. Chooses {@code receive.SafeFrameCharges} or {@code receive.Nghttp2FrameCharges}.
     */
    public boolean glitchesAreWeighted() {
        return departs;
    }

    /**
     * nghttp2 counts an empty DATA frame when it begins. We charge it when it is complete, and only if it does not end its
     * stream.
     */
    public boolean emptyDataHasABudget() {
        return departs;
    }

    /**
     * nghttp2 counts each RST_STREAM that a server receives; only time earns them back, and too many are answered with a
     * GOAWAY alone. We count those that cancel a request before we sent DATA; completed exchanges earn them back, too, and
     * too many end the connection.
     */
    public boolean rapidResetsCount() {
        return departs;
    }

    // ---- submitting ------------------------------------------------------------------------------------------------

    /**
     * nghttp2 checks when a frame is sent whether it may be sent, and which part of a message it is. We refuse parts that
     * are out of order when they are submitted. For a call that is wrong for two reasons this also decides which one is
     * reported.
     */
    public boolean outboundOrderIsJudged() {
        return departs;
    }

    /**
     * In nghttp2 each part of a pushed response waits until the peer's limit of streams leaves room. Here only the first
     * part waits.
     */
    public boolean pushedPartsNeedNoRoom() {
        return departs;
    }

    /**
     * In nghttp2 a stream id is used when a promise is submitted on a stream that is gone, and when the application cancels a
     * request or a promise; a request that is being refused has an open stream. Here the stream is idle until its frame is
     * sent. Chooses {@code SafeStreamLookup} or {@code Nghttp2StreamLookup}.
     */
    public boolean unsentIsIdle() {
        return departs;
    }

    /**
     * nghttp2 has priorities only on servers that announced SETTINGS_NO_RFC7540_PRIORITIES, and keeps a stream object for
     * each id that PRIORITY_UPDATE names. Here all sessions have them, and they are kept only for idle streams. Chooses
     * {@link SafePrioritySignals} or {@link Nghttp2PrioritySignals}.
     */
    public boolean prioritiesForAll() {
        return departs;
    }

    /**
     * nghttp2 sends the response to an upgraded request at once. We hold its DATA until the client's preface has arrived.
     */
    public boolean upgradedDataWaits() {
        return departs;
    }

    // ---- sending ---------------------------------------------------------------------------------------------------

    /**
     * In nghttp2 a frame is sent when the transport has taken its last byte. Here it is sent when it is written, and is
     * then handed over whole. Chooses {@code send.WholeFrame} or {@code send.PartialFrame}.
     */
    public boolean sentIsCommitted() {
        return departs;
    }

    /**
     * nghttp2 sends an empty frame for a body that gives no data and is not at its end. Here such a body is deferred until
     * it is resumed.
     */
    public boolean nothingIsDeferred() {
        return departs;
    }

    /**
     * On a client nghttp2 sends bodies of equal urgency one after the other. Here incremental ones share, as on servers.
     * Chooses {@code queue.TurnScheduler} or {@code queue.CycleScheduler}.
     */
    public boolean uploadsShare() {
        return departs;
    }

    /**
     * nghttp2 leaves the stream open if a response was cancelled, or is too large. We reset it. Chooses
     * {@code send.SafeUnsentFrames} or {@code send.Nghttp2UnsentFrames}.
     */
    public boolean unsentResponsesReset() {
        return departs;
    }

    // ---- the end ---------------------------------------------------------------------------------------------------

    /**
     * When a session of nghttp2 terminates, its streams stay as they are until it is deleted, and queued frames are refused
     * one by one. Here streams and queued frames end with the session. Chooses {@link ImmediateTermination} or
     * {@link Nghttp2Termination}, and {@code send.SafeSendRules} or {@code send.Nghttp2SendRules}.
     */
    public boolean allEndWithTheSession() {
        return departs;
    }

    /**
     * nghttp2 sends only GOAWAY when a connection ends because of one stream. We send the RST_STREAM of that stream before.
     */
    public boolean resetsBeforeTheLastGoaway() {
        return departs;
    }

    /**
     * In nghttp2 a client may send requests after its GOAWAY, and no new stream of the peer's is accepted after our GOAWAY,
     * whatever its last stream id. We refuse the former, and accept streams up to the last stream id.
     */
    public boolean noRequestsAfterOurGoaway() {
        return departs;
    }

    /**
     * In nghttp2 requests that wait for a stream still wait after GOAWAY was received or submitted. Here they are given up
     * at once.
     */
    public boolean noWaitingAfterGoaway() {
        return departs;
    }

    /**
     * nghttp2 reports the end of a stream with the code of the RST_STREAM. Here NO_ERROR is reported as CANCEL, unless nothing
     * of the exchange was cut.
     */
    public boolean endsAreToldTruly() {
        return departs;
    }
}
