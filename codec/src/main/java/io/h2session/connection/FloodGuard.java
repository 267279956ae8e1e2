package io.h2session.connection;

import io.h2session.api.Http2Glitch;
import io.h2session.api.Http2Limits;
import io.h2session.api.Http2SessionOptions;
import io.h2session.frame.ConnectionError;
import io.h2session.frame.ErrorCode;

/**
 * How much a peer may cost without being useful (RFC 9113 section 10.5).
 *
 * <p><b>The principle: a point is charged only for what costs us more, in time or memory, than it costs the peer, compared with
 * plain requests of the same number of bytes. Memory is bounded by flow control and by how things are kept, never by ending
 * the connection.</b> It has these consequences:
 *
 * <ul>
 *   <li>A plain request is free, and so is each frame that moves a message on, however small it is.
 *   <li>What answers our own frames is free: RST_STREAM of a stream that we opened, a fault in the response to our own
 *       request, WINDOW_UPDATE and RST_STREAM for the DATA that we sent, and whatever crosses our RST_STREAM on the wire. The
 *       peer can send no more of it than we gave it cause for. So WINDOW_UPDATEs are free, however small, as long as their
 *       increments add up to no more than the DATA that we sent, once for the stream and once for the connection.
 *   <li>A frame of no use is cheap to skip, but it buys nothing, so its cost is all there is to it. It costs a point, the least
 *       there is. The length of a frame that is skipped costs nothing: skipping bytes is cheaper than sending them.
 *   <li>More points are charged only where we do more than skip: answer (PING, SETTINGS), walk over all streams (SETTINGS of the
 *       initial window), or begin and reset a stream through the peer's fault.
 *   <li>Useful traffic earns points, so that a peer may do some of each of these beside it. Time earns some, too.
 *   <li>Nothing is counted twice. RST_STREAM that cancels a request, empty DATA and WINDOW_UPDATE of a few bytes for a body that
 *       waits have budgets of their own, and cost no points.
 * </ul>
 *
 * <p>Like nghttp2, an unweighted budget counts ignored frames, faults and empty DATA, each as one, and nothing else.
 */
public final class FloodGuard {
    /** What a finished exchange, and each so many octets of DATA, earn. */
    private static final int EXCHANGE_CREDIT = 20;

    private static final int DATA_CREDIT = 5;
    private static final int DATA_PER_CREDIT = 16 * 1024;

    /** Each frame that moves a message on allows as many empty DATA frames. */
    private static final int EMPTY_DATA_PER_USEFUL_FRAME = 2;

    private static final int SMALL_FRAGMENT = 1024;

    /** Every byte of DATA is given back for its stream and for the connection. */
    private static final int WINDOWS_PER_BYTE = 2;

    /**
     * Frames that answer what we sent, late RST_STREAM and WINDOW_UPDATE that gives back more than we sent: as many for each
     * stream, for each DATA frame and for each so many bytes of it.
     */
    private static final int REACTIONS_PER_STREAM = 2;

    private static final int REACTIONS_PER_FRAME = 4;
    private static final int DATA_PER_REACTION = 256;
    private static final int FIRST_REACTIONS = 100;
    private static final int MAX_REACTIONS = 64 * 1024;

    /** How many header blocks may cross our RST_STREAM on the wire: an interim response or two, the response, trailers. */
    private static final int STRAY_HEADERS_PER_STREAM = 4;

    /** What a frame costs on the wire, about: empty ones are not for nothing. */
    private static final int FRAME_OVERHEAD = 64;

    private final Semantics semantics;
    private final Metrics metrics;
    private final boolean weighted;
    private final int smallUpdate;
    private final long smallUpdatesAllowed;
    private final TokenBucket abuse;
    private final TokenBucket resets;
    private final TokenBucket emptyData;
    private final TokenBucket windowSteps;

    private long dataMoved;
    private long dataMovedAtPing = -1;
    private long dataCredited;
    private int pingsUnderWay;
    private int goAways;
    private long smallUpdates;
    private long dataSent;
    private long windowTaken;
    private int reactions = FIRST_REACTIONS;
    private long strayData;
    private long strayHeaders;

    FloodGuard(Http2SessionOptions options, Semantics semantics, Metrics metrics, long now) {
        this.semantics = semantics;
        this.metrics = metrics;
        Http2Limits limits = options.limits();
        weighted = limits.abuseWeighted();
        smallUpdate = limits.smallWindowUpdate();
        smallUpdatesAllowed = limits.maxSmallWindowUpdates();
        abuse = new TokenBucket(limits.abuseBurst(), limits.abuseRate(), now);
        resets = new TokenBucket(limits.streamResetBurst(), limits.streamResetRate(), now);
        emptyData = new TokenBucket(limits.maxEmptyData(), 1, now);
        windowSteps = new TokenBucket(limits.maxSmallWindowSteps(), 1, now);
    }

