package io.h2session;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionListener;
import io.h2session.api.Http2SessionOptions;
import io.h2session.frame.ErrorCode;
import io.h2session.hpack.HeaderList;
import io.h2session.testing.Bench;
import io.h2session.testing.Frames;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Floods of what is ignored: beyond our GOAWAY, on a request that the application discards, in header lists we do not take. */
class IgnoredFloodTest {
    private static final byte[] NOTHING = {};
    private static final HeaderList POST =
            HeaderList.of(":method", "POST", ":scheme", "https", ":authority", "a", ":path", "/");
    private static final String[] PROMISED = {":method", "GET", ":scheme", "https", ":authority", "a", ":path", "/"};

    private static Bench bench(Http2Role role, Consumer<Http2SessionOptions.Builder> options) {
        return new Bench(role, new Http2SessionListener() {}, options).greet();
    }

    /** A server with a request for which it has nothing but RST_STREAM, or a client that gave its request up. */
    private static Bench resetting(Http2Role role) {
        Bench bench = bench(role, options -> {});
        if (role.isServer()) {
            bench.say(bench.peer().request(1, false, "/"));
        } else {
            bench.session().submitRequest(POST, null, null);
        }
        bench.listen();
        bench.session().submitReset(1, ErrorCode.CANCEL.code());
        return bench;
    }

    /** How many times it is said until the connection ends for that reason. */
    private static int times(Bench bench, String reason, BiConsumer<Frames, Integer> said) {
        int times = 0;
        while (bench.session().terminationReason() == null && times < 20_000) {
            Frames frames = bench.peer();
            said.accept(frames, times++);
            bench.say(frames).listen();
        }
        assertThat(bench.session().terminationReason()).isEqualTo(reason);
        return times;
    }

    @Test
    void requestsBeyondOurGoAway() {
        try (Bench server = bench(Http2Role.SERVER, options -> {})) {
            server.say(server.peer().request(1, false, "/"));
            server.session().submitGoAway(1, ErrorCode.NO_ERROR.code(), NOTHING);
            server.listen();
            assertThat(times(server, "too_much_abuse", (peer, i) -> peer.request(3 + 2 * i, true, "/")))
                    .isBetween(5_000, 10_001);
        }
    }

    @Test
    void emptyDataOfARequestThatIsDiscarded() {
        try (Bench server = bench(Http2Role.SERVER, options -> {})) {
            server.say(server.peer().request(1, false, "/"));
            server.session().discardRequest(1);
            assertThat(times(server, "too_much_empty_data", (peer, i) -> peer.data(1, NOTHING, false)))
                    .isBetween(100, 103);
        }
    }

    @Test
    void requestsWhoseHeaderListsAreTooLarge() {
        try (Bench server = bench(Http2Role.SERVER, options -> options.maxHeaderListSize(1_000))) {
            String large = "x".repeat(1_000);
            assertThat(times(server, "too_much_abuse", (peer, i) -> peer.request(1 + 2 * i, false, "/", "a", large)))
                    .isBetween(400, 501);
        }
    }

    // ---- RST_STREAM of ours that waits, because the peer reads nothing ---------------------------------------------

    @ParameterizedTest
    @EnumSource(Http2Role.class)
    void dataOnAStreamWhoseResetIsStillQueued(Http2Role role) {
        try (Bench bench = resetting(role)) {
            assertThat(timesUnheard(bench, (peer, i) -> peer.data(1, new byte[16], false)))
                    .isBetween(10_000, 15_000);
        }
    }

    @ParameterizedTest
    @EnumSource(Http2Role.class)
    void headersOnAStreamWhoseResetIsStillQueued(Http2Role role) {
        try (Bench bench = resetting(role)) {
            assertThat(timesUnheard(bench, (peer, i) -> peer.headers(1, false, "a", "b")))
                    .isBetween(10_000, 10_010);
        }
    }

