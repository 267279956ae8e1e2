package io.h2session;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionListener;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.FrameType;
import io.h2session.hpack.HeaderList;
import io.h2session.testing.Bench;
import io.h2session.testing.Frames;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Floods in the preset of nghttp2, where each glitch costs one point of 10,000. */
class Nghttp2FloodTest {
    private static final int POINTS = 10_000;
    private static final byte[] NOTHING = {};
    private static final HeaderList GET =
            HeaderList.of(":method", "GET", ":scheme", "https", ":authority", "a", ":path", "/");
    private static final String[] PROMISED = {":method", "GET", ":scheme", "https", ":authority", "a", ":path", "/"};

    /**
     * What a peer repeats.
     *
     * @param role whose peer it is
     * @param first what comes before
     * @param again what is repeated, with a number that rises
     */
    record Flood(String name, Http2Role role, Consumer<Bench> first, BiConsumer<Frames, Integer> again) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Flood atServer(String name, BiConsumer<Frames, Integer> again) {
        return new Flood(
                name, Http2Role.SERVER, server -> server.say(server.peer().request(1, false, "/")), again);
    }

    static List<Flood> floods() {
        return List.of(
                atServer("PRIORITY", (peer, i) -> peer.priority(1, 0, 16, false)),
                atServer("PRIORITY_UPDATE", (peer, i) -> peer.priorityUpdate(1, "u=" + i % 8)),
                atServer("unknown frames", (peer, i) -> peer.frame(77, 0, 1)),
                atServer("ALTSVC from a client", (peer, i) -> peer.altSvc(0, "https://a", "h2=\":1\"")),
                atServer("empty DATA", (peer, i) -> peer.data(1, NOTHING, false)),
                atServer("padding and no DATA", (peer, i) -> peer.data(1, NOTHING, false, 256)),
                atServer("malformed requests", (peer, i) -> peer.headers(2 * i + 3, true, ":method", "GET")),
                new Flood(
                        "requests beyond our GOAWAY",
                        Http2Role.SERVER,
                        server -> {
                            server.say(server.peer().request(1, false, "/"));
                            server.session().submitGoAway(1, ErrorCode.NO_ERROR.code(), NOTHING);
                        },
                        (peer, i) -> peer.request(2 * i + 3, true, "/")),
                new Flood(
                        "HEADERS on a stream that is reset",
                        Http2Role.SERVER,
                        server -> {
                            server.say(server.peer().request(1, false, "/"));
                            server.session().submitReset(1, ErrorCode.CANCEL.code());
                        },
                        (peer, i) -> peer.headers(1, false, "a", "b")),
                new Flood(
                        "responses that were promised before our GOAWAY",
                        Http2Role.CLIENT,
                        client -> {
                            client.session().submitRequest(GET, null, null);
                            client.listen().say(client.peer().pushPromise(1, 2, PROMISED));
                            client.session().submitGoAway(2, ErrorCode.NO_ERROR.code(), NOTHING);
                        },
                        (peer, i) -> peer.response(2, false, 200)),
                new Flood(
                        "malformed ORIGIN",
                        Http2Role.CLIENT,
                        client -> {},
                        (peer, i) -> peer.frame(FrameType.ORIGIN, 0x80, 0)));
    }

    private static Bench bench(Http2Role role) {
        return new Bench(true, role, new Http2SessionListener() {}, options -> options.receivePriorityUpdate(true)
                        .receiveOrigin(true)
                        .enablePush(true))
                .greet();
    }

    @ParameterizedTest
    @MethodSource("floods")
    void eachOfItCostsAPoint(Flood flood) {
        try (Bench bench = bench(flood.role)) {
            flood.first.accept(bench);
            bench.listen();
            int times = 0;
            while (bench.session().terminationReason() == null && times <= POINTS) {
                Frames frames = bench.peer();
                flood.again.accept(frames, times);
                bench.say(frames).listen();
                times++;
            }
            assertThat(bench.session().terminationReason()).isEqualTo("too_much_abuse");
            assertThat(times).isEqualTo(POINTS + 1);
        }
    }

    /** It is the rate of RST_STREAM that a server of nghttp2's limits: it takes no more requests, and finishes what runs. */
    @Test
    void requestsThatAreReset() {
        try (Bench server = bench(Http2Role.SERVER)) {
            int times = 0;
            while (server.goAway() == null && times < POINTS) {
                int id = 2 * times + 1;
                server.say(server.peer().request(id, true, "/").reset(id, ErrorCode.CANCEL))
                        .listen();
                times++;
            }
            assertThat(times).isEqualTo(1_001);
            assertThat(server.session().terminationReason()).isNull();
        }
    }

    /** nghttp2 counts none of these. */
    @Test
    void promisesBeyondOurGoAwayAreFree() {
        try (Bench client = bench(Http2Role.CLIENT)) {
            client.session().submitRequest(GET, null, null);
            client.listen().session().submitGoAway(0, ErrorCode.NO_ERROR.code(), NOTHING);
            client.listen();
            for (int i = 0; i < 2 * POINTS; i++) {
                client.say(client.peer().pushPromise(1, 2 * i + 2, PROMISED));
            }
            assertThat(client.session().terminationReason()).isNull();
        }
    }
}
