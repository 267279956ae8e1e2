package io.h2session.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.frame.ErrorCode;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionRegistry;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A client and a server with the same meters, of which each has its role as a tag. */
class MetersTest {
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final Http2SessionMeters meters = new Http2SessionMeters();
    private final Http2SessionRegistry sessions = new Http2SessionRegistry();

    /** Waits for every session's answer, however long it takes. */
    private final Http2SessionGauges gauges = new Http2SessionGauges(sessions, Tags.empty(), Duration.ofHours(1));

    /** What else is counted: registries hold it weakly. */
    private final List<Object> kept = new ArrayList<>();

    private Sessions pair;

    @BeforeEach
    void begin() {
        meters.bindTo(registry);
        gauges.bindTo(registry);
        pair = pair();
    }

    private Sessions pair() {
        return new Sessions(
                Http2SessionHandler.forClient().metrics(meters).registry(sessions),
                Http2SessionHandler.forServer().metrics(meters).registry(sessions));
    }

    @AfterEach
    void end() {
        pair.close();
    }

    private double count(Http2Meter meter, String... tags) {
        return registry.get(meter.getName()).tags(tags).functionCounter().count();
    }

    private double gauge(Http2Meter meter, String... tags) {
        return registry.get(meter.getName()).tags(tags).gauge().value();
    }

    private Timer timer(Http2Meter meter, String... tags) {
        return registry.get(meter.getName()).tags(tags).timer();
    }

    @Test
    void connectionsAreThereUntilTheyEndForAReason() {
        Sessions other = pair();
        assertThat(gauge(Http2Meter.CONNECTIONS, "role", "server")).isEqualTo(2);
        assertThat(gauge(Http2Meter.CONNECTIONS, "role", "client")).isEqualTo(2);

        other.close();
        assertThat(gauge(Http2Meter.CONNECTIONS, "role", "server")).isEqualTo(1);
        assertThat(gauge(Http2Meter.CONNECTIONS, "role", "client")).isEqualTo(1);
        assertThat(timer(Http2Meter.CONNECTION_DURATION, "role", "server").count())
                .isEqualTo(1);
        List<Tag> ended = registry.get(Http2Meter.CONNECTION_ENDS.getName()).meters().stream()
                .flatMap(meter -> meter.getId().getTags().stream())
                .filter(tag -> tag.getKey().equals("reason"))
                .toList();
        assertThat(ended).hasSize(2).allMatch(tag -> tag.getValue().matches("[a-z0-9_]+"));
    }

    @Test
    void eachStreamCountsOnTheSideThatOpenedIt() {
        pair.answer = stream -> {};
        Http2StreamHandle stream = pair.request();
        pair.request();
        assertThat(gauge(Http2Meter.STREAMS_ACTIVE, "role", "client", "side", "local"))
                .isEqualTo(2);
        assertThat(gauge(Http2Meter.STREAMS_ACTIVE, "role", "client", "side", "remote"))
                .isZero();
        assertThat(gauge(Http2Meter.STREAMS_ACTIVE, "role", "server", "side", "remote"))
                .isEqualTo(2);

        pair.client.writeAndFlush(Http2SessionWrite.reset(stream, ErrorCode.CANCEL));
        pair.exchange();
        assertThat(gauge(Http2Meter.STREAMS_ACTIVE, "role", "server", "side", "remote"))
                .isEqualTo(1);
        assertThat(count(Http2Meter.STREAM_ENDS, "role", "server", "side", "remote", "code", "CANCEL"))
                .isEqualTo(1);
        assertThat(timer(Http2Meter.STREAM_DURATION, "role", "server", "side", "remote")
                        .count())
                .isEqualTo(1);
        assertThat(timer(Http2Meter.STREAM_FIRST_BYTE, "role", "server", "side", "remote")
                        .count())
                .isZero();
    }

