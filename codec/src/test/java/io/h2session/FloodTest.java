package io.h2session;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.DataResult;
import io.h2session.api.DataSource;
import io.h2session.api.Http2Limits;
import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SessionListener;
import io.h2session.api.Http2SessionOptions;
import io.h2session.api.Http2SessionResult;
import io.h2session.api.ReceiveAnswer;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.Frame;
import io.h2session.frame.FrameType;
import io.h2session.frame.HeadersFrame;
import io.h2session.hpack.HeaderField;
import io.h2session.hpack.HeaderList;
import io.h2session.testing.Bench;
import io.h2session.testing.Frames;
import io.h2session.testing.Recorder;
import io.h2session.testing.Talk;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers that send what is allowed, and too much of it, and peers that only seem to. */
class FloodTest {
    private static final HeaderList OK = HeaderList.of(":status", "200");
    private static final HeaderList POST =
            HeaderList.of(":method", "POST", ":scheme", "https", ":authority", "example.com", ":path", "/");
    private static final HeaderList GET =
            HeaderList.of(":method", "GET", ":scheme", "https", ":authority", "a", ":path", "/");

    /** Answers requests for a path of their own. */
    private final Recorder recorder = new Recorder() {
        @Override
        public ReceiveAnswer onHeader(Http2SessionContext session, Frame frame, HeaderField field) throws Exception {
            if (field.value().toString().equals("/answered")) {
                session.submitResponse(frame.streamId(), OK, null);
            }
            return super.onHeader(session, frame, field);
        }
    };

    /**
     * What a hostile peer repeats, and when it has to be too much.
     *
     * @param first what it says before
     * @param again what it repeats, with a number that rises
     * @param atLeast so many times are forgiven: an honest peer might do it
     * @param atMost so many times it gets through at most
     * @param reason what GOAWAY(ENHANCE_YOUR_CALM) says
     */
    record Flood(
            String name,
            Consumer<Frames> first,
            BiConsumer<Frames, Integer> again,
            int atLeast,
            int atMost,
            String reason) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Flood flood(
            String name,
            Consumer<Frames> first,
            BiConsumer<Frames, Integer> again,
            int atLeast,
            int atMost,
            String reason) {
        return new Flood(name, first, again, atLeast, atMost, reason);
    }

