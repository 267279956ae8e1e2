package io.h2session.connection;

import io.h2session.api.Http2Glitch;
import io.h2session.api.Http2SessionOptions;
import io.h2session.frame.ConnectionError;
import io.h2session.frame.ErrorCode;

/**
 * How much a peer may cost without being useful (RFC 9113 section 10.5). Every frame that is allowed but suspicious costs
 * points of one budget ({@link Http2Glitch}), which time, finished exchanges and DATA refill; RST_STREAM, empty DATA and small WINDOW_UPDATE
 * have budgets of their own besides.
 *
 * <p>Like nghttp2, an unweighted budget counts ignored frames, faults and empty DATA, each as one, and nothing else.
 */
public final class FloodGuard {
    /** What a finished exchange, and each so many octets of DATA, earn. */
    private static final int EXCHANGE_CREDIT = 20;

    private static final int DATA_CREDIT = 5;
    private static final int DATA_PER_CREDIT = 16 * 1024;

    /** A DATA frame of fewer bytes does not make up for an empty one. */
    private static final int SMALL_DATA = 256;

    private static final int SMALL_FRAGMENT = 1024;
    private static final int SMALL_INCREMENT = 1024;

    /** Small WINDOW_UPDATEs for bodies that wait: so many, two for each stream, and one for each so many octets sent. */
    private static final int SMALL_UPDATES = 100;

    private static final int DATA_PER_SMALL_UPDATE = 16 * 1024 / 10;
    private static final int FREE_UPDATES_PER_FRAME = 4;
    private static final int MAX_FREE_UPDATES = 1000;

    /** What a frame costs on the wire, about: empty ones are not for nothing. */
    private static final int FRAME_OVERHEAD = 64;

    private final Http2SessionOptions options;
    private final Metrics metrics;
    private final boolean weighted;
    private final TokenBucket abuse;
    private final TokenBucket resets;
    private final TokenBucket emptyData;

    private long dataMoved;
    private long dataMovedAtPing = -1;
    private long dataCredited;
    private int pingsUnderWay;
    private int goAways;
    private long smallUpdates;
    private long dataSent;
    private int freeUpdates = MAX_FREE_UPDATES / 10;
    private long exchanges;
    private long strayAllowed;
    private long stray;

    FloodGuard(Http2SessionOptions options, Metrics metrics, long now) {
        this.options = options;
        this.metrics = metrics;
        weighted = options.abuseWeighted();
        abuse = new TokenBucket(options.abuseBurst(), options.abuseRate(), now);
        resets = new TokenBucket(options.streamResetBurst(), options.streamResetRate(), now);
        emptyData = new TokenBucket(options.maxEmptyData(), 1, now);
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
        exchanges++;
    }

    /** A stream was completed: honest peers that cancel some of many requests earn it back. */
    void exchangeCompleted() {
        if (!options.followNghttp2()) {
            resets.give(1);
        }
        if (weighted) {
            abuse.give(EXCHANGE_CREDIT);
        }
    }

    /**
     * The peer reset a stream.
     *
     * @param open whether there was one
     * @param limited whether there is a limit to it at this end
     */
    public void resetReceived(boolean open, boolean limited, long now) throws ConnectionError {
        if (limited && !mayReset(now)) {
            throw tooMuch("too_many_resets");
        }
        chargeWeighted(open ? Http2Glitch.RESET : Http2Glitch.IGNORED_FRAME, 0, now);
    }

    /** Counts a stream that the peer reset. False: one too many. */
    public boolean mayReset(long now) {
        return resets.take(1, now);
    }

    /** We reset a stream, and the peer may not know for as long as it takes to fill a window. */
    void resetQueued(int window) {
        strayAllowed += window;
    }

    /** A frame of a stream that is over, other than DATA. */
    public void strayFrame(long now) throws ConnectionError {
        chargeWeighted(Http2Glitch.IGNORED_FRAME, 0, now);
    }

    /** DATA of a stream that we have reset. */
    public void strayData(int octets, long now) throws ConnectionError {
        stray += octets + FRAME_OVERHEAD;
        if (stray > strayAllowed) {
            chargeWeighted(Http2Glitch.IGNORED_FRAME, 0, now);
        }
    }

    // ---- frames ----------------------------------------------------------------------------------------------------

    /** A frame of a type nobody wants. */
    public void unknownFrame(int length, long now) throws ConnectionError {
        charge(Http2Glitch.IGNORED_FRAME, weighted ? Http2Glitch.IGNORED_FRAME.points() + length / 4096 : 1, now);
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
     * WINDOW_UPDATE was received. If something waits for it, an octet at a time makes us send an octet at a time.
     *
     * @param awaited whether a body waits for that window
     */
    public void windowUpdateReceived(int increment, boolean awaited, long now) throws ConnectionError {
        if (!weighted) {
            return;
        }
        if (!awaited) {
            if (freeUpdates > 0) {
                freeUpdates--;
            } else {
                charge(Http2Glitch.WINDOW_UPDATE, now);
            }
        } else if (increment < SMALL_INCREMENT) {
            if (++smallUpdates > SMALL_UPDATES + 2 * exchanges + dataSent / DATA_PER_SMALL_UPDATE) {
                throw tooMuch("too_many_small_window_updates");
            }
            charge(Http2Glitch.SMALL_WINDOW_UPDATE, now);
        }
    }

    // ---- DATA ------------------------------------------------------------------------------------------------------

    /** A DATA frame was sent. */
    public void dataSent(int octets) {
        dataSent += octets;
        freeUpdates = Math.min(freeUpdates + FREE_UPDATES_PER_FRAME, MAX_FREE_UPDATES);
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
        if (octets >= SMALL_DATA) {
            emptyData.give(1);
        }
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