    @Test
    void anExchangeIsTimedAtBothEnds() {
        pair.request();
        assertThat(timer(Http2Meter.STREAM_DURATION, "role", "client", "side", "local")
                        .count())
                .isEqualTo(1);
        assertThat(timer(Http2Meter.STREAM_FIRST_BYTE, "role", "client", "side", "local")
                        .count())
                .isEqualTo(1);
        assertThat(timer(Http2Meter.STREAM_FIRST_BYTE, "role", "server", "side", "remote")
                        .count())
                .isEqualTo(1);
        assertThat(timer(Http2Meter.REQUEST_QUEUED, "role", "client").count()).isEqualTo(1);
        assertThat(timer(Http2Meter.REQUEST_QUEUED, "role", "server").count()).isZero();
    }

    @Test
    void whatOneEndSendsTheOtherReceives() {
        pair.request();
        pair.request();
        for (Http2Meter meter : List.of(Http2Meter.FRAMES, Http2Meter.BYTES, Http2Meter.HEADER_BYTES)) {
            for (Meter sent :
                    registry.get(meter.getName()).tags("direction", "sent").meters()) {
                Tags mirrored = Tags.of(sent.getId().getTags())
                        .and("direction", "received")
                        .and("role", "client".equals(sent.getId().getTag("role")) ? "server" : "client");
                FunctionCounter received =
                        registry.get(meter.getName()).tags(mirrored).functionCounter();
                assertThat(((FunctionCounter) sent).count())
                        .as("%s", sent.getId())
                        .isEqualTo(received.count());
            }
        }
        assertThat(count(Http2Meter.FRAMES, "role", "server", "direction", "received", "type", "HEADERS"))
                .isEqualTo(2);
        assertThat(count(Http2Meter.FRAMES, "role", "server", "direction", "sent", "type", "DATA"))
                .isEqualTo(2);
        double wire = count(Http2Meter.HEADER_BYTES, "role", "client", "direction", "sent", "form", "wire");
        double decoded = count(Http2Meter.HEADER_BYTES, "role", "client", "direction", "sent", "form", "decoded");
        assertThat(wire).isBetween(10.0, decoded / 4);
    }

    @Test
    void resetsAndGoAwayAreCountedByCodeAndDirection() {
        pair.answer = stream -> pair.server.writeAndFlush(Http2SessionWrite.reset(stream, ErrorCode.REFUSED_STREAM));
        pair.request();
        assertThat(count(Http2Meter.RESETS, "role", "server", "direction", "sent", "code", "REFUSED_STREAM"))
                .isEqualTo(1);
        assertThat(count(Http2Meter.RESETS, "role", "client", "direction", "received", "code", "REFUSED_STREAM"))
                .isEqualTo(1);

        pair.server.writeAndFlush(Http2SessionWrite.terminate(ErrorCode.ENHANCE_YOUR_CALM.code()));
        pair.exchange();
        assertThat(count(Http2Meter.GOAWAYS, "role", "server", "direction", "sent", "code", "ENHANCE_YOUR_CALM"))
                .isEqualTo(1);
        assertThat(count(Http2Meter.GOAWAYS, "role", "client", "direction", "received", "code", "ENHANCE_YOUR_CALM"))
                .isEqualTo(1);
        assertThat(count(Http2Meter.CONNECTION_ENDS, "role", "server", "reason", "terminated"))
                .isEqualTo(1);
    }

    /** A peer chooses these numbers, and must not make tags of them. */
    @Test
    void unknownTypesAndCodesAreOther() {
        pair.answer = stream -> {};
        pair.request();
        for (String frame : List.of(
                "000000fe0000000001", // a type without a name
                "0000001100000000" + "00", // the first type above those that have names
                "0000000b0000000000", // a type without a name between those that have one
                "000004030000000001" + "0badc0de")) {
            pair.server.writeInbound(Unpooled.wrappedBuffer(HexFormat.of().parseHex(frame)));
        }
        pair.exchange();
        assertThat(count(Http2Meter.FRAMES, "role", "server", "direction", "received", "type", "other"))
                .isEqualTo(3);
        assertThat(count(Http2Meter.RESETS, "role", "server", "direction", "received", "code", "other"))
                .isEqualTo(1);
        assertThat(count(Http2Meter.STREAM_ENDS, "role", "server", "side", "remote", "code", "other"))
                .isEqualTo(1);
    }