    static List<Flood> floods() {
        Consumer<Frames> nothing = peer -> {};
        Consumer<Frames> upload = peer -> peer.request(1, false, "/");
        byte[] empty = {};
        return List.of(
                flood("PING", nothing, (peer, i) -> peer.ping(i), 1000, 2001, "too_much_abuse"),
                flood("PING answers", nothing, (peer, i) -> peer.pingAck(i), 5000, 10_000, "too_much_abuse"),
                flood("SETTINGS", nothing, (peer, i) -> peer.settings(), 400, 500, "too_much_abuse"),
                flood(
                        "SETTINGS of windows",
                        peer -> {
                            for (int id = 1; id < 200; id += 2) {
                                peer.request(id, false, "/");
                            }
                        },
                        (peer, i) -> peer.settings(4, i % 2 * 65_535L),
                        250,
                        303,
                        "too_much_abuse"),
                flood("PRIORITY", nothing, (peer, i) -> peer.priority(1, 0, 16, false), 5000, 10_000, "too_much_abuse"),
                flood(
                        "PRIORITY_UPDATE",
                        upload,
                        (peer, i) -> peer.priorityUpdate(1, "u=" + i % 8),
                        2500,
                        5000,
                        "too_much_abuse"),
                flood("unknown frames", nothing, (peer, i) -> peer.frame(77, 0, 1), 5000, 10_000, "too_much_abuse"),
                flood(
                        "large unknown frames",
                        nothing,
                        (peer, i) -> peer.frame(77, 0, 1, new byte[4096]),
                        5000,
                        10_000,
                        "too_much_abuse"),
                flood(
                        "malformed requests",
                        nothing,
                        (peer, i) -> peer.headers(2 * i + 1, true, ":method", "GET"),
                        400,
                        500,
                        "too_much_abuse"),
                flood(
                        "WINDOW_UPDATE of the connection",
                        nothing,
                        (peer, i) -> peer.windowUpdate(0, 1),
                        5000,
                        10_100,
                        "too_much_abuse"),
                flood(
                        "WINDOW_UPDATE of a stream that is over",
                        peer -> peer.request(1, false, "/").reset(1, ErrorCode.CANCEL),
                        (peer, i) -> peer.windowUpdate(1, 1),
                        5000,
                        10_200,
                        "too_much_abuse"),
                flood(
                        "RST_STREAM of a stream that is over",
                        peer -> peer.request(1, false, "/").reset(1, ErrorCode.CANCEL),
                        (peer, i) -> peer.reset(1, ErrorCode.CANCEL),
                        5000,
                        10_200,
                        "too_much_abuse"),
                flood(
                        "DATA of a stream that the peer reset",
                        peer -> peer.request(1, false, "/").reset(1, ErrorCode.CANCEL),
                        (peer, i) -> peer.data(1, "late", false),
                        5000,
                        20_000,
                        "too_much_abuse"),
                flood("empty DATA", upload, (peer, i) -> peer.data(1, empty, false), 100, 100, "too_much_empty_data"),
                flood(
                        "padding and no DATA",
                        upload,
                        (peer, i) -> peer.data(1, empty, false, 256),
                        100,
                        100,
                        "too_much_empty_data"),
                flood(
                        "empty DATA and a little",
                        upload,
                        (peer, i) -> peer.times(4, Frames.script().data(1, empty, false))
                                .data(1, "x", false),
                        45,
                        50,
                        "too_much_empty_data"),
                flood(
                        "small CONTINUATIONs",
                        nothing,
                        (peer, i) -> {
                            byte[] block =
                                    peer.block(":method", "GET", ":scheme", "https", ":path", "/", ":authority", "a");
                            peer.headersBegin(2 * i + 1, true, Arrays.copyOf(block, 1))
                                    .continuation(2 * i + 1, false, Arrays.copyOfRange(block, 1, 2))
                                    .continuation(2 * i + 1, true, Arrays.copyOfRange(block, 2, block.length));
                        },
                        500,
                        600,
                        "too_much_abuse"),
                flood(
                        "GOAWAY",
                        nothing,
                        (peer, i) -> peer.goAway(0, ErrorCode.NO_ERROR, "x"),
                        400,
                        502,
                        "too_much_abuse"),
                flood(
                        "requests that are reset",
                        nothing,
                        (peer, i) -> peer.request(2 * i + 1, true, "/").reset(2 * i + 1, ErrorCode.CANCEL),
                        900,
                        1000,
                        "too_many_resets"),
                flood(
                        "requests that are reset and a little use",
                        nothing,
                        (peer, i) -> {
                            for (int id = 20 * i + 1; id < 20 * i + 19; id += 2) {
                                peer.request(id, true, "/").reset(id, ErrorCode.CANCEL);
                            }
                            peer.request(20 * i + 19, true, "/answered");
                        },
                        100,
                        126,
                        "too_many_resets"),
                flood(
                        "requests beyond the limit",
                        peer -> {
                            for (int id = 1; id < 200; id += 2) {
                                peer.request(id, false, "/");
                            }
                        },
                        (peer, i) -> peer.request(201 + 2 * i, true, "/"),
                        400,
                        500,
                        "too_much_abuse"));
    }

