package io.h2session.jfr;

import io.h2session.api.Http2Glitch;
import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SessionMetrics;
import io.h2session.api.Http2Stall;
import io.h2session.api.Unstable;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.FrameType;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import jdk.jfr.FlightRecorder;

/**
 * Makes events of Java Flight Recorder of what happens in sessions:
 *
 * <pre>{@code
 * Http2SessionHandler.forServer().metrics(new FlightRecording())
 * }</pre>
 *
 * <p>The events are {@code io.h2session.Session}, {@code Exchange} (only those that took 20 ms or more), {@code Stall} (10 ms or more),
 * {@code Reset}, {@code GoAway} and {@code Abuse}; a recording may set other thresholds. They have numbers, names of RFC 9113 and fixed
 * tokens, and nothing that a peer has written. An exchange that began before the recording is not in it.
 *
 * <p>As long as nothing is recorded, a call looks at a flag and returns. Who wants not even that gives sessions a {@code FlightRecording} when
 * {@link #started()}. Thread-safe: one object may serve any number of sessions.
 *
 * @since 0.1
 */
@Unstable
public final class FlightRecording implements Http2SessionMetrics {
    // What is asked is the same for all events of a type.
    private static final SessionEvent SESSION = new SessionEvent();
    private static final ExchangeEvent EXCHANGE = new ExchangeEvent();
    private static final StallEvent STALL = new StallEvent();
    private static final ResetEvent RESET = new ResetEvent();
    private static final GoAwayEvent GOAWAY = new GoAwayEvent();
    private static final AbuseEvent ABUSE = new AbuseEvent();

    private static final String RECEIVED = "received";
    private static final String SENT = "sent";

    private final AtomicLong numbers = new AtomicLong();

    /** Those of which something was recorded. */
    private final Map<Http2SessionContext, RecordedSession> sessions = new ConcurrentHashMap<>();

    /** Records nothing until a recording is started. */
    public FlightRecording() {}

    /** Whether Flight Recorder was started in this Java machine, by an option, by {@code jcmd} or by a program. */
    public static boolean started() {
        return FlightRecorder.isInitialized();
    }

    private RecordedSession of(Http2SessionContext session) {
        RecordedSession known = sessions.get(session);
        if (known == null) {
            // Each session calls on one thread.
            known = new RecordedSession(numbers.incrementAndGet(), session);
            sessions.put(session, known);
        }
        return known;
    }

    @Override
    public void sessionBegun(Http2SessionContext session) {
        if (SESSION.isEnabled()) {
            of(session).event.begin();
        }
    }

    @Override
    public void sessionEnded(Http2SessionContext session, String reason) {
        if (SESSION.isEnabled()) {
            of(session).ended(session, reason);
        }
        sessions.remove(session);
    }

    @Override
    public void streamOpened(Http2SessionContext session, int streamId, boolean local) {
        if (SESSION.isEnabled()) {
            of(session).event.streams++;
        }
        if (EXCHANGE.isEnabled()) {
            of(session).opened(streamId, local);
        }
    }

    @Override
    public void streamClosed(
            Http2SessionContext session,
            int streamId,
            boolean local,
            long errorCode,
            boolean inboundComplete,
            long firstByteNanos,
            long nanos) {
        if (EXCHANGE.isEnabled()) {
            of(session).closed(streamId, ErrorCode.name(errorCode), inboundComplete, firstByteNanos);
        }
    }

    @Override
    public void frameReceived(Http2SessionContext session, int type, int flags, int streamId, int length) {
        if (type == FrameType.DATA && EXCHANGE.isEnabled()) {
            ExchangeEvent exchange = of(session).exchange(streamId);
            if (exchange != null) {
                exchange.received += length;
            }
        }
    }

    @Override
    public void frameSent(Http2SessionContext session, int type, int flags, int streamId, int length) {
        if (type == FrameType.DATA && EXCHANGE.isEnabled()) {
            ExchangeEvent exchange = of(session).exchange(streamId);
            if (exchange != null) {
                exchange.sent += length;
            }
        }
    }

    @Override
    public void stallBegun(Http2SessionContext session, int streamId, Http2Stall cause) {
        if (STALL.isEnabled()) {
            of(session).stallBegun(streamId, cause);
        }
    }

    @Override
    public void stallEnded(Http2SessionContext session, int streamId, Http2Stall cause, long nanos) {
        if (STALL.isEnabled() || EXCHANGE.isEnabled()) {
            of(session).stallEnded(streamId, cause, nanos);
        }
    }

    @Override
    public void goAwayReceived(Http2SessionContext session, int lastStreamId, long errorCode) {
        if (GOAWAY.isEnabled()) {
            of(session).goAway(RECEIVED, lastStreamId, ErrorCode.name(errorCode));
        }
    }

    @Override
    public void goAwaySent(Http2SessionContext session, int lastStreamId, long errorCode) {
        if (GOAWAY.isEnabled()) {
            of(session).goAway(SENT, lastStreamId, ErrorCode.name(errorCode));
        }
    }

    @Override
    public void resetReceived(Http2SessionContext session, long errorCode) {
        if (RESET.isEnabled()) {
            of(session).reset(RECEIVED, ErrorCode.name(errorCode));
        }
    }

    @Override
    public void resetSent(Http2SessionContext session, long errorCode) {
        if (RESET.isEnabled()) {
            of(session).reset(SENT, ErrorCode.name(errorCode));
        }
    }

    @Override
    public void glitch(Http2SessionContext session, Http2Glitch cause) {
        if (SESSION.isEnabled()) {
            of(session).event.glitches++;
        }
        if (ABUSE.isEnabled()) {
            of(session).abuse(cause.name());
        }
    }
}