    @Test
    void stallsAreCountedWhenTheyBeginAndTimedWhenTheyEnd() {
        pair.keeps = true;
        pair.answer = stream -> pair.server.writeAndFlush(
                Http2SessionWrite.response(stream, Sessions.status(), Sessions.text("x".repeat(2_000_000))));
        pair.request();
        String[] ofStream = {"role", "server", "scope", "stream", "cause", "stream_window"};
        assertThat(count(Http2Meter.FLOW_STALLS, ofStream)).isEqualTo(1);
        assertThat(timer(Http2Meter.FLOW_STALLED, ofStream).count()).isZero();

        pair.releaseKept();
        assertThat(timer(Http2Meter.FLOW_STALLED, ofStream).count()).isPositive();
    }

    @Test
    void whatPeersDoTooOftenIsCountedByCause() {
        pair.answer = stream -> {};
        pair.client.writeAndFlush(Http2SessionWrite.reset(pair.request(), ErrorCode.CANCEL));
        pair.exchange();
        assertThat(count(Http2Meter.GLITCHES, "role", "server", "cause", "reset"))
                .isEqualTo(1);
        assertThat(count(Http2Meter.GLITCHES, "role", "server", "cause", "refused_stream"))
                .isZero();
    }

    @Test
    void roundTripsAreTimed() {
        pair.client.writeAndFlush(Http2SessionWrite.ping(7));
        pair.exchange();
        assertThat(timer(Http2Meter.PING_RTT, "role", "client").count()).isEqualTo(1);
    }

    @Test
    void gaugesAddUpWhatTheSessionsHold() {
        pair.keeps = true;
        pair.answer = stream -> pair.server.writeAndFlush(
                Http2SessionWrite.response(stream, Sessions.status(), Sessions.text("x".repeat(2_000_000))));
        pair.request();
        Sessions other = pair();
        other.keeps = true;
        other.answer = stream -> other.server.writeAndFlush(
                Http2SessionWrite.response(stream, Sessions.status(), Sessions.text("x".repeat(2_000_000))));
        other.request();
        List<Sessions> both = List.of(pair, other);

        refreshed(both);
        double unconsumed = gauge(Http2Meter.UNCONSUMED, "role", "client");
        assertThat(unconsumed).isPositive();
        assertThat(unconsumed + gauge(Http2Meter.PENDING_BYTES, "role", "server"))
                .isEqualTo(2 * 2_000_000);
        assertThat(gauge(Http2Meter.HPACK_TABLES, "role", "client", "direction", "sent"))
                .isPositive()
                .isEqualTo(gauge(Http2Meter.HPACK_TABLES, "role", "server", "direction", "received"));
        assertThat(gauge(Http2Meter.STREAMS_PENDING, "role", "client", "side", "local"))
                .isZero();
        assertThat(gauge(Http2Meter.PENDING_FRAMES, "role", "server")).isZero();

        other.close();
        refreshed(List.of(pair));
        assertThat(gauge(Http2Meter.UNCONSUMED, "role", "client")).isEqualTo(unconsumed / 2);
    }

    private void refreshed(List<Sessions> running) {
        boolean[] done = new boolean[1];
        gauges.refresh().thenRun(() -> done[0] = true);
        running.forEach(Sessions::exchange);
        assertThat(done[0]).isTrue();
    }

