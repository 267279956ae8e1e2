package io.h2session.connection;

import io.h2session.api.Http2Budget;
import io.h2session.api.Http2BudgetUse;
import io.h2session.api.Http2Glitch;
import io.h2session.api.Http2Limits;
import io.h2session.api.Http2SessionOptions;
import io.h2session.frame.ConnectionError;
import io.h2session.frame.ErrorCode;
import java.util.ArrayList;
import java.util.List;

/**
 * The abuse budget: how much a peer may cost without being useful (RFC 9113 section 10.5).
 *
 * <p><b>The principle: a point is charged only for what costs us more, in time or memory, than it costs the peer, compared
 * with plain requests of the same number of bytes. Memory is bounded by flow control and by how data is kept, never by
 * ending the connection.</b> It has these consequences:
 *
 * <ul>
 *   <li>A plain request is free, and so is each frame that carries a part of a message, however small it is.
 *   <li>What answers our own frames is free: RST_STREAM of a stream that we opened, a fault in the response to our own
 *       request, WINDOW_UPDATE and RST_STREAM for the DATA that we sent, and frames that cross our RST_STREAM on the wire.
 *       The peer can send no more of them than we gave it cause for. So WINDOW_UPDATEs are free, however small, as long as
 *       their increments add up to no more than the DATA that we sent, once for the stream and once for the connection.
 *   <li>A useless frame is cheap to skip, but has no benefit either. It costs one point, the smallest charge. The length of
 *       a frame that is skipped costs nothing: skipping bytes is cheaper than sending them.
 *   <li>More points are charged only where we do more than skip the frame: answer it (PING, SETTINGS), visit all streams
 *       (SETTINGS of the initial window), or begin and reset a stream because of a fault of the peer's.
 *   <li>Useful traffic earns points, so that a peer may do some of each of these along with it. Time earns some, too.
 *   <li>Nothing is counted twice. RST_STREAM that cancels a request, empty DATA and WINDOW_UPDATE of a few bytes for a body
 *       that waits have budgets of their own, and cost no points.
 * </ul>
 *
 * <p>Like nghttp2, an unweighted budget counts ignored frames, faults and empty DATA, each as one, and nothing else.
 */
public final class FloodGuard {
    /** The points that a completed exchange, and an amount of DATA, earn. */
    private static final int EXCHANGE_CREDIT = Http2Glitch.SETTINGS.points();

    private static final int DATA_CREDIT = 5;
    private static final int DATA_PER_CREDIT = 16 * 1024;

    /** How many empty DATA frames each frame with a part of a message allows. */
    private static final int EMPTY_DATA_PER_USEFUL_FRAME = 2;

    private static final int SMALL_FRAGMENT = 1024;

    /** Credit for each byte of DATA is given twice: for its stream and for the connection. */
    private static final int WINDOWS_PER_BYTE = 2;

    /**
     * How many frames that react to ours are free, such as a late RST_STREAM, or a WINDOW_UPDATE of more than we sent: a
     * number for each stream, a number for each DATA frame, and one for a number of its bytes.
     */
    private static final int REACTIONS_PER_STREAM = 2;

    private static final int REACTIONS_PER_FRAME = 4;
    private static final int DATA_PER_REACTION = 256;
    private static final int FIRST_REACTIONS = 100;
    private static final int MAX_REACTIONS = 64 * 1024;

    /** How many header blocks of a stream may cross our RST_STREAM: two interim responses, the response, and trailers. */
    private static final int STRAY_HEADERS_PER_STREAM = 4;

    /** The approximate overhead of a frame on the wire, so that empty frames cost something. */
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
    private boolean completedSinceSettings;
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

    /** How much of each budget is used, of those that count with these limits. */
    public List<Http2BudgetUse> use(long now) {
        List<Http2BudgetUse> found = new ArrayList<>(Http2Budget.values().length);
        found.add(abuse.use(Http2Budget.ABUSE, now));
        found.add(resets.use(Http2Budget.STREAM_RESETS, now));
        if (weighted) {
            found.add(emptyData.use(Http2Budget.EMPTY_DATA, now));
            if (smallUpdate > 0) {
                found.add(new Http2BudgetUse(Http2Budget.SMALL_WINDOW_UPDATES, smallUpdates, smallUpdateLimit(), 0));
            }
        }
        found.add(windowSteps.use(Http2Budget.SMALL_WINDOW_STEPS, now));
        return found;
    }