    @Test
    void headersOfARequestThatIsDiscarded() {
        try (Bench server = bench(Http2Role.SERVER, options -> {})) {
            server.say(server.peer().request(1, false, "/"));
            server.session().discardRequest(1);
            assertThat(times(server, "too_much_abuse", (peer, i) -> peer.headers(1, false, "a", "b")))
                    .isBetween(10_000, 10_010);
        }
    }

    /** How many times it is said, to a session that sends nothing, until the connection ends. */
    private static int timesUnheard(Bench bench, BiConsumer<Frames, Integer> said) {
        int times = 0;
        while (bench.session().terminationReason() == null && times < 20_000) {
            Frames frames = bench.peer();
            said.accept(frames, times++);
            bench.say(frames);
        }
        assertThat(bench.session().terminationReason()).isEqualTo("too_much_abuse");
        return times;
    }

    // ---- promises --------------------------------------------------------------------------------------------------

    @Test
    void promisesBeyondOurGoAway() {
        try (Bench client = bench(Http2Role.CLIENT, options -> options.enablePush(true))) {
            client.session().submitRequest(POST, null, null);
            client.listen().session().submitGoAway(0, ErrorCode.NO_ERROR.code(), NOTHING);
            client.listen();
            assertThat(times(client, "too_much_abuse", (peer, i) -> peer.pushPromise(1, 2 + 2 * i, PROMISED)))
                    .isBetween(10_000, 10_001);
        }
    }

    // ---- what crosses an answer of ours on the wire is forgiven ----------------------------------------------------

    /** In many more frames than points are left. */
    private static void aWindowOfDataIsForgiven(Bench bench, int streamId) {
        for (int i = 0; i < 200; i++) {
            bench.say(bench.peer().data(streamId, new byte[1024], false)).listen();
        }
        assertThat(bench.session().terminationReason()).isNull();
    }

    private static Http2SessionOptions.Builder forgiving(int points, Http2SessionOptions.Builder options) {
        return options.limits(limits -> limits.withAbuseBurst(points).withAbuseRate(0));
    }

    @Test
    void dataThatCrossesARefusalIsForgiven() {
        try (Bench server =
                bench(Http2Role.SERVER, options -> forgiving(40, options).maxConcurrentStreams(1))) {
            server.say(server.peer().request(1, false, "/").request(3, false, "/"))
                    .listen();
            assertThat(server.resets()).isEqualTo(1);
            aWindowOfDataIsForgiven(server, 3);
        }
    }

    @Test
    void dataOfARequestBeyondOurGoAwayIsForgiven() {
        try (Bench server = bench(Http2Role.SERVER, options -> forgiving(20, options))) {
            server.say(server.peer().request(1, false, "/"));
            server.session().submitGoAway(1, ErrorCode.NO_ERROR.code(), NOTHING);
            server.listen().say(server.peer().request(3, false, "/"));
            aWindowOfDataIsForgiven(server, 3);
        }
    }

    @Test
    void dataThatCrossesOurResponseToATooLargeHeaderListIsForgiven() {
        try (Bench server =
                bench(Http2Role.SERVER, options -> forgiving(40, options).maxHeaderListSize(1_000))) {
            server.say(server.peer().request(1, false, "/", "a", "x".repeat(1_000)))
                    .listen();
            assertThat(server.resets()).isEqualTo(1);
            aWindowOfDataIsForgiven(server, 1);
        }
    }

    /** The response waits to be sent, and the stream is not reset yet. */
    @Test
    void trailersThatCrossOurResponseToATooLargeHeaderListAreForgiven() {
        try (Bench server =
                bench(Http2Role.SERVER, options -> forgiving(20, options).maxHeaderListSize(1_000))) {
            server.say(server.peer().request(1, false, "/", "a", "x".repeat(1_000)))
                    .say(server.peer().headers(1, true, "a", "b"))
                    .listen();
            assertThat(server.session().terminationReason()).isNull();
        }
    }
}