    /** The peer did something suspicious. */
    public void charge(Http2Glitch glitch, long now) throws ConnectionError {
        charge(glitch, weighted ? glitch.points() : 1, now);
    }

    private void charge(Http2Glitch glitch, int points, long now) throws ConnectionError {
        metrics.glitch(glitch);
        if (!abuse.take(points, now)) {
            throw tooMuch("too_much_abuse");
        }
    }

    /** The peer did something that nghttp2 does not count. */
    private void chargeWeighted(Http2Glitch glitch, int more, long now) throws ConnectionError {
        if (weighted) {
            charge(glitch, glitch.points() + more, now);
        }
    }

    private static ConnectionError tooMuch(String reason) {
        return new ConnectionError(ErrorCode.ENHANCE_YOUR_CALM, reason);
    }

    // ---- streams ---------------------------------------------------------------------------------------------------

    /** A stream has begun. */
    void exchangeBegun() {
        react(REACTIONS_PER_STREAM);
    }

    /** A stream was completed: honest peers that cancel some of many requests earn it back. */
    void exchangeCompleted() {
        if (semantics.rapidResetsCount()) {
            resets.give(1);
        }
        if (weighted) {
            abuse.give(EXCHANGE_CREDIT);
        }
    }

    /**
     * The peer broke the rules on a stream, which we have to reset or to answer for it.
     *
     * @param ours whether we opened the stream, so that each fault costs the peer a request of ours
     */
    public void streamFault(boolean ours, long now) throws ConnectionError {
        if (weighted && ours) {
            metrics.glitch(Http2Glitch.STREAM_FAULT);
        } else {
            charge(Http2Glitch.STREAM_FAULT, now);
        }
    }

    /** The peer reset a stream of its own before it had anything of the response. */
    public void requestCancelled(long now) throws ConnectionError {
        metrics.glitch(Http2Glitch.RESET);
        if (!resets.take(1, now)) {
            throw tooMuch("too_many_resets");
        }
    }

    /** Counts a stream that the peer reset. False: one too many. */
    public boolean mayReset(long now) {
        return resets.take(1, now);
    }

    /** RST_STREAM of a stream that is over. Some peers send one for each frame that comes late. */
    public void lateReset(long now) throws ConnectionError {
        reaction(Http2Glitch.IGNORED_FRAME, now);
    }

    /**
     * A promise of the peer's was refused.
     *
     * @param allowed whether there may be promises at all, so that this is only one too many or too late
     */
    public void promiseRefused(boolean allowed, long now) throws ConnectionError {
        chargeWeighted(allowed ? Http2Glitch.BUSY : Http2Glitch.REFUSED_STREAM, 0, now);
    }

    /** A promise of the peer's came after our GOAWAY. */
    public void promiseIgnored(long now) throws ConnectionError {
        chargeWeighted(Http2Glitch.IGNORED_FRAME, 0, now);
    }

    /** What still comes on a stream is ignored, and the peer may not know for as long as it takes to fill a window. */
    void inputIgnored(int window) {
        strayData += Math.max(0, window);
        strayHeaders += STRAY_HEADERS_PER_STREAM;
    }

    /** HEADERS of a stream that we have reset. */
    public void strayHeaders(long now) throws ConnectionError {
        if (weighted && strayHeaders > 0) {
            strayHeaders--;
        } else {
            charge(Http2Glitch.IGNORED_FRAME, now);
        }
    }

    /** DATA of a stream that we have reset. */
    public void strayData(int octets, long now) throws ConnectionError {
        int cost = octets + FRAME_OVERHEAD;
        if (cost <= strayData) {
            strayData -= cost;
        } else {
            chargeWeighted(Http2Glitch.IGNORED_FRAME, 0, now);
        }
    }

    // ---- reactions to what we sent ---------------------------------------------------------------------------------

    private void react(long frames) {
        reactions = (int) Math.min(reactions + frames, MAX_REACTIONS);
    }

    private void reaction(Http2Glitch otherwise, long now) throws ConnectionError {
        if (reactions > 0) {
            reactions--;
        } else {
            chargeWeighted(otherwise, 0, now);
        }
    }

    // ---- frames ----------------------------------------------------------------------------------------------------

    /** A frame of a type nobody wants. */
    public void unknownFrame(long now) throws ConnectionError {
        charge(Http2Glitch.IGNORED_FRAME, now);
    }