    /** Reading does not wait for the event loop: it has the sums of the time before. */
    @Test
    void aGaugeThatIsReadAsksForNewSums() {
        pair.request();
        assertThat(gauge(Http2Meter.HPACK_TABLES, "role", "client", "direction", "sent"))
                .isZero();
        assertThat(gauge(Http2Meter.HPACK_TABLES, "role", "client", "direction", "sent"))
                .isZero();
        pair.exchange();
        assertThat(gauge(Http2Meter.HPACK_TABLES, "role", "client", "direction", "sent"))
                .isPositive();
    }

    @Test
    void severalRegistriesAndTagsOfTheApplication() {
        Http2SessionMeters tagged = new Http2SessionMeters(Tags.of("server", "edge"));
        kept.add(tagged);
        MeterRegistry first = new SimpleMeterRegistry();
        MeterRegistry late = new SimpleMeterRegistry();
        tagged.bindTo(first);
        try (Sessions measured = new Sessions(
                Http2SessionHandler.forClient(), Http2SessionHandler.forServer().metrics(tagged))) {
            measured.request();
            tagged.bindTo(late);
            measured.request();
        }
        for (MeterRegistry each : List.of(first, late)) {
            assertThat(each.get("h2session.frames")
                            .tags("server", "edge", "role", "server", "direction", "received", "type", "HEADERS")
                            .functionCounter()
                            .count())
                    .isEqualTo(2);
            assertThat(each.get("h2session.connection.ends").functionCounter().count())
                    .isEqualTo(1);
            assertThat(each.find("h2session.connections").tags("role", "client").gauge())
                    .isNull();
        }
        assertThat(first.get("h2session.stream.duration")
                        .tags("side", "remote")
                        .timer()
                        .count())
                .isEqualTo(2);
        assertThat(late.get("h2session.stream.duration")
                        .tags("side", "remote")
                        .timer()
                        .count())
                .isEqualTo(1);
    }

    /** Should an application invent reasons, they do not fill the registry. */
    @Test
    void thereIsAnEndToTheReasons() {
        RoleMeters role = new RoleMeters(Tags.empty());
        kept.add(role);
        MeterRegistry own = new SimpleMeterRegistry();
        role.bindTo(own);
        for (int i = 0; i < 1_000; i++) {
            role.ended("reason_" + i);
        }
        role.ended("reason_1");
        role.ended(null);
        assertThat(own.get("h2session.connection.ends").meters()).hasSize(257);
        assertThat(own.get("h2session.connection.ends")
                        .tags("reason", "reason_1")
                        .functionCounter()
                        .count())
                .isEqualTo(2);
        assertThat(own.get("h2session.connection.ends")
                        .tags("reason", "other")
                        .functionCounter()
                        .count())
                .isEqualTo(745);
    }

    /** What is registered is what is documented: the names, the types, the units and the keys of the tags. */
    @Test
    void everyMeterIsAsItIsDocumented() {
        pair.request();
        pair.close();
        EnumSet<Http2Meter> found = EnumSet.noneOf(Http2Meter.class);
        for (Meter registered : registry.getMeters()) {
            Http2Meter meter = List.of(Http2Meter.values()).stream()
                    .filter(one -> one.getName().equals(registered.getId().getName()))
                    .findFirst()
                    .orElseThrow();
            found.add(meter);
            assertThat(registered.getId().getType()).isEqualTo(meter.getType());
            assertThat(registered.getId().getDescription()).isEqualTo(meter.description());
            if (meter.getType() != Meter.Type.TIMER) {
                assertThat(registered.getId().getBaseUnit()).isEqualTo(meter.getBaseUnit());
            }
            Set<String> keys = Set.of(meter.getKeyNames()).stream()
                    .map(key -> key.asString())
                    .collect(Collectors.toSet());
            assertThat(registered.getId().getTags()).extracting(Tag::getKey).containsExactlyInAnyOrderElementsOf(keys);
        }
        assertThat(found).isEqualTo(EnumSet.allOf(Http2Meter.class));
    }
}
