package io.h2session.jfr;

import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2Stall;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is known of a session while it is recorded. Used by its thread only. */
final class RecordedSession {
    private final long number;
    private final String role;
    private final Map<Integer, ExchangeEvent> exchanges = new HashMap<>();
    private final Map<Integer, StallEvent> streamStalls = new HashMap<>();

    /** By {@link Http2Stall}. */
    private final @Nullable StallEvent[] connectionStalls = new StallEvent[Http2Stall.values().length];

    final SessionEvent event = new SessionEvent();

    RecordedSession(long number, Http2SessionContext session) {
        this.number = number;
        role = session.role().name();
    }

    // ---- the session -----------------------------------------------------------------------------------------------

    void ended(Http2SessionContext session, @Nullable String reason) {
        event.session = number;
        event.role = role;
        event.age = session.ageNanos();
        event.reason = reason;
        event.endedBy = String.valueOf(session.endedBy());
        event.commit();
    }

    void reset(String direction, String code) {
        ResetEvent reset = new ResetEvent();
        reset.session = number;
        reset.role = role;
        reset.direction = direction;
        reset.code = code;
        reset.commit();
    }

    void goAway(String direction, int lastStream, String code) {
        GoAwayEvent goAway = new GoAwayEvent();
        goAway.session = number;
        goAway.role = role;
        goAway.direction = direction;
        goAway.lastStream = lastStream;
        goAway.code = code;
        goAway.commit();
    }

    void abuse(String cause) {
        AbuseEvent abuse = new AbuseEvent();
        abuse.session = number;
        abuse.role = role;
        abuse.cause = cause;
        abuse.commit();
    }

    // ---- exchanges -------------------------------------------------------------------------------------------------

    void opened(int stream, boolean local) {
        ExchangeEvent exchange = new ExchangeEvent();
        exchange.session = number;
        exchange.role = role;
        exchange.stream = stream;
        exchange.openedBy = local ? "local" : "remote";
        exchange.begin();
        exchanges.put(stream, exchange);
    }

    /** The exchange on this stream; null if it began before the recording. */
    @Nullable
    ExchangeEvent exchange(int stream) {
        return exchanges.get(stream);
    }

    void closed(int stream, String code, boolean complete, long firstByte) {
        ExchangeEvent exchange = exchanges.remove(stream);
        if (exchange != null) {
            exchange.code = code;
            exchange.complete = complete;
            exchange.firstByte = firstByte;
            exchange.commit();
        }
    }

    // ---- stalls ----------------------------------------------------------------------------------------------------

    void stallBegun(int stream, Http2Stall cause) {
        StallEvent stall = new StallEvent();
        stall.session = number;
        stall.role = role;
        stall.stream = stream;
        stall.cause = cause.name();
        stall.begin();
        if (stream == 0) {
            connectionStalls[cause.ordinal()] = stall;
        } else {
            streamStalls.put(stream, stall);
        }
    }

    void stallEnded(int stream, Http2Stall cause, long nanos) {
        StallEvent stall;
        if (stream == 0) {
            stall = connectionStalls[cause.ordinal()];
            connectionStalls[cause.ordinal()] = null;
        } else {
            stall = streamStalls.remove(stream);
            ExchangeEvent exchange = exchanges.get(stream);
            if (exchange != null) {
                exchange.stalled += nanos;
            }
        }
        if (stall != null) {
            stall.commit();
        }
    }
}