    /**
     * ALTSVC or ORIGIN was received and is wanted. Every origin becomes a string, though it may be two bytes on the wire.
     *
     * @param origins how many an ORIGIN frame names
     */
    public void announcementReceived(int origins, long now) throws ConnectionError {
        chargeWeighted(Http2Glitch.ANNOUNCEMENT, origins / 8, now);
    }

    /** PING was received. Those that measure how much fits on the way go with DATA. */
    public void pingReceived(long now) throws ConnectionError {
        boolean free = dataMovedAtPing != dataMoved;
        dataMovedAtPing = dataMoved;
        if (!free) {
            chargeWeighted(Http2Glitch.PING, 0, now);
        }
    }

    /** PING was sent. */
    public void pingSent() {
        pingsUnderWay++;
    }

    /** An answer to PING was received. */
    public void pingAnswered(long now) throws ConnectionError {
        if (pingsUnderWay > 0) {
            pingsUnderWay--;
        } else {
            chargeWeighted(Http2Glitch.IGNORED_FRAME, 0, now);
        }
    }

    /**
     * SETTINGS were received, other than the first.
     *
     * @param windows how many streams' windows they change
     */
    public void settingsReceived(int entries, int windows, long now) throws ConnectionError {
        chargeWeighted(Http2Glitch.SETTINGS, entries + windows / 8, now);
    }

    /** GOAWAY was received. A graceful shutdown takes two. */
    public void goAwayReceived(long now) throws ConnectionError {
        if (++goAways > 2) {
            chargeWeighted(Http2Glitch.GOAWAY, 0, now);
        }
    }

    /** CONTINUATION that does not end its block was received. */
    public void continuationReceived(int length, long now) throws ConnectionError {
        if (length < SMALL_FRAGMENT) {
            chargeWeighted(Http2Glitch.SMALL_CONTINUATION, 0, now);
        }
    }

    /**
     * WINDOW_UPDATE was received. It is free if it gives back what we sent. But if a body waits for it, a byte at a time makes
     * us send a byte at a time, whether given back or not.
     *
     * @param awaited whether a body waits for that window
     */
    public void windowUpdateReceived(int increment, boolean awaited, long now) throws ConnectionError {
        if (!weighted) {
            return;
        }
        boolean givenBack = increment <= windowTaken;
        if (givenBack) {
            windowTaken -= increment;
        }
        if (!awaited) {
            if (!givenBack) {
                reaction(Http2Glitch.WINDOW_UPDATE, now);
            }
        } else if (increment < smallUpdate) {
            metrics.glitch(Http2Glitch.SMALL_WINDOW_UPDATE);
            if (++smallUpdates > smallUpdatesAllowed + dataSent / smallUpdate) {
                throw tooMuch("too_many_small_window_updates");
            }
        }
    }

    /** Whether SETTINGS that raise all windows by a little may make each waiting body send a little. */
    public boolean maySendLittle(long now) {
        return windowSteps.take(1, now);
    }

    // ---- messages --------------------------------------------------------------------------------------------------

    /** A header block was received and delivered. */
    public void headersReceived() {
        emptyData.give(EMPTY_DATA_PER_USEFUL_FRAME);
    }

    /** A DATA frame was sent. */
    public void dataSent(int octets) {
        dataSent += octets;
        windowTaken += (long) WINDOWS_PER_BYTE * octets;
        react(REACTIONS_PER_FRAME + octets / DATA_PER_REACTION);
        moved(octets);
    }

    /** A DATA frame that does not end its stream was received without an octet of data, padding apart. */
    public void emptyDataReceived(long now) throws ConnectionError {
        if (!weighted) {
            charge(Http2Glitch.EMPTY_DATA, now);
            return;
        }
        metrics.glitch(Http2Glitch.EMPTY_DATA);
        if (!emptyData.take(1, now)) {
            throw tooMuch("too_much_empty_data");
        }
    }

    /**
     * A DATA frame was received and delivered. However small, it costs no points: what the application keeps of it is bounded
     * by the windows and by how it is kept.
     *
     * @param octets 1 or more, padding apart
     */
    public void dataReceived(int octets) {
        moved(octets);
        emptyData.give(EMPTY_DATA_PER_USEFUL_FRAME);
    }

    private void moved(int octets) {
        dataMoved += octets;
        if (weighted && dataMoved - dataCredited >= DATA_PER_CREDIT) {
            long credits = (dataMoved - dataCredited) / DATA_PER_CREDIT;
            dataCredited += credits * DATA_PER_CREDIT;
            abuse.give(credits * DATA_CREDIT);
        }
    }
}
