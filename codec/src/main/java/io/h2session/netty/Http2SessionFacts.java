package io.h2session.netty;

import io.h2session.frame.ErrorCode;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * What a session knows about itself, for any thread: for connection pools, load balancers and health checks. {@link
 * Http2SessionHandler#facts()} has the facts of a session; they are the same object for its whole life, and may be kept.
 *
 * <p>Reading a fact takes no lock and never waits. On the event loop of the session it is exact. On other threads it is as of the
 * end of the last read or send, so two facts that are read one after the other may be of different moments. What was seen on
 * another thread may have changed when a write arrives at the session: {@link Http2NotSentException#retryIsSafe} tells whether a
 * request that came too late may be sent again. {@link Http2SessionEvent.FactChanged} tells changes, on the event loop.
 *
 * <p>Before the handler is added to its channel no streams are available, and nothing was received.
 *
 * @since 0.1
 */
public final class Http2SessionFacts {
    private static final AtomicIntegerFieldUpdater<Http2SessionFacts> AVAILABLE =
            AtomicIntegerFieldUpdater.newUpdater(Http2SessionFacts.class, "availableStreams");
    private static final AtomicIntegerFieldUpdater<Http2SessionFacts> OPEN =
            AtomicIntegerFieldUpdater.newUpdater(Http2SessionFacts.class, "openStreams");
    private static final AtomicIntegerFieldUpdater<Http2SessionFacts> WAITING =
            AtomicIntegerFieldUpdater.newUpdater(Http2SessionFacts.class, "waitingRequests");

    /** Publishes what has changed, if it is run on the event loop. */
    private volatile Runnable refresh = () -> {};

    // These three change with the requests: they are published in order, without a barrier.
    private volatile int availableStreams;
    private volatile int openStreams;
    private volatile int waitingRequests;

    private volatile long streamLimit;
    private volatile boolean settingsReceived;
    private volatile boolean goAwayReceived;
    private volatile int goAwayLastStreamId = Integer.MAX_VALUE;
    private volatile long goAwayErrorCode = ErrorCode.NO_ERROR.code();
    private volatile boolean draining;
    private volatile boolean ended;
    private volatile long roundTripNanos = -1;
    private volatile long smoothedRoundTripNanos = -1;

    Http2SessionFacts() {}

    private Http2SessionFacts current() {
        refresh.run();
        return this;
    }

    // ---- streams ---------------------------------------------------------------------------------------------------

    /**
     * How many streams this end may open now without waiting: the peer's limit less the streams that are open and the requests
     * that were written. 0 when {@link #draining()}, when all stream ids are used, and for a server whose client accepts no
     * pushes. Before {@link #settingsReceived()} the limit is {@link
     * io.h2session.api.Http2SessionOptions#assumedPeerMaxConcurrentStreams()}.
     */
    public int availableStreams() {
        return current().availableStreams;
    }

    /**
     * How many streams the peer lets this end have open at once: its SETTINGS_MAX_CONCURRENT_STREAMS, 0 to 2^32-1. It may change
     * at any time, also to less than are open.
     */
    public long streamLimit() {
        return current().streamLimit;
    }

    /** How many streams are open or half closed, whichever end opened them. */
    public int openStreams() {
        return current().openStreams;
    }

    /** How many requests were written that wait for the peer's limit, or for the transport: see {@link Http2SessionSnapshot}. */
    public int waitingRequests() {
        return current().waitingRequests;
    }

    // ---- the peer --------------------------------------------------------------------------------------------------

    /** Whether the peer's first SETTINGS frame has arrived. */
    public boolean settingsReceived() {
        return current().settingsReceived;
    }

    /** Whether the peer has sent GOAWAY. */
    public boolean goAwayReceived() {
        return current().goAwayReceived;
    }

    /** The last stream id of the latest GOAWAY that the peer sent; 2^31-1 as long as it sent none, and in a notice. */
    public int goAwayLastStreamId() {
        return current().goAwayLastStreamId;
    }

    /** The error code of the latest GOAWAY that the peer sent; NO_ERROR as long as it sent none. */
    public long goAwayErrorCode() {
        return current().goAwayErrorCode;
    }

    /**
     * Whether the peer has sent GOAWAY with HTTP_1_1_REQUIRED (RFC 9113 section 7): it wants HTTP/1.1 for all of this origin. What it
     * says of a single request is told by {@link Http2SessionEvent.StreamClosed#http11Required}.
     */
    public boolean http11Required() {
        return goAwayErrorCode() == ErrorCode.HTTP_1_1_REQUIRED.code();
    }

    /** How long our latest measured PING took to be answered, in nanoseconds; -1 if none was. */
    public long roundTripNanos() {
        return current().roundTripNanos;
    }

    /** The same, smoothed: each measurement counts for an eighth (RFC 6298 section 2). -1 if there was none. */
    public long smoothedRoundTripNanos() {
        return current().smoothedRoundTripNanos;
    }

    // ---- the end ---------------------------------------------------------------------------------------------------

    /**
     * Whether the connection takes no new streams because it is ending: either end has sent GOAWAY or is about to, {@code close()}
     * was called, or the session is over.
     */
    public boolean draining() {
        return current().draining;
    }

    /** Whether the session is over: {@link Http2SessionEvent.SessionEnded} is being, or was, fired. */
    public boolean ended() {
        return current().ended;
    }

    @Override
    public String toString() {
        return "Http2SessionFacts[" + openStreams() + " streams open, " + availableStreams + " available of "
                + streamLimit + (draining ? ", draining]" : ended ? ", ended]" : "]");
    }

    // ---- published by the event loop -------------------------------------------------------------------------------

    void refreshedBy(Runnable publish) {
        refresh = publish;
    }

    void streams(int available, int open, int waiting) {
        if (availableStreams != available) {
            AVAILABLE.lazySet(this, available);
        }
        if (openStreams != open) {
            OPEN.lazySet(this, open);
        }
        if (waitingRequests != waiting) {
            WAITING.lazySet(this, waiting);
        }
    }

    void peer(long limit, boolean received) {
        if (streamLimit != limit) {
            streamLimit = limit;
        }
        if (settingsReceived != received) {
            settingsReceived = received;
        }
    }

    void goAway(int lastStreamId, long errorCode) {
        goAwayLastStreamId = lastStreamId;
        goAwayErrorCode = errorCode;
        goAwayReceived = true;
    }

    void end(boolean isDraining, boolean isOver) {
        if (draining != isDraining) {
            draining = isDraining;
        }
        if (ended != isOver) {
            ended = isOver;
        }
    }

    void roundTrip(long latest, long smoothed) {
        if (roundTripNanos != latest) {
            roundTripNanos = latest;
        }
        if (smoothedRoundTripNanos != smoothed) {
            smoothedRoundTripNanos = smoothed;
        }
    }
}