    @ParameterizedTest
    @MethodSource("floods")
    void aFloodEndsTheConnectionAndALittleOfItDoesNot(Flood flood) {
        try (Talk talk = Talk.server(recorder)) {
            talk.hears(flood.first);
            talk.says();
            int times = 0;
            while (!talk.session().terminated() && times <= flood.atMost) {
                Frames frames = talk.peer();
                flood.again.accept(frames, times);
                talk.session().recv(frames.buf());
                if (talk.session().terminationReason() == null) {
                    times++;
                }
                talk.says();
                Invariants.hold(talk.session());
            }
            assertThat(talk.session().terminationReason()).isEqualTo(flood.reason);
            assertThat(times).isBetween(flood.atLeast, flood.atMost);
        }
    }

    @ParameterizedTest
    @EnumSource(value = Http2Role.class)
    void whoReadsNoAnswersIsNotReadFromEither(Http2Role role) {
        try (Talk talk = role.isServer() ? Talk.server(recorder) : Talk.client(recorder)) {
            Frames pings = talk.peer().times(1100, Frames.script().ping(1));
            ByteBuf in = pings.buf();
            assertThat(talk.session().recv(in)).isEqualTo(Http2SessionResult.REPLIES_OWED);
            assertThat(in.readableBytes()).isEqualTo((1100 - 64) * 17);
            assertThat(talk.session().outboundQueueSize()).isEqualTo(64);
        }
    }

    // ---- DATA ------------------------------------------------------------------------------------------------------

    /** Consumed when half the window is used, never at once: any number is fine. */
    @ParameterizedTest
    @ValueSource(ints = {1, 45, 50, 255})
    void smallDataIsNeverTakenForAFlood(int bytes) {
        for (Http2Role role : Http2Role.values()) {
            try (Talk talk = role.isServer()
                    ? Talk.server(recorder, options -> options.automaticWindowUpdate(false))
                    : Talk.client(recorder, options -> options.automaticWindowUpdate(false))) {
                if (role.isServer()) {
                    talk.hears(peer -> peer.request(1, false, "/"));
                } else {
                    talk.session().submitRequest(GET, null, null);
                    talk.says();
                    talk.hears(peer -> peer.headers(1, false, ":status", "200"));
                }
                int late = 0;
                for (int i = 0; i < 1000; i++) {
                    talk.session()
                            .recv(talk.peer()
                                    .times(100, Frames.script().data(1, new byte[bytes], false))
                                    .buf());
                    recorder.take();
                    late += 100 * bytes;
                    if (late > 100_000) {
                        talk.session().consume(1, late);
                        late = 0;
                    }
                    talk.says();
                }
                assertThat(talk.session().terminationReason()).isNull();
            }
        }
    }

