package io.h2session.micrometer;

import io.h2session.api.Http2Glitch;
import io.h2session.api.Http2Stall;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What is measured of all servers, or of all clients. */
final class RoleMeters {
    /** There are fewer reasons in the engine. Should an application invent its own, they cannot fill a registry. */
    private static final int MAX_REASONS = 256;

    private static final Http2Stall[] STALLS = Http2Stall.values();
    private static final Http2Glitch[] GLITCHES = Http2Glitch.values();

    private final Tags tags;
    private final Tags received;
    private final Tags sent;
    private final SideMeters local;
    private final SideMeters remote;

    /** Guarded by this. */
    private final List<MeterRegistry> registries = new ArrayList<>();

    private final Map<String, LongAdder> ends = new ConcurrentHashMap<>();

    final LongAdder connections = new LongAdder();
    final LongAdder bytesReceived = new LongAdder();
    final LongAdder bytesSent = new LongAdder();
    final LongAdder headersReceivedWire = new LongAdder();
    final LongAdder headersReceivedDecoded = new LongAdder();
    final LongAdder headersSentWire = new LongAdder();
    final LongAdder headersSentDecoded = new LongAdder();
    final TypeCounters framesReceived;
    final TypeCounters framesSent;
    final CodeCounters resetsReceived;
    final CodeCounters resetsSent;
    final CodeCounters goAwaysReceived;
    final CodeCounters goAwaysSent;
    final Timers connectionDuration;
    final Timers requestQueued;
    final Timers pingRtt;

    /** By {@link Http2Glitch}. */
    final LongAdder[] glitches = Adders.of(GLITCHES.length);

    /** Of streams, by {@link Http2Stall}; null for a cause that streams do not have. */
    private final @Nullable StallMeters[] ofStreams = new StallMeters[STALLS.length];

    /** Of connections, by {@link Http2Stall}; null for a cause that connections do not have. */
    private final @Nullable StallMeters[] ofConnections = new StallMeters[STALLS.length];

    RoleMeters(Tags tags) {
        this.tags = tags;
        received = tags.and(Http2MeterTag.DIRECTION.asString(), "received");
        sent = tags.and(Http2MeterTag.DIRECTION.asString(), "sent");
        local = new SideMeters(tags.and(Http2MeterTag.SIDE.asString(), "local"));
        remote = new SideMeters(tags.and(Http2MeterTag.SIDE.asString(), "remote"));
        framesReceived = new TypeCounters(received);
        framesSent = new TypeCounters(sent);
        resetsReceived = new CodeCounters(Http2Meter.RESETS, received);
        resetsSent = new CodeCounters(Http2Meter.RESETS, sent);
        goAwaysReceived = new CodeCounters(Http2Meter.GOAWAYS, received);
        goAwaysSent = new CodeCounters(Http2Meter.GOAWAYS, sent);
        connectionDuration = new Timers(Http2Meter.CONNECTION_DURATION, tags);
        requestQueued = new Timers(Http2Meter.REQUEST_QUEUED, tags);
        pingRtt = new Timers(Http2Meter.PING_RTT, tags);
        for (Http2Stall stall : STALLS) {
            switch (stall) {
                case STREAM_WINDOW, APPLICATION -> ofStreams[stall.ordinal()] = of("stream", stall);
                case CONNECTION_WINDOW, PEER_STREAM_LIMIT -> ofConnections[stall.ordinal()] = of("connection", stall);
                case SOCKET -> {
                    ofStreams[stall.ordinal()] = of("stream", stall);
                    ofConnections[stall.ordinal()] = of("connection", stall);
                }
            }
        }
    }

    private StallMeters of(String scope, Http2Stall cause) {
        return new StallMeters(tags.and(
                Http2MeterTag.SCOPE.asString(), scope, Http2MeterTag.CAUSE.asString(), Http2Meter.lowerCase(cause)));
    }

    /** The meters of a stall of a stream, or of the connection, whose number is 0. */
    StallMeters stalls(int streamId, Http2Stall cause) {
        return (streamId == 0 ? ofConnections : ofStreams)[cause.ordinal()];
    }

    synchronized void bindTo(MeterRegistry registry) {
        registries.add(registry);
        Adders.bindGauge(registry, Http2Meter.CONNECTIONS, connections, tags);
        Adders.bind(registry, Http2Meter.BYTES, bytesReceived, received);
        Adders.bind(registry, Http2Meter.BYTES, bytesSent, sent);
        headers(registry, headersReceivedWire, received, "wire");
        headers(registry, headersReceivedDecoded, received, "decoded");
        headers(registry, headersSentWire, sent, "wire");
        headers(registry, headersSentDecoded, sent, "decoded");
        framesReceived.bindTo(registry);
        framesSent.bindTo(registry);
        resetsReceived.bindTo(registry);
        resetsSent.bindTo(registry);
        goAwaysReceived.bindTo(registry);
        goAwaysSent.bindTo(registry);
        connectionDuration.bindTo(registry);
        requestQueued.bindTo(registry);
        pingRtt.bindTo(registry);
        local.bindTo(registry);
        remote.bindTo(registry);
        for (StallMeters[] scope : List.of(ofStreams, ofConnections)) {
            for (StallMeters stalls : scope) {
                if (stalls != null) {
                    stalls.bindTo(registry);
                }
            }
        }
        for (Http2Glitch glitch : GLITCHES) {
            Adders.bind(
                    registry,
                    Http2Meter.GLITCHES,
                    glitches[glitch.ordinal()],
                    tags,
                    Http2MeterTag.CAUSE,
                    Http2Meter.lowerCase(glitch));
        }
        ends.forEach((reason, adder) -> bindEnds(registry, reason, adder));
    }

    private static void headers(MeterRegistry registry, LongAdder adder, Tags tags, String form) {
        Adders.bind(registry, Http2Meter.HEADER_BYTES, adder, tags, Http2MeterTag.FORM, form);
    }

    private void bindEnds(MeterRegistry registry, String reason, LongAdder adder) {
        Adders.bind(registry, Http2Meter.CONNECTION_ENDS, adder, tags, Http2MeterTag.REASON, reason);
    }

    SideMeters side(boolean isLocal) {
        return isLocal ? local : remote;
    }

    /** A session has ended. The counter of a reason is registered when it is needed: there are many reasons. */
    void ended(@Nullable String reason) {
        String known =
                reason == null || (ends.size() >= MAX_REASONS && !ends.containsKey(reason)) ? Adders.OTHER : reason;
        LongAdder adder = ends.get(known);
        if (adder == null) {
            adder = firstEnd(known);
        }
        adder.increment();
    }

    private synchronized LongAdder firstEnd(String reason) {
        LongAdder adder = ends.get(reason);
        if (adder == null) {
            adder = new LongAdder();
            ends.put(reason, adder);
            for (MeterRegistry registry : registries) {
                bindEnds(registry, reason, adder);
            }
        }
        return adder;
    }
}
