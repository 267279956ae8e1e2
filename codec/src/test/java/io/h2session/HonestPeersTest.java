package io.h2session;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.BodySink;
import io.h2session.api.DataResult;
import io.h2session.api.DataSource;
import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SessionListener;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.Frame;
import io.h2session.frame.FrameFlags;
import io.h2session.frame.FrameType;
import io.h2session.hpack.HeaderList;
import io.h2session.testing.Bench;
import io.h2session.testing.Frames;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Peers that are unusual, slow, or busy, and mean no harm: with the default options no connection ends, and no stream that the
 * peer did not reset itself. The counterpart of {@link FloodTest}; time is virtual.
 */
class HonestPeersTest {
    private static final HeaderList OK = HeaderList.of(":status", "200");
    private static final HeaderList GET =
            HeaderList.of(":method", "GET", ":scheme", "https", ":authority", "example.com", ":path", "/");
    private static final HeaderList POST =
            HeaderList.of(":method", "POST", ":scheme", "https", ":authority", "example.com", ":path", "/");
    private static final HeaderList NO_CONTENT = HeaderList.of(":status", "204");
    private static final byte[] NOTHING = {};
    private static final int MIB = 1024 * 1024;

    private static final Http2SessionListener QUIET = new Http2SessionListener() {};

    /** How a peer gives credit for what it has read. */
    enum Credit {
        /** When half of the window is used up. */
        HALVES,
        /** When all of it is. */
        WHOLES,
        /** For each DATA frame. */
        BY_FRAME
    }

    /** Answers each request when it is complete. */
    private static Http2SessionListener answering() {
        return new Http2SessionListener() {
            @Override
            public void onFrameReceived(Http2SessionContext session, Frame frame) {
                boolean message = frame.type() == FrameType.HEADERS || frame.type() == FrameType.DATA;
                if (message && (frame.flags() & FrameFlags.END_STREAM) != 0) {
                    session.submitResponse(frame.streamId(), OK, DataSource.ofAscii("answer"));
                }
            }
        };
    }

    private static Bench server(Http2SessionListener listener, long... settings) {
        return new Bench(Http2Role.SERVER, listener, options -> {}).greet(settings);
    }

    private static Bench client() {
        return new Bench(Http2Role.CLIENT, QUIET, options -> {}).greet();
    }

    private static void stays(Bench bench) {
        assertThat(bench.session().terminationReason()).isNull();
        assertThat(bench.goAway()).isNull();
    }

    private static int open(Bench client) {
        int id = client.session().submitRequest(GET, null, null);
        client.listen();
        return id;
    }

    // ---- empty DATA ------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(ints = {1, 100, Integer.MAX_VALUE})
    void emptyDataBesideUsefulFramesIsFree(int piece) {
        try (Bench server = server(answering()).piecewise(piece);
                Bench client = client().piecewise(piece)) {
            for (int id = 1; id < 2000; id += 2) {
                server.say(message(server.peer().request(id, false, "/"), id)).listen();
                client.say(message(client.peer().response(open(client), false, 200), id));
            }
            stays(server);
            stays(client);
            assertThat(server.dataBytes()).isEqualTo(1000L * "answer".length());
        }
    }

    private static Frames message(Frames begun, int id) {
        return begun.data(id, new byte[168], false)
                .data(id, new byte[14], false)
                .data(id, NOTHING, false)
                .headers(id, true, "grpc-status", "0");
    }

    @Test
    void emptyDataAfterEachSmallPieceIsFree() {
        try (Bench server = server(QUIET)) {
            server.say(server.peer().request(1, false, "/"));
            for (int i = 0; i < 10_000; i++) {
                server.say(server.peer().data(1, "line", false).data(1, NOTHING, false, i % 2 * 10))
                        .listen();
            }
            stays(server);
        }
    }

    // ---- RST_STREAM ------------------------------------------------------------------------------------------------

