package io.h2session.connection;

import io.h2session.api.Http2SessionOptions;
import io.h2session.frame.ConnectionError;
import io.h2session.frame.ErrorCode;

/**
 * How much a peer may cost without being useful (RFC 9113 section 10.5). Every frame that is allowed but suspicious costs
 * points of one budget, which time, finished exchanges and DATA refill; RST_STREAM, empty and small DATA and small
 * WINDOW_UPDATE have budgets of their own besides.
 *
 * <table>
 * <caption>Points</caption>
 * <tr><td>a frame that is ignored, PRIORITY, a frame of a closed stream</td><td>1</td></tr>
 * <tr><td>an unknown frame</td><td>1, and 1 for each 4 KiB</td></tr>
 * <tr><td>PRIORITY_UPDATE; WINDOW_UPDATE of a few octets for a body that waits</td><td>2</td></tr>
 * <tr><td>WINDOW_UPDATE that nothing waits for, beyond four for each DATA frame sent</td><td>1</td></tr>
 * <tr><td>PING, if no DATA went either way since the last; RST_STREAM of a stream that is open</td><td>5</td></tr>
 * <tr><td>SETTINGS but the first</td><td>20, 1 for each entry, 1 for 8 streams whose window they change</td></tr>
 * <tr><td>a stream we have to refuse or reset through the peer's fault, GOAWAY but the first two</td><td>20</td></tr>
 * <tr><td>CONTINUATION of less than 1 KiB that does not end its block</td><td>50</td></tr>
 * </table>
 *
 * <p>Like nghttp2, an unweighted budget counts the first row, the faults, and empty DATA, each as one.
 */
public final class FloodGuard {
    /** A frame that is ignored. */
    public static final int IGNORED_FRAME = 1;

    /** PRIORITY_UPDATE: something has to be looked up and parsed. */
    public static final int PRIORITY_UPDATE = 2;

    /** A malformed message, a refused stream: we have to reset a stream through the peer's fault. */
    public static final int STREAM_FAULT = 20;

    private static final int PING = 5;
    private static final int RESET = 5;
    private static final int SETTINGS = 20;
    private static final int GOAWAY = 20;
    private static final int SMALL_CONTINUATION = 50;
    private static final int SMALL_UPDATE = 2;

    /** What a finished exchange, and each so many octets of DATA, earn. */
    private static final int EXCHANGE_CREDIT = 20;

    private static final int DATA_CREDIT = 5;
    private static final int DATA_PER_CREDIT = 16 * 1024;

    /** Below this a piece of a body costs more to keep than it brings. */
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
    private long unconsumed;
    private long smallUnconsumed;

    FloodGuard(Http2SessionOptions options, long now) {
        this.options = options;
        weighted = options.abuseWeighted();
        abuse = new TokenBucket(options.abuseBurst(), options.abuseRate(), now);
        resets = new TokenBucket(options.streamResetBurst(), options.streamResetRate(), now);
        emptyData = new TokenBucket(options.maxEmptyData(), 1, now);
    }

    /** The peer did something suspicious. */
    public void charge(int points, long now) throws ConnectionError {
        if (!abuse.take(weighted ? points : 1, now)) {
            throw tooMuch("too_much_abuse");
        }
    }

    /** The peer did something that nghttp2 does not count. */
    private void chargeWeighted(int points, long now) throws ConnectionError {
        if (weighted && points > 0) {
            charge(points, now);
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
        resets.give(1);
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
        if (limited && !resets.take(1, now)) {
            throw tooMuch("too_many_resets");
        }
        chargeWeighted(open ? RESET : IGNORED_FRAME, now);
    }

    /** We reset a stream, and the peer may not know for as long as it takes to fill a window. */
    void resetQueued(int window) {
        strayAllowed += window;
    }

    /** A frame of a stream that is over, other than DATA. */
    public void strayFrame(long now) throws ConnectionError {
        chargeWeighted(IGNORED_FRAME, now);
    }

    /** DATA of a stream that we have reset. */
    public void strayData(int octets, long now) throws ConnectionError {
        stray += octets + FRAME_OVERHEAD;
        if (stray > strayAllowed) {
            chargeWeighted(IGNORED_FRAME, now);
        }
    }

    // ---- frames ----------------------------------------------------------------------------------------------------

    /** A frame of a type nobody wants. */
    public void unknownFrame(int length, long now) throws ConnectionError {
        charge(IGNORED_FRAME, now);
        chargeWeighted(length / 4096, now);
    }

    /** PING was received. Those that measure how much fits on the way go with DATA. */
    public void pingReceived(long now) throws ConnectionError {
        boolean free = dataMovedAtPing != dataMoved;
        dataMovedAtPing = dataMoved;
        if (!free) {
            chargeWeighted(PING, now);
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
            chargeWeighted(IGNORED_FRAME, now);
        }
    }

    /**
     * SETTINGS were received, other than the first.
     *
     * @param windows how many streams' windows they change
     */
    public void settingsReceived(int entries, int windows, long now) throws ConnectionError {
        chargeWeighted(SETTINGS + entries + windows / 8, now);
    }

    /** GOAWAY was received. A graceful shutdown takes two. */
    public void goAwayReceived(long now) throws ConnectionError {
        if (++goAways > 2) {
            chargeWeighted(GOAWAY, now);
        }
    }

    /** CONTINUATION that does not end its block was received. */
    public void continuationReceived(int length, long now) throws ConnectionError {
        if (length < SMALL_FRAGMENT) {
            chargeWeighted(SMALL_CONTINUATION, now);
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
                charge(IGNORED_FRAME, now);
            }
        } else if (increment < SMALL_INCREMENT) {
            if (++smallUpdates > SMALL_UPDATES + 2 * exchanges + dataSent / DATA_PER_SMALL_UPDATE) {
                throw tooMuch("too_many_small_window_updates");
            }
            charge(SMALL_UPDATE, now);
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
            charge(IGNORED_FRAME, now);
        } else if (!emptyData.take(1, now)) {
            throw tooMuch("too_much_empty_data");
        }
    }

    /** Octets of DATA are being delivered, and the application may use them at once or keep them. */
    public void dataDelivered(int octets) {
        if (!options.automaticWindowUpdate()) {
            unconsumed += octets;
        }
    }

    /**
     * A DATA frame was received and delivered.
     *
     * @param octets 1 or more, padding apart
     * @param last whether it ends its stream
     */
    public void dataReceived(int octets, boolean last) throws ConnectionError {
        moved(octets);
        if (octets >= SMALL_DATA) {
            emptyData.give(1);
        } else if (unconsumed > 0 && !last) {
            smallUnconsumed += SMALL_DATA - octets;
            if (smallUnconsumed > options.smallDataBudget()) {
                throw tooMuch("too_much_small_data");
            }
        }
    }

    /** The application has used octets of what was delivered, and need not keep them. */
    public void dataConsumed(int octets) {
        long left = Math.max(0, unconsumed - octets);
        // The pieces are taken to be of equal size.
        smallUnconsumed = left == 0 ? 0 : smallUnconsumed * left / unconsumed;
        unconsumed = left;
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