    private static DataSource endless() {
        return (id, max, sink) -> {
            sink.add(Unpooled.wrappedBuffer(new byte[max]));
            return DataResult.MORE;
        };
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 60_000})
    void windowDribbledToABodyThatWaitsEndsTheConnection(long window) {
        try (Talk talk = Talk.strange(
                        Http2Role.SERVER,
                        recorder,
                        options -> options.limits(limits -> limits.withMaxSmallWindowUpdates(100)))
                .greet(4, window)) {
            talk.hears(peer -> peer.request(1, true, "/"));
            talk.session().submitResponse(1, OK, endless());
            talk.says();
            int times = 0;
            while (!talk.session().terminated() && times < 10_000) {
                times++;
                talk.session().recv(talk.peer().windowUpdate(1, 1).buf());
                talk.says();
            }
            assertThat(talk.session().terminationReason()).isEqualTo("too_many_small_window_updates");
            assertThat(times).isBetween(101, 120 + (int) window / 15);
        }
    }

    @Test
    void windowDribbledForLongEndsTheConnectionWithTheDefaultOptions() {
        try (Bench bench = new Bench(Http2Role.SERVER, new Http2SessionListener() {}, options -> {})) {
            bench.greet(4, 1);
            bench.say(bench.peer().request(1, true, "/"));
            bench.session().submitResponse(1, OK, endless());
            Frames update = Frames.script().windowUpdate(1, 1);
            for (int i = 0; i < 1_200_000 && bench.goAway() == null; i++) {
                bench.listen().say(update);
            }
            bench.listen();
            assertThat(bench.goAway()).isEqualTo("too_many_small_window_updates");
            assertThat(bench.dataBytes()).isGreaterThan(1024 * 1024);
        }
    }

    /** The peer has everything that was sent, and gives back more than that. */
    @Test
    void creditBeyondWhatWasSentEndsTheConnection() {
        int sent = 1000;
        try (Talk talk = Talk.server(recorder)) {
            talk.hears(peer -> peer.request(1, false, "/"));
            talk.session().submitResponse(1, OK, DataSource.ofAscii("x".repeat(sent)));
            talk.says();
            int times = 0;
            while (talk.session().terminationReason() == null && times < 100_000) {
                times++;
                talk.session().recv(talk.peer().windowUpdate(times % 2, 1).buf());
                talk.says();
            }
            assertThat(talk.session().terminationReason()).isEqualTo("too_much_abuse");
            assertThat(times).isBetween(2 * sent + 5_000, 2 * sent + 10_200);
        }
    }

    // ---- windows of all streams ------------------------------------------------------------------------------------

    /** A server that sends a hundred endless bodies, whose windows are used up. */
    private static Bench hundredBodies() {
        Bench bench = new Bench(Http2Role.SERVER, new Http2SessionListener() {}, options -> {}).greet(4, 100);
        for (int id = 1; id < 200; id += 2) {
            bench.say(bench.peer().request(id, true, "/"));
            bench.session().submitResponse(id, OK, endless());
        }
        bench.listen();
        assertThat(bench.dataBytes()).isEqualTo(100 * 100);
        return bench;
    }

    @Test
    void aStepOfAllWindowsIsCheap() {
        try (Bench bench = hundredBodies()) {
            int times = 0;
            while (bench.goAway() == null && times < 1000) {
                times++;
                bench.say(bench.peer().settings(4, 100 + times)).listen();
            }
            assertThat(bench.goAway()).isEqualTo("too_much_abuse");
            assertThat(times).isBetween(250, 304);
            assertThat(bench.dataBytes()).isEqualTo(100 * 100 + 100 * 10);
        }
    }

    @Test
    void afterManySmallStepsABodyGoesOnWhenItsWindowIsWorthAFrame() {
        try (Bench bench = hundredBodies()) {
            for (int i = 1; i <= 20; i++) {
                bench.say(bench.peer().settings(4, 100 + i)).listen();
            }
            long before = bench.dataBytes();
            assertThat(before).isEqualTo(100 * 110);
            bench.say(bench.peer().windowUpdate(1, 5)).listen();
            assertThat(bench.dataBytes()).isEqualTo(before + 10 + 5);
            bench.say(bench.peer().settings(4, 110 + 1023)).listen();
            assertThat(bench.dataBytes()).isEqualTo(before + 15);
            bench.say(bench.peer().settings(4, 110 + 1024)).listen();
            assertThat(bench.dataBytes()).isEqualTo(before + 15 + 99 * 1024);
            bench.pass(1000).say(bench.peer().settings(4, 110 + 1025)).listen();
            assertThat(bench.dataBytes()).isEqualTo(100 * (100 + 1035) + 5);
        }
    }

    // ---- what a client has turned on -------------------------------------------------------------------------------

    static List<Flood> announcements() {
        Consumer<Frames> nothing = peer -> {};
        return List.of(
                flood(
                        "ALTSVC",
                        nothing,
                        (peer, i) -> peer.altSvc(0, "https://a", "h2=\":1\""),
                        5000,
                        10_000,
                        "too_much_abuse"),
                flood(
                        "ALTSVC of no use",
                        nothing,
                        (peer, i) -> peer.altSvc(0, "", "x"),
                        5000,
                        10_000,
                        "too_much_abuse"),
                flood("ORIGIN", nothing, (peer, i) -> peer.origin("https://a"), 5000, 10_000, "too_much_abuse"),
                flood(
                        "ORIGIN that is malformed",
                        nothing,
                        (peer, i) -> peer.frame(FrameType.ORIGIN, 0, 0, (byte) 0, (byte) 9, (byte) 'a'),
                        5000,
                        10_000,
                        "too_much_abuse"));
    }

    @ParameterizedTest
    @MethodSource("announcements")
    void aFloodOfWhatAClientHasTurnedOnEndsTheConnection(Flood flood) {
        Http2SessionListener told = new Http2SessionListener() {};
        try (Bench bench = new Bench(
                Http2Role.CLIENT, told, options -> options.receiveAltSvc(true).receiveOrigin(true))) {
            bench.greet();
            int times = 0;
            while (bench.goAway() == null && times <= flood.atMost) {
                Frames frames = bench.peer();
                flood.again.accept(frames, times);
                bench.say(frames).listen();
                times++;
            }
            assertThat(bench.goAway()).isEqualTo(flood.reason);
            assertThat(times).isBetween(flood.atLeast, flood.atMost + 1);
        }
    }

    // ---- promises --------------------------------------------------------------------------------------------------

    @Test
    void promisesBeforeOurSettingsAreAcknowledgedEndTheConnection() {
        assertThat(promises(false, 1, false)).isBetween(400, 501);
    }

    @Test
    void promisesBeyondWhatWeKeepEndTheConnection() {
        assertThat(promises(true, 1, false)).isBetween(1500, 2101);
    }

    @Test
    void promisesForARequestWeHaveResetEndTheConnection() {
        assertThat(promises(true, 1, true)).isBetween(1500, 2001);
    }

    /** After how many promises the connection ends. */
    private static int promises(boolean allowed, int parent, boolean reset) {
        try (Bench bench =
                new Bench(Http2Role.CLIENT, new Http2SessionListener() {}, options -> options.enablePush(allowed))) {
            bench.listen().say(bench.peer().settings());
            bench.session().submitRequest(POST, null, null);
            bench.listen();
            if (reset) {
                bench.session().submitReset(parent, ErrorCode.CANCEL.code());
                bench.listen();
            }
            int times = 0;
            while (bench.goAway() == null && times < 10_000) {
                times++;
                bench.say(bench.peer()
                                .pushPromise(
                                        parent,
                                        2 * times,
                                        ":method",
                                        "GET",
                                        ":scheme",
                                        "https",
                                        ":authority",
                                        "example.com",
                                        ":path",
                                        "/"))
                        .listen();
            }
            assertThat(bench.goAway()).isEqualTo("too_much_abuse");
            return times;
        }
    }

    @ParameterizedTest
    @EnumSource(value = Http2Role.class)
    void whatComesOnStreamsWeHaveResetEndsTheConnectionInTheEnd(Http2Role role) {
        Frames data = Frames.script().data(1, "x", false);
        assertThat(framesAfterOurReset(role, data)).isBetween(10_000, 15_000);
        Frames headers = Frames.script().headers(1, true, "a", "b");
        assertThat(framesAfterOurReset(role, headers)).isBetween(10_000, 10_010);
    }

    private static int framesAfterOurReset(Http2Role role, Frames frames) {
        try (Bench bench = new Bench(role, new Http2SessionListener() {}, options -> {}).greet()) {
            if (role.isServer()) {
                bench.say(bench.peer().request(1, false, "/"));
            } else {
                bench.session().submitRequest(POST, null, null);
            }
            bench.listen();
            bench.session().submitReset(1, ErrorCode.CANCEL.code());
            bench.listen();
            int times = 0;
            while (bench.goAway() == null && times < 20_000) {
                times++;
                bench.say(frames).listen();
            }
            assertThat(bench.goAway()).isEqualTo("too_much_abuse");
            return times;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 100})
    void aMixOfUselessFramesWithATrickleOfRequestsEndsTheConnection(int framesForARequest) {
        try (Talk talk = Talk.server(recorder)) {
            int sent = 0;
            for (int id = 1; !talk.session().terminated() && sent < 100_000; id += 2) {
                Frames mix = talk.peer().request(id, true, "/answered");
                for (int i = 0; i < framesForARequest; i++) {
                    switch (i % 5) {
                        case 0 -> mix.ping(i);
                        case 1 -> mix.frame(77, 0, id);
                        case 2 -> mix.priorityUpdate(id, "u=1");
                        case 3 -> mix.settings();
                        default -> mix.priority(id, 0, 16, false);
                    }
                    sent++;
                }
                talk.session().recv(mix.buf());
                talk.says();
                recorder.take();
            }
            assertThat(talk.session().terminationReason()).isEqualTo("too_much_abuse");
            assertThat(sent).isLessThan(3_000);
        }
    }

    @Test
    void dataThatCrossesOurResetIsForgiven() {
        try (Talk talk = Talk.server(
                recorder,
                options -> options.limits(limits -> limits.withAbuseBurst(20).withAbuseRate(0)))) {
            talk.hears(peer -> peer.request(1, false, "/"));
            talk.session().submitReset(1, ErrorCode.CANCEL.code());
            talk.says();
            for (int i = 0; i < 200; i++) {
                talk.hears(peer -> peer.data(1, new byte[1024], false));
                talk.says();
            }
            assertThat(talk.session().terminationReason()).isNull();
        }
    }

    // ---- honest peers ----------------------------------------------------------------------------------------------

    @Test
    void aGatewayThatCancelsAThirdOfItsRequestsStays() {
        try (Talk talk = Talk.server(recorder)) {
            for (int i = 0; i < 10_000; i++) {
                int id = 2 * i + 1;
                boolean cancelled = i % 3 == 0;
                talk.session().recv(talk.peer().request(id, true, "/").buf());
                if (cancelled) {
                    talk.session().recv(talk.peer().reset(id, ErrorCode.CANCEL).buf());
                } else {
                    talk.session().submitResponse(id, OK, null);
                }
                talk.says();
                recorder.take();
                assertThat(talk.session().terminationReason()).isNull();
            }
        }
    }

    @Test
    void aClientThatMeasuresWithPingsStays() {
        try (Talk talk = Talk.server(recorder)) {
            talk.hears(peer -> peer.request(1, false, "/"));
            for (int i = 0; i < 5000; i++) {
                talk.session()
                        .recv(talk.peer().data(1, "message", false).ping(i).buf());
                talk.says();
                recorder.take();
            }
            assertThat(talk.session().terminationReason()).isNull();
        }
    }

    @Test
    void aClientThatGivesCreditForEveryFrameStays() {
        DataSource events = (id, max, sink) -> {
            sink.add(Unpooled.wrappedBuffer(new byte[100]));
            return DataResult.DEFERRED;
        };
        try (Talk talk = Talk.server(recorder)) {
            talk.hears(peer -> peer.request(1, true, "/"));
            talk.session().submitResponse(1, OK, events);
            for (int i = 0; i < 20_000; i++) {
                talk.says();
                talk.session()
                        .recv(talk.peer()
                                .windowUpdate(0, 100)
                                .windowUpdate(1, 100)
                                .buf());
                talk.session().resumeData(1);
                recorder.take();
            }
            assertThat(talk.session().terminationReason()).isNull();
        }
    }

    // ---- exchanges the application still works for -----------------------------------------------------------------

    /** An application that never finishes. */
    private static final class Stuck extends Recorder {
        private final List<Runnable> holds = new ArrayList<>();

        @Override
        public void onFrameReceived(Http2SessionContext session, Frame frame) throws Exception {
            if (frame instanceof HeadersFrame) {
                holds.add(session.holdExchange(frame.streamId()));
            }
        }
    }

    @Test
    void requestsThatAreResetWhileTheyAreWorkedForAreBounded() {
        Stuck stuck = new Stuck();
        try (Talk talk = Talk.server(stuck, options -> options.maxRunningExchanges(10))) {
            int id = 1;
            for (; id < 500 && !talk.session().terminated(); id += 2) {
                Frames pair = talk.peer().request(id, true, "/");
                talk.session().recv(pair.buf());
                talk.session().recv(talk.peer().reset(id, ErrorCode.CANCEL).buf());
                List<String> said = talk.says();
                if (stuck.holds.size() == 10 && id > 21) {
                    assertThat(said).contains("RST_STREAM " + id + " REFUSED_STREAM");
                }
            }
            assertThat(stuck.holds).hasSize(10);
            assertThat(talk.session().terminationReason()).isNull();

            stuck.holds.get(0).run();
            stuck.holds.get(0).run();
            int next = id;
            talk.hears(peer -> peer.request(next, true, "/"));
            assertThat(stuck.holds).hasSize(11);
            stuck.holds.forEach(Runnable::run);
        }
    }

    @Test
    void requestsThatAreResetWhileNothingEverFinishesEndTheConnection() {
        Stuck stuck = new Stuck();
        try (Talk talk = Talk.server(stuck)) {
            int pairs = 0;
            for (; pairs < 10_000 && !talk.session().terminated(); pairs++) {
                int id = 2 * pairs + 1;
                talk.session()
                        .recv(talk.peer()
                                .request(id, true, "/")
                                .reset(id, ErrorCode.CANCEL)
                                .buf());
                talk.says();
                stuck.take();
            }
            assertThat(talk.session().terminationReason()).isEqualTo("too_much_abuse");
            assertThat(pairs).isLessThan(2000);
            assertThat(stuck.holds).hasSize(200);
        }
    }

    @Test
    void aHoldOfAStreamThatIsOpenCountsWithIt() {
        Stuck stuck = new Stuck();
        try (Talk talk = Talk.server(stuck, options -> options.maxRunningExchanges(4))) {
            talk.hears(
                    peer -> peer.request(1, false, "/").request(3, false, "/").request(5, false, "/"));
            assertThat(stuck.holds).hasSize(3);
            stuck.holds.get(0).run();
            talk.hears(peer -> peer.reset(1, ErrorCode.CANCEL).request(7, false, "/"));
            assertThat(stuck.holds).hasSize(4);
            talk.hears(peer -> peer.reset(3, ErrorCode.CANCEL).request(9, false, "/"));
            assertThat(stuck.holds).hasSize(5);
            talk.hears(peer -> peer.reset(5, ErrorCode.CANCEL).request(11, false, "/"));
            assertThat(stuck.holds).hasSize(5);
            assertThat(talk.says()).contains("RST_STREAM 11 REFUSED_STREAM");
        }
    }

    @Test
    void twiceAsManyExchangesMayRunAsStreamsBeOpen() {
        assertThat(Http2SessionOptions.builder().maxConcurrentStreams(7).build().maxRunningExchanges())
                .isEqualTo(14);
        assertThat(Http2SessionOptions.safe().toBuilder()
                        .maxConcurrentStreams(Http2SessionOptions.NO_LIMIT)
                        .build()
                        .maxRunningExchanges())
                .isEqualTo(Http2Limits.UNLIMITED);
    }

    @Test
    void likeNghttp2OnlyGlitchesAndResetsCount() {
        try (Talk talk = Talk.server(
                recorder,
                options -> options.limits(
                        limits -> limits.withAbuseWeighted(false).withMaxEmptyData(Http2Limits.UNLIMITED)))) {
            for (int i = 0; i < 5000; i++) {
                talk.session().recv(talk.peer().ping(i).windowUpdate(0, 1).buf());
                talk.says();
                recorder.take();
            }
            assertThat(talk.session().terminationReason()).isNull();
        }
    }
}