    @Test
    void resetsOfClosedStreamsAreNoRapidReset() {
        List<Integer> late = new ArrayList<>();
        Bench proxy = new Bench(Http2Role.SERVER, QUIET, options -> {}) {
            @Override
            protected void onData(int streamId, int length, boolean endStream) {
                late.add(streamId);
            }
        };
        try (proxy) {
            proxy.greet();
            for (int id = 1; id < 4000; id += 2) {
                proxy.say(proxy.peer().request(id, true, "/"));
                proxy.session().submitResponse(id, OK, lines(20, 45));
                proxy.listen();
                Frames resets = proxy.peer();
                late.forEach(stream -> resets.reset(stream, ErrorCode.STREAM_CLOSED));
                late.clear();
                proxy.say(resets);
            }
            stays(proxy);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = ErrorCode.class,
            names = {"NO_ERROR", "REFUSED_STREAM", "CANCEL", "INTERNAL_ERROR", "ENHANCE_YOUR_CALM"})
    void aClientEndsNoConnectionForResetsOfItsOwnRequests(ErrorCode code) {
        try (Bench client = client()) {
            for (int i = 0; i < 20_000; i++) {
                int id = open(client);
                Frames frames = client.peer();
                if (code == ErrorCode.NO_ERROR) {
                    frames.response(id, true, 200);
                }
                client.say(frames.reset(id, code));
            }
            stays(client);
        }
    }

    @Test
    void aClientEndsNoConnectionForResponsesToRequestsItCancelled() {
        try (Bench client = client()) {
            for (int i = 0; i < 20_000; i++) {
                int id = open(client);
                client.session().submitReset(id, ErrorCode.CANCEL.code());
                client.say(client.peer()
                        .response(id, false, 200)
                        .data(id, "late", false)
                        .headers(id, true, "a", "b"));
                client.listen();
                client.say(client.peer().reset(id, ErrorCode.CANCEL).windowUpdate(id, 100));
            }
            stays(client);
        }
    }

    @Test
    void aClientEndsNoConnectionForFaultsInTheResponses() {
        try (Bench client = client()) {
            for (int i = 0; i < 5_000; i++) {
                int id = open(client);
                client.say(client.peer().response(id, true, 200, "connection", "close"))
                        .listen();
            }
            stays(client);
            assertThat(client.resets()).isEqualTo(5_000);
        }
    }

    @Test
    void promisesThatAClientDeclinesAreNoRapidReset() {
        try (Bench server = server(QUIET)) {
            for (int id = 1; id < 5_000; id += 2) {
                server.say(server.peer().request(id, true, "/"));
                int promised = server.session().submitPushPromise(id, GET, null);
                server.session().submitResponse(id, OK, null);
                server.listen();
                server.say(server.peer().reset(promised, ErrorCode.CANCEL));
            }
            stays(server);
        }
    }

    @Test
    void cancelsEightyASecondForHours() {
        try (Bench server = server(QUIET)) {
            int id = 1;
            for (int second = 0; second < 2 * 3600; second++) {
                for (int i = 0; i < 80; i++) {
                    server.say(server.peer().request(id, true, "/").reset(id, ErrorCode.CANCEL));
                    id += 2;
                }
                server.pass(1000);
            }
            stays(server);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {30, 50})
    void grpcCallsOfWhichManyAreCancelled(int percent) {
        try (Bench server = server(QUIET)) {
            int id = 1;
            for (int tick = 0; tick < 60 * 20; tick++) {
                for (int i = 0; i < 100; i++) {
                    call(server, id, i < percent);
                    id += 2;
                }
                server.pass(50);
            }
            stays(server);
        }
    }

    private static void call(Bench server, int id, boolean cancelled) {
        Frames call = server.peer().request(id, false, "/").data(id, new byte[50], !cancelled);
        server.say(cancelled ? call.reset(id, ErrorCode.CANCEL) : call);
        if (!cancelled) {
            server.session().submitResponse(id, OK, lines(1, 50));
            server.session().submitTrailers(id, HeaderList.of("grpc-status", "0"));
        }
    }

    @Test
    void callsThatTheClientCancelsWhenItHasWhatItWanted() {
        try (Bench server = server(QUIET)) {
            for (int id = 1; id < 40_000; id += 2) {
                server.say(server.peer().request(id, true, "/"));
                server.session().submitResponse(id, OK, endless(100));
                server.listen();
                server.say(server.peer().reset(id, ErrorCode.CANCEL));
            }
            stays(server);
        }
    }

    @Test
    void callsThatEndBeforeTheirRequestsDo() {
        try (Bench server = server(QUIET)) {
            for (int id = 1; id < 40_000; id += 2) {
                server.say(server.peer().request(id, false, "/").data(id, "some", false));
                server.session().submitResponse(id, OK, null);
                server.listen();
                server.say(server.peer().reset(id, ErrorCode.NO_ERROR));
            }
            stays(server);
        }
    }

    @Test
    void pageLoadsWithAHundredAborts() {
        try (Bench server = server(QUIET)) {
            int id = 1;
            for (int page = 0; page < 600; page++) {
                int first = id;
                Frames requests = server.peer();
                for (; id < first + 200; id += 2) {
                    requests.request(id, true, "/image/" + id);
                }
                server.say(requests);
                Frames aborts = server.peer();
                for (int i = first; i < id; i += 2) {
                    server.session().submitResponse(i, OK, endless(1200));
                    aborts.reset(i, ErrorCode.CANCEL);
                }
                if (page % 2 == 0) {
                    server.listen();
                }
                server.say(aborts);
                server.pass(1000);
            }
            stays(server);
        }
    }

    // ---- windows ---------------------------------------------------------------------------------------------------

    static Stream<Arguments> smallWindows() {
        return Stream.of(256, 300, 511, 1000, 4096, 65_535).flatMap(window -> Arrays.stream(Credit.values())
                .flatMap(credit -> Stream.of(45, 16_384).map(piece -> Arguments.of(window, credit, piece))));
    }

    @ParameterizedTest
    @MethodSource("smallWindows")
    void aDownloadThroughASmallWindowIsServedToTheEnd(int window, Credit credit, int piece) {
        int pieces = 3 * MIB / 2 / piece;
        try (Reader reader = new Reader(window, credit)) {
            reader.download(lines(pieces, piece));
            stays(reader);
            assertThat(reader.dataBytes()).isEqualTo((long) pieces * piece);
        }
    }

    static Stream<Arguments> smallestWindows() {
        Stream<Arguments> others = Stream.of(7, 100, 255)
                .flatMap(window -> Arrays.stream(Credit.values()).map(credit -> Arguments.of(window, credit)));
        return Stream.concat(Stream.of(Arguments.of(1, Credit.WHOLES), Arguments.of(2, Credit.HALVES)), others);
    }

    @ParameterizedTest
    @MethodSource("smallestWindows")
    void throughTheSmallestWindowsAtLeastAMebibyteIsServed(int window, Credit credit) {
        try (Reader reader = new Reader(window, credit)) {
            reader.download(lines(MIB / 1024, 1024));
            stays(reader);
            assertThat(reader.dataBytes()).isEqualTo(MIB);
        }
    }

    /** A client with windows of one size, which gives credit as it reads. */
    private static final class Reader extends Bench {
        private final int window;
        private final Credit credit;
        private int unreturned;
        private boolean ended;
        private Frames updates = Frames.script();

        Reader(int window, Credit credit) {
            super(Http2Role.SERVER, QUIET, options -> {});
            this.window = window;
            this.credit = credit;
            greet(4, window);
        }

        @Override
        protected void onData(int streamId, int length, boolean endStream) {
            ended |= endStream;
            unreturned += length;
            int from =
                    switch (credit) {
                        case HALVES -> (window + 1) / 2;
                        case WHOLES -> window;
                        case BY_FRAME -> 1;
                    };
            if (unreturned >= from) {
                updates.windowUpdate(0, unreturned).windowUpdate(streamId, unreturned);
                unreturned = 0;
            }
        }

        void download(DataSource body) {
            say(peer().request(1, true, "/"));
            session().submitResponse(1, OK, body);
            long before = -1;
            while (!ended && before != dataBytes()) {
                before = dataBytes();
                listen();
                Frames given = updates;
                updates = Frames.script();
                say(given);
            }
        }
    }

    static Stream<Arguments> reads() {
        return Stream.of(Http2Role.values())
                .flatMap(role -> Stream.of(1, 50, 512, 4096).map(read -> Arguments.of(role, read)));
    }

    /** The peer gives credit for stream and connection whenever its application has read so many bytes of a body. */
    @ParameterizedTest
    @MethodSource("reads")
    void creditForEachReadOfTheApplicationIsFree(Http2Role role, int read) {
        int frames = read == 1 ? 60 : 2_000;
        int[] unread = {0};
        Bench bench = new Bench(role, QUIET, options -> {}) {
            @Override
            protected void onData(int streamId, int length, boolean endStream) {
                unread[0] += length;
            }
        };
        try (bench) {
            bench.greet();
            if (role.isServer()) {
                bench.say(bench.peer().request(1, true, "/"));
                bench.session().submitResponse(1, OK, lines(frames, 16_384));
            } else {
                bench.session().submitRequest(POST, lines(frames, 16_384), null);
            }
            bench.listen();
            for (; unread[0] > 0; bench.listen()) {
                Frames updates = bench.peer();
                for (int left = unread[0]; left > 0; left -= read) {
                    int increment = Math.min(left, read);
                    updates.windowUpdate(1, increment).windowUpdate(0, increment);
                }
                unread[0] = 0;
                bench.say(updates);
            }
            stays(bench);
            assertThat(bench.dataBytes()).isEqualTo(frames * 16_384L);
        }
    }

    @Test
    void creditForEachFrameIsFreeInBothDirections() {
        try (Bench server = server(QUIET);
                Bench client = client()) {
            server.say(server.peer().request(1, true, "/"));
            server.session().submitResponse(1, OK, endless(100));
            int id = client.session().submitRequest(POST, endless(100), null);
            for (int i = 0; i < 50_000; i++) {
                Frames credit = Frames.script().windowUpdate(0, 100).windowUpdate(1, 100);
                server.listen().say(credit);
                server.session().resumeData(1);
                client.listen().say(credit);
                client.session().resumeData(id);
            }
            stays(server);
            stays(client);
        }
    }

    @Test
    void aWindowUpdateWithEachRequestAndOneThatComesTooLateAreFree() {
        try (Bench server = server(QUIET)) {
            for (int id = 1; id < 20_000; id += 2) {
                server.say(server.peer().request(id, true, "/").windowUpdate(id, 12 * MIB));
                server.session().submitResponse(id, OK, null);
                server.listen();
                server.say(server.peer().windowUpdate(id, 100));
            }
            stays(server);
        }
    }

    // ---- unwanted bodies ------------------------------------------------------------------------------------------

    @Test
    void anUploadThatIsDiscardedMayGoOn() {
        try (Bench server = server(QUIET)) {
            server.say(server.peer().request(1, false, "/"));
            server.session().discardRequest(1);
            byte[] part = new byte[100];
            for (int i = 0; i < 100_000; i++) {
                server.say(server.peer().data(1, part, false)).listen();
            }
            stays(server);
        }
    }

    @Test
    void whatCrossesOurGoAwayIsFree() {
        try (Bench server = server(QUIET)) {
            server.say(server.peer().request(1, false, "/"));
            server.session().submitGoAway(1, ErrorCode.NO_ERROR.code(), NOTHING);
            server.listen();
            for (int id = 3; id < 203; id += 2) {
                Frames upload = server.peer().request(id, false, "/");
                for (int i = 0; i < 100; i++) {
                    upload.data(id, new byte[1000], false);
                }
                server.say(upload).listen();
            }
            assertThat(server.session().terminationReason()).isNull();
        }
    }

    // ---- 1xx -------------------------------------------------------------------------------------------------------

    @Test
    void anInterimResponseEveryTwentySecondsForAnHour() {
        try (Bench client = client()) {
            int id = open(client);
            for (int i = 0; i < 180; i++) {
                client.pass(20_000);
                client.say(client.peer().response(id, false, 102)).listen();
            }
            client.say(client.peer().response(id, true, 200));
            stays(client);
            assertThat(client.resets()).isZero();
        }
    }

    @Test
    void aBurstOfSixteenInterimResponsesAndThenOneASecond() {
        try (Bench client = client()) {
            int id = open(client);
            for (int i = 0; i < 16; i++) {
                client.say(client.peer().response(id, false, 103)).listen();
            }
            for (int i = 0; i < 600; i++) {
                client.pass(1000).say(client.peer().response(id, false, 102)).listen();
            }
            assertThat(client.resets()).isZero();
            client.say(client.peer().response(id, false, 102)).listen();
            assertThat(client.resets()).isEqualTo(1);
            stays(client);
        }
    }

    // ---- requests --------------------------------------------------------------------------------------------------

    @Test
    void ninetyCookieCrumbsAndACookieOfTenKibibytes() {
        String[] crumbs = new String[180];
        for (int i = 0; i < crumbs.length; i += 2) {
            crumbs[i] = "cookie";
            crumbs[i + 1] = "crumb" + i + "=" + "x".repeat(i);
        }
        try (Bench server = server(answering())) {
            for (int id = 1; id < 400; id += 4) {
                server.say(server.peer().request(id, true, "/", crumbs)).listen();
                server.say(server.peer().request(id + 2, true, "/", "cookie", "c=" + "x".repeat(10 * 1024)))
                        .listen();
            }
            stays(server);
            assertThat(server.resets()).isZero();
            assertThat(server.dataBytes()).isEqualTo(200L * "answer".length());
        }
    }

    @Test
    void aHeaderBlockInSmallFragmentsIsFree() {
        try (Bench server = server(answering())) {
            for (int id = 1; id < 4_000; id += 2) {
                byte[] block = server.peer()
                        .block(":method", "GET", ":scheme", "https", ":authority", "a", ":path", "/", "x", "y");
                Frames fragments = server.peer().headersBegin(id, true, Arrays.copyOf(block, 1));
                for (int i = 1; i < 6; i++) {
                    fragments.continuation(id, i == 5, Arrays.copyOfRange(block, i, i == 5 ? block.length : i + 1));
                }
                server.say(fragments).listen();
            }
            stays(server);
            assertThat(server.dataBytes()).isEqualTo(2_000L * "answer".length());
        }
    }

    @Test
    void keepAlivePingsEachSecondDuringALongPoll() {
        try (Bench server = server(QUIET)) {
            server.say(server.peer().request(1, true, "/"));
            for (int second = 0; second < 3600; second++) {
                server.pass(1000).say(server.peer().ping(second)).listen();
            }
            server.session().submitResponse(1, OK, DataSource.ofAscii("event"));
            server.listen();
            stays(server);
            assertThat(server.dataBytes()).isEqualTo(5);
        }
    }

    @ParameterizedTest
    @EnumSource
    void settingsWithEachExchange(Http2Role role) {
        Http2SessionListener answers = new Http2SessionListener() {
            @Override
            public void onFrameReceived(Http2SessionContext session, Frame frame) {
                if (frame.type() == FrameType.HEADERS) {
                    session.submitResponse(frame.streamId(), NO_CONTENT, null);
                }
            }
        };
        try (Bench bench = role == Http2Role.SERVER ? server(answers) : client()) {
            for (int id = 1; id < 24_000; id += 2) {
                bench.say(bench.peer().settings(1, 4096, 3, 100, 4, 65_535, 5, 16_384, 6, 65_536));
                if (role == Http2Role.SERVER) {
                    bench.say(bench.peer().request(id, true, "/")).listen();
                } else {
                    bench.session().submitRequest(GET, null, null);
                    bench.listen();
                    bench.say(bench.peer().response(id, true, 204));
                }
            }
            stays(bench);
            assertThat(bench.resets()).isZero();
        }
    }

    @Test
    void longPollsThatAreAnsweredOrGivenUp() {
        Deque<Integer> waiting = new ArrayDeque<>();
        try (Bench server = server(QUIET)) {
            int id = 1;
            for (int second = 0; second < 3600; second++) {
                for (int i = 0; i < 3; i++) {
                    server.say(server.peer().request(id, true, "/"));
                    waiting.add(id);
                    id += 2;
                }
                while (waiting.size() > 90) {
                    int oldest = waiting.remove();
                    if (oldest % 3 == 0) {
                        server.say(server.peer().reset(oldest, ErrorCode.CANCEL));
                    } else {
                        server.session().submitResponse(oldest, OK, DataSource.ofAscii("event"));
                    }
                }
                server.pass(1000);
                if (second % 30 == 0) {
                    server.say(server.peer().ping(second));
                }
            }
            stays(server);
            assertThat(server.resets()).isZero();
        }
    }

    // ---- bodies ----------------------------------------------------------------------------------------------------

    /** So many pieces of so many bytes, one for each frame that the window has room for. */
    private static DataSource lines(int pieces, int bytes) {
        return new DataSource() {
            private long left = (long) pieces * bytes;
            private int leftOfPiece = bytes;

            @Override
            public DataResult read(int streamId, int max, BodySink sink) {
                int length = Math.min(max, leftOfPiece);
                sink.add(Unpooled.wrappedBuffer(new byte[length]));
                left -= length;
                leftOfPiece = leftOfPiece == length ? bytes : leftOfPiece - length;
                return left == 0 ? DataResult.END : DataResult.MORE;
            }
        };
    }

    /** A piece, and another whenever it is resumed. */
    private static DataSource endless(int bytes) {
        return (id, max, sink) -> {
            sink.add(Unpooled.wrappedBuffer(new byte[Math.min(max, bytes)]));
            return DataResult.DEFERRED;
        };
    }
}
