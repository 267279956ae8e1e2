package io.h2session.micrometer;

import io.h2session.api.Http2Glitch;
import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SessionMetrics;
import io.h2session.api.Http2Stall;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Counts what happens in any number of sessions:
 *
 * <pre>{@code
 * Http2SessionMeters meters = new Http2SessionMeters();
 * meters.bindTo(registry);
 * Http2SessionHandler.forServer().metrics(meters)
 * }</pre>
 *
 * <p>The meters are those of {@link Http2Meter}, apart from the ones that {@link Http2SessionGauges} has. Those of servers and those of
 * clients are registered when their first session begins, all at once, so that each counter is at 0 before it counts. What happened
 * before {@link #bindTo} is in the counters, and not in the timers.
 *
 * <p>Thread-safe: one object may serve the sessions of all event loops, and several registries. A registry may have one such object for
 * each set of tags; the counters of a second one with the same tags would be lost.
 *
 * @since 0.1
 */
public final class Http2SessionMeters implements Http2SessionMetrics, MeterBinder {
    private final Tags tags;
    private final AtomicReferenceArray<RoleMeters> roles = new AtomicReferenceArray<>(Http2Role.values().length);

    /** Guarded by this. */
    private final List<MeterRegistry> registries = new ArrayList<>();

    /** Meters without tags of their own. */
    public Http2SessionMeters() {
        this(Tags.empty());
    }

    /** Meters that all have these tags, too, such as the name of a server. */
    public Http2SessionMeters(Iterable<Tag> tags) {
        this.tags = Tags.of(tags);
    }

    /** {@inheritDoc} Several registries may be bound. */
    @Override
    public synchronized void bindTo(MeterRegistry registry) {
        registries.add(registry);
        for (int i = 0; i < roles.length(); i++) {
            RoleMeters meters = roles.get(i);
            if (meters != null) {
                meters.bindTo(registry);
            }
        }
    }

    private RoleMeters of(Http2SessionContext session) {
        Http2Role role = session.role();
        RoleMeters meters = roles.get(role.ordinal());
        return meters == null ? make(role) : meters;
    }

    private synchronized RoleMeters make(Http2Role role) {
        RoleMeters meters = roles.get(role.ordinal());
        if (meters == null) {
            meters = new RoleMeters(tags.and(Tag.of(Http2MeterTag.ROLE.asString(), Http2Meter.lowerCase(role))));
            for (MeterRegistry registry : registries) {
                meters.bindTo(registry);
            }
            roles.set(role.ordinal(), meters);
        }
        return meters;
    }

    @Override
    public void sessionBegun(Http2SessionContext session) {
        of(session).connections.increment();
    }

    @Override
    public void sessionEnded(Http2SessionContext session, String reason) {
        RoleMeters meters = of(session);
        meters.connections.decrement();
        meters.ended(reason);
        meters.connectionDuration.record(session.ageNanos());
    }

    @Override
    public void frameReceived(Http2SessionContext session, int type, int flags, int streamId, int length) {
        of(session).framesReceived.of(type).increment();
    }

    @Override
    public void frameSent(Http2SessionContext session, int type, int flags, int streamId, int length) {
        of(session).framesSent.of(type).increment();
    }

    @Override
    public void bytesReceived(Http2SessionContext session, int bytes) {
        of(session).bytesReceived.add(bytes);
    }

    @Override
    public void bytesSent(Http2SessionContext session, int bytes) {
        of(session).bytesSent.add(bytes);
    }

    @Override
    public void streamOpened(Http2SessionContext session, int streamId, boolean local) {
        of(session).side(local).active.increment();
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
        SideMeters side = of(session).side(local);
        side.active.decrement();
        side.ends.of(errorCode).increment();
        side.duration.record(nanos);
        if (firstByteNanos >= 0) {
            side.firstByte.record(firstByteNanos);
        }
    }

    @Override
    public void requestSent(Http2SessionContext session, int streamId, long queuedNanos) {
        of(session).requestQueued.record(queuedNanos);
    }

    @Override
    public void stallBegun(Http2SessionContext session, int streamId, Http2Stall cause) {
        of(session).stalls(streamId, cause).begun();
    }

    @Override
    public void stallEnded(Http2SessionContext session, int streamId, Http2Stall cause, long nanos) {
        of(session).stalls(streamId, cause).ended(nanos);
    }

    @Override
    public void headersReceived(Http2SessionContext session, int encodedBytes, int listSize) {
        RoleMeters meters = of(session);
        meters.headersReceivedWire.add(encodedBytes);
        meters.headersReceivedDecoded.add(listSize);
    }

    @Override
    public void headersSent(Http2SessionContext session, int encodedBytes, int listSize) {
        RoleMeters meters = of(session);
        meters.headersSentWire.add(encodedBytes);
        meters.headersSentDecoded.add(listSize);
    }

    @Override
    public void goAwayReceived(Http2SessionContext session, int lastStreamId, long errorCode) {
        of(session).goAwaysReceived.of(errorCode).increment();
    }

    @Override
    public void goAwaySent(Http2SessionContext session, int lastStreamId, long errorCode) {
        of(session).goAwaysSent.of(errorCode).increment();
    }

    @Override
    public void resetReceived(Http2SessionContext session, long errorCode) {
        of(session).resetsReceived.of(errorCode).increment();
    }

    @Override
    public void resetSent(Http2SessionContext session, long errorCode) {
        of(session).resetsSent.of(errorCode).increment();
    }

    @Override
    public void glitch(Http2SessionContext session, Http2Glitch cause) {
        of(session).glitches[cause.ordinal()].increment();
    }

    @Override
    public void roundTrip(Http2SessionContext session, long nanos) {
        of(session).pingRtt.record(nanos);
    }
}