    private long smallUpdateLimit() {
        return smallUpdatesAllowed + dataSent / smallUpdate;
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
        completedSinceSettings = true;
        if (semantics.rapidResetsCount()) {
            resets.give(1);
        }
        if (weighted) {
            abuse.give(EXCHANGE_CREDIT);
        }
    }

    /**
     * The peer broke a rule on a stream, which we have to reset, or to answer with an error.
     *
     * @param ours whether we opened the stream: then the peer can make no more faults than we send requests
     */
    public void streamFault(boolean ours, long now) throws ConnectionError {
        if (weighted && ours) {
            metrics.glitch(Http2Glitch.STREAM_FAULT);
        } else {
            charge(Http2Glitch.STREAM_FAULT, now);
        }
    }

    /** The peer reset a stream of its own before we had sent any of the response. */
    public void requestCancelled(long now) throws ConnectionError {
        metrics.glitch(Http2Glitch.RESET);
        if (!resets.take(1, now)) {
            throw tooMuch("too_many_resets");
        }
    }

    /** Counts a stream that the peer reset. Returns false if that is one too many. */
    public boolean mayReset(long now) {
        return resets.take(1, now);
    }

    /** RST_STREAM of a stream that is over. Some peers send one for each late frame that they receive. */
    public void lateReset(long now) throws ConnectionError {
        reaction(Http2Glitch.IGNORED_FRAME, now);
    }

    /**
     * A promise of the peer's was refused.
     *
     * @param allowed whether promises are allowed in general, so that this one is only one too many, or too late
     */
    public void promiseRefused(boolean allowed, long now) throws ConnectionError {
        chargeWeighted(allowed ? Http2Glitch.BUSY : Http2Glitch.REFUSED_STREAM, 0, now);
    }

    /** A promise of the peer's came after our GOAWAY. */
    public void promiseIgnored(long now) throws ConnectionError {
        chargeWeighted(Http2Glitch.IGNORED_FRAME, 0, now);
    }

    /** Further frames on a stream are ignored. The peer may not know, and may send up to a window of DATA. */
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
    public void strayData(int bytes, long now) throws ConnectionError {
        int cost = bytes + FRAME_OVERHEAD;
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

    /** A frame of a type that is ignored. */
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

    /** PING was received. It is free after DATA: peers measure the bandwidth-delay product with PINGs among DATA. */
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
     * SETTINGS were received, other than the first. After a completed exchange they cost no more than it has earned, however many
     * entries there are: an exchange costs us more to answer.
     *
     * @param windows how many streams' windows they change
     */
    public void settingsReceived(int entries, int windows, long now) throws ConnectionError {
        int charged = completedSinceSettings ? 0 : entries;
        completedSinceSettings = false;
        chargeWeighted(Http2Glitch.SETTINGS, charged + windows / 8, now);
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
     * WINDOW_UPDATE was received. It is free if it gives credit for DATA that we sent. But if a body waits for the window,
     * an increment of one byte makes us send a frame of one byte, so small increments have a budget of their own.
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
            if (++smallUpdates > smallUpdateLimit()) {
                throw tooMuch("too_many_small_window_updates");
            }
        }
    }

    /** Whether SETTINGS that raise all windows by a few bytes may make each waiting body send a few bytes. */
    public boolean maySendLittle(long now) {
        return windowSteps.take(1, now);
    }

    // ---- messages --------------------------------------------------------------------------------------------------

    /** A header block was received and delivered. */
    public void headersReceived() {
        emptyData.give(EMPTY_DATA_PER_USEFUL_FRAME);
    }

    /** A DATA frame was sent. */
    public void dataSent(int bytes) {
        dataSent += bytes;
        windowTaken += (long) WINDOWS_PER_BYTE * bytes;
        react(REACTIONS_PER_FRAME + bytes / DATA_PER_REACTION);
        moved(bytes);
    }

    /** A DATA frame that does not end its stream was received without any data, padding apart. */
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
     * A DATA frame was received and delivered. However small it is, it costs no points: the memory that the application
     * needs for it is bounded by the windows.
     *
     * @param bytes 1 or more, padding apart
     */
    public void dataReceived(int bytes) {
        moved(bytes);
        emptyData.give(EMPTY_DATA_PER_USEFUL_FRAME);
    }

    private void moved(int bytes) {
        dataMoved += bytes;
        if (weighted && dataMoved - dataCredited >= DATA_PER_CREDIT) {
            long credits = (dataMoved - dataCredited) / DATA_PER_CREDIT;
            dataCredited += credits * DATA_PER_CREDIT;
            abuse.give(credits * DATA_CREDIT);
        }
    }
}
