package io.h2session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.DataResult;
import io.h2session.api.DataSource;
import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SessionOptions;
import io.h2session.api.Http2SessionResult;
import io.h2session.api.Http2Timeouts;
import io.h2session.api.ReceiveAnswer;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.FrameFlags;
import io.h2session.frame.FrameType;
import io.h2session.hpack.HeaderList;
import io.h2session.testing.Frames;
import io.h2session.testing.Recorder;
import io.h2session.testing.Talk;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How long a peer may keep a session waiting, told by a clock that is set by hand. */
class DeadlinesTest {
    private static final HeaderList OK = HeaderList.of(":status", "200");
    private static final HeaderList GET =
            HeaderList.of(":method", "GET", ":scheme", "https", ":authority", "example.com", ":path", "/");
    private static final long SECOND = 1_000_000_000L;

    private final Recorder recorder = new Recorder();

    private static Consumer<Http2SessionOptions.Builder> timeouts(UnaryOperator<Http2Timeouts> change) {
        return options -> options.timeouts(change.apply(Http2Timeouts.SAFE));
    }

    /** Only one of them, so that no other gets in its way. */
    private static Consumer<Http2SessionOptions.Builder> only(UnaryOperator<Http2Timeouts> change) {
        return options -> options.timeouts(change.apply(Http2Timeouts.NONE));
    }

    private static Duration seconds(int seconds) {
        return Duration.ofSeconds(seconds);
    }

    /** The frames the session sends when its deadlines are checked at that time. */
    private static List<String> at(Talk talk, long seconds) {
        talk.time(seconds);
        talk.session().checkDeadlines();
        return talk.says();
    }

    private static long due(Talk talk) {
        long next = talk.session().nextDeadline();
        return next == Long.MAX_VALUE ? -1 : next / SECOND;
    }

    /** A body without an end. */
    private static DataSource endless() {
        return (id, max, sink) -> {
            sink.add(Unpooled.wrappedBuffer(new byte[max]));
            return DataResult.MORE;
        };
    }

    // ---- handshake -------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 23, 24})
    void aServerWaitsTenSecondsForPrefaceAndSettings(int bytesOfPreface) {
        try (Talk talk = Talk.strange(Http2Role.SERVER, recorder, options -> {})) {
            talk.says();
            talk.hears(
                    peer -> peer.raw(Frames.PREFACE.substring(0, bytesOfPreface).getBytes(UTF_8)));
            talk.time(9);
            talk.hears(peer -> {});
            assertThat(at(talk, 9)).isEmpty();
            assertThat(due(talk)).isEqualTo(10);

            assertThat(at(talk, 10)).containsExactly("GOAWAY 0 PROTOCOL_ERROR handshake_timeout");
            assertThat(talk.callbacks()).contains("error handshake_timeout");
            assertThat(talk.session().terminated()).isTrue();
            assertThat(due(talk)).isEqualTo(-1);
        }
    }

    @Test
    void aClientWaitsTenSecondsForTheServersSettings() {
        try (Talk talk = Talk.strange(Http2Role.CLIENT, recorder, options -> {})) {
            talk.says();
            assertThat(at(talk, 10)).containsExactly("GOAWAY 0 PROTOCOL_ERROR handshake_timeout");
        }
    }

    @Test
    void theHandshakeBeginsWithTheFirstBytes() {
        try (Talk talk = Talk.strange(Http2Role.SERVER, recorder, options -> {})) {
            assertThat(due(talk)).isEqualTo(-1);
            talk.time(1000);
            talk.says();
            assertThat(due(talk)).isEqualTo(1010);
        }
    }

    @Test
    void settingsThatAreNotAcknowledgedEndTheConnection() {
        try (Talk talk = Talk.strange(Http2Role.SERVER, recorder, options -> {})) {
            talk.says();
            talk.time(3);
            talk.hears(peer -> peer.preface().settings());
            assertThat(at(talk, 9)).contains("SETTINGS ACK");
            assertThat(at(talk, 10)).containsExactly("GOAWAY 0 SETTINGS_TIMEOUT settings_timeout");
        }
    }

    @Test
    void theAcknowledgementOfSettingsMayBeBehindAnUploadThroughASlowNetwork() {
        try (Talk talk = Talk.strange(Http2Role.SERVER, recorder, options -> {})) {
            talk.says();
            talk.hears(peer -> peer.preface().settings().request(1, false, "/"));
            for (int second = 1; second <= 60; second++) {
                talk.time(second);
                talk.hears(peer -> peer.data(1, new byte[1000], false));
                assertThat(at(talk, second)).noneMatch(frame -> frame.startsWith("GOAWAY"));
            }
            talk.hears(Frames::settingsAck);
            assertThat(due(talk)).isNotEqualTo(70);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 10_000})
    void behindAnUploadThatDribblesOrThatIsLongerThanTheWindowItComesTooLate(int bytesASecond) {
        try (Talk talk = Talk.server(
                recorder, only(none -> none.withSettingsAck(seconds(10)).withMinRate(240)))) {
            talk.hears(peer -> peer.request(1, false, "/"));
            talk.session().submitSettings(List.of());
            talk.says();
            int second = 0;
            while (talk.session().terminationReason() == null && second < 1000) {
                second++;
                talk.time(second);
                talk.hears(peer -> peer.data(1, new byte[bytesASecond], false));
                talk.says();
                talk.session().checkDeadlines();
            }
            assertThat(talk.session().terminationReason()).isEqualTo("settings_timeout");
            // The window is of 1 MiB.
            assertThat(second).isEqualTo(bytesASecond == 100 ? 10 : 110);
        }
    }

    @Test
    void eachSettingsAreWaitedForInTurn() {
        try (Talk talk = Talk.server(recorder, only(none -> none.withSettingsAck(seconds(10))))) {
            assertThat(due(talk)).isEqualTo(-1);
            talk.session().submitSettings(List.of());
            talk.session().submitSettings(List.of());
            talk.says();
            talk.time(9);
            talk.hears(Frames::settingsAck);
            assertThat(at(talk, 18)).isEmpty();
            talk.hears(Frames::settingsAck);
            assertThat(due(talk)).isEqualTo(-1);
        }
    }

    // ---- frames ----------------------------------------------------------------------------------------------------

    @Test
    void aHeaderBlockHasTenSecondsHoweverItDribbles() {
        try (Talk talk = Talk.server(recorder)) {
            byte[] block =
                    talk.peer().block(":method", "GET", ":scheme", "https", ":path", "/0123456789", ":authority", "a");
            talk.hears(peer -> peer.header(block.length, FrameType.HEADERS, FrameFlags.END_HEADERS, 1));
            for (int i = 0; i < 9; i++) {
                int at = i;
                talk.time(i);
                talk.hears(peer -> peer.raw(block[at]));
                assertThat(at(talk, i)).isEmpty();
            }
            assertThat(at(talk, 10)).containsExactly("GOAWAY 1 ENHANCE_YOUR_CALM header_block_timeout");
            assertThat(talk.callbacks()).contains("error header_block_timeout", "closed stream=1 ENHANCE_YOUR_CALM");
        }
    }

    @Test
    void silenceBetweenContinuationsIsTheSame() {
        try (Talk talk = Talk.server(recorder)) {
            talk.hears(peer -> peer.headersBegin(1, true, peer.block(":method", "GET")));
            assertThat(at(talk, 10)).containsExactly("GOAWAY 1 ENHANCE_YOUR_CALM header_block_timeout");
        }
    }

    @Test
    void theNextHeaderBlockHasTimeOfItsOwn() {
        try (Talk talk = Talk.server(recorder, only(none -> none.withHeaderBlock(seconds(10))))) {
            talk.hears(peer -> peer.headersBegin(1, true, requestFields(peer)));
            talk.time(8);
            talk.hears(peer -> peer.continuation(1, true, new byte[0]).headersBegin(3, true, requestFields(peer)));
            assertThat(at(talk, 17)).isEmpty();
            assertThat(due(talk)).isEqualTo(18);
            talk.hears(peer -> peer.continuation(3, true, new byte[0]));
            assertThat(due(talk)).isEqualTo(-1);
        }
    }

    private static byte[] requestFields(Frames peer) {
        return peer.block(":method", "GET", ":scheme", "https", ":path", "/", ":authority", "a");
    }

    @Test
    void aFrameThatStopsHalfWayEndsTheConnection() {
        try (Talk talk = Talk.server(recorder)) {
            talk.hears(peer -> peer.raw((byte) 0, (byte) 0, (byte) 8, (byte) FrameType.PING));
            assertThat(at(talk, 19)).isEmpty();
            assertThat(at(talk, 20)).containsExactly("GOAWAY 0 PROTOCOL_ERROR frame_timeout");
        }
    }

    @Test
    void dribbleDoesNotSaveAFrameButARateDoes() {
        try (Talk talk = Talk.server(recorder)) {
            talk.hears(peer -> peer.request(1, false, "/").header(16_384, FrameType.DATA, 0, 1));
            for (int i = 1; i <= 20; i++) {
                talk.time(i);
                talk.hears(peer -> peer.raw(new byte[240]));
            }
            assertThat(at(talk, 20)).isEmpty();
            for (int i = 21; i < 40; i++) {
                talk.time(i);
                talk.hears(peer -> peer.raw(new byte[100]));
            }
            assertThat(at(talk, 40)).containsExactly("GOAWAY 1 PROTOCOL_ERROR frame_timeout");
        }
    }

    @Test
    void aFrameIsNotBlamedForTheOneBefore() {
        byte[] pings = Frames.script().times(100, Frames.script().ping(1)).bytes();
        try (Talk talk = Talk.server(recorder, only(none -> none.withFrame(seconds(20))))) {
            for (int i = 0; i < 99; i++) {
                int from = i == 0 ? 0 : i * 17 - 7;
                int to = (i + 1) * 17 - 7;
                talk.time(i);
                talk.hears(peer -> peer.raw(Arrays.copyOfRange(pings, from, to)));
                talk.says();
                assertThat(due(talk)).isEqualTo(i + 20);
            }
            talk.hears(peer -> peer.raw(Arrays.copyOfRange(pings, 99 * 17 - 7, 99 * 17)));
            assertThat(due(talk)).isEqualTo(-1);
        }
    }

    // ---- bodies that come ------------------------------------------------------------------------------------------

    private static Consumer<Http2SessionOptions.Builder> onlyReading() {
        return only(none -> none.withStreamRead(seconds(30)).withMinRate(240));
    }

    @Test
    void aBodyThatDoesNotComeResetsItsStreamAndNoOther() {
        try (Talk talk = Talk.server(recorder)) {
            talk.hears(
                    peer -> peer.request(1, false, "/", "content-length", "5").request(3, false, "/"));
            assertThat(at(talk, 29)).isEmpty();
            assertThat(at(talk, 30)).containsExactly("RST_STREAM 1 CANCEL");
            assertThat(talk.callbacks()).contains("error stream_read_timeout", "closed stream=1 CANCEL");
            assertThat(talk.session().activeStreams()).isEqualTo(1);
            assertThat(at(talk, 100_000)).isEmpty();
        }
    }

    @Test
    void aByteNowAndThenDoesNotSaveABody() {
        try (Talk talk = Talk.server(recorder, onlyReading())) {
            talk.hears(peer -> peer.request(1, false, "/", "content-length", "100000"));
            for (int i = 1; i < 30; i++) {
                talk.time(i);
                talk.hears(peer -> peer.data(1, "x", false).ping(1).windowUpdate(1, 1));
                talk.says();
            }
            assertThat(at(talk, 30)).containsExactly("RST_STREAM 1 CANCEL");
        }
    }

    @Test
    void aSlowBodyMayTakeItsTime() {
        try (Talk talk = Talk.server(recorder, onlyReading())) {
            talk.hears(peer -> peer.request(1, false, "/", "content-length", "72000"));
            for (int i = 1; i <= 300; i++) {
                talk.time(i);
                int second = i;
                talk.hears(peer -> peer.data(1, new byte[240], second == 300));
                assertThat(at(talk, i)).noneMatch(frame -> frame.startsWith("RST_STREAM"));
            }
            assertThat(due(talk)).isEqualTo(-1);
        }
    }

    @Test
    void bodiesOneAfterTheOtherAreJudgedTogether() {
        try (Talk talk = Talk.server(recorder, onlyReading())) {
            talk.hears(peer -> peer.request(1, false, "/", "content-length", "10000000")
                    .request(3, false, "/", "content-length", "10"));
            for (int i = 1; i <= 90; i++) {
                talk.time(i);
                talk.hears(peer -> peer.data(1, new byte[480], false));
                assertThat(at(talk, i)).noneMatch(frame -> frame.startsWith("RST_STREAM"));
            }
        }
    }

    /** What each of a hundred bodies that share the network gets in a second. */
    @ParameterizedTest
    @ValueSource(ints = {25, 240})
    void aHundredBodiesMayShareASlowNetwork(int bytesASecond) {
        try (Talk talk = Talk.server(recorder, onlyReading())) {
            Frames requests = talk.peer();
            for (int id = 1; id < 200; id += 2) {
                requests.request(id, false, "/photo", "content-length", "" + 120 * bytesASecond);
            }
            talk.session().recv(requests.buf());
            for (int i = 1; i <= 120; i++) {
                talk.time(i);
                Frames bodies = talk.peer();
                for (int id = 1; id < 200; id += 2) {
                    bodies.data(id, new byte[bytesASecond], i == 120);
                }
                talk.session().recv(bodies.buf());
                assertThat(at(talk, i)).noneMatch(frame -> frame.startsWith("RST_STREAM"));
            }
            assertThat(due(talk)).isEqualTo(-1);
        }
    }

    @Test
    void aTrickleOnOneBodyDoesNotSaveTheOthers() {
        try (Talk talk = Talk.server(recorder, onlyReading())) {
            Frames requests = talk.peer();
            for (int id = 1; id < 200; id += 2) {
                requests.request(id, false, "/", "content-length", "1000000");
            }
            talk.session().recv(requests.buf());
            for (int i = 1; i < 30; i++) {
                talk.time(i);
                talk.hears(peer -> peer.data(1, new byte[1000], false));
                assertThat(at(talk, i)).isEmpty();
            }
            assertThat(at(talk, 30)).hasSizeGreaterThan(90).doesNotContain("RST_STREAM 1 CANCEL");
        }
    }

    @Test
    void aHundredSilentBodiesAreResetAgainAndAgainUntilItIsEnough() {
        try (Talk talk = Talk.server(recorder)) {
            int id = 1;
            for (int round = 0; round < 20 && !talk.session().terminated(); round++) {
                Frames requests = talk.peer();
                for (int i = 0; i < 100; i++, id += 2) {
                    requests.request(id, false, "/", "content-length", "5");
                }
                talk.time(round * 30L);
                talk.session().recv(requests.buf());
                talk.says();
                List<String> said = at(talk, round * 30L + 30);
                assertThat(said).anyMatch(frame -> frame.startsWith("RST_STREAM") || frame.startsWith("GOAWAY"));
            }
            assertThat(talk.callbacks()).doesNotContain("received null");
        }
    }

    @Test
    void aBodyThatHasNoWindowIsNotThePeersFault() {
        try (Talk talk =
                Talk.server(recorder, onlyReading().andThen(options -> options.automaticWindowUpdate(false)))) {
            int window = talk.session().localWindow(0);
            talk.hears(peer -> peer.request(1, false, "/", "content-length", "100000000"));
            fill(talk, 1, talk.session().localWindow(1));
            assertThat(talk.session().localWindow(1)).isZero();
            assertThat(at(talk, 300)).isEmpty();

            talk.time(310);
            talk.session().consume(1, window / 4);
            assertThat(talk.says()).isNotEmpty();
            assertThat(due(talk)).isEqualTo(340);
            assertThat(at(talk, 339)).isEmpty();
            assertThat(at(talk, 340)).containsExactly("RST_STREAM 1 CANCEL");
        }
    }

    @Test
    void norIsAConnectionWithoutWindow() {
        try (Talk talk = Talk.server(recorder, onlyReading().andThen(options -> options.automaticWindowUpdate(false)
                .initialWindowSize(10_000_000)))) {
            int window = talk.session().localWindow(0);
            talk.hears(peer -> peer.request(1, false, "/", "content-length", "100000000"));
            fill(talk, 1, window);
            assertThat(talk.session().localWindow(0)).isZero();
            assertThat(at(talk, 45)).isEmpty();
            talk.time(50);
            talk.session().consume(1, window);
            talk.says();
            assertThat(at(talk, 75)).isEmpty();
            assertThat(at(talk, 104)).isEmpty();
            assertThat(at(talk, 105)).containsExactly("RST_STREAM 1 CANCEL");
        }
    }

    private static void fill(Talk talk, int stream, int bytes) {
        for (int left = bytes; left > 0; ) {
            int length = Math.min(left, 16_384);
            talk.hears(peer -> peer.data(stream, new byte[length], false));
            left -= length;
        }
    }

    @Test
    void afterTheResponseTheRestOfTheRequestIsWaitedForNoLonger() {
        try (Talk talk = Talk.server(recorder)) {
            talk.hears(peer -> peer.request(1, false, "/"));
            talk.session().submitResponse(1, OK, null);
            talk.says();
            assertThat(at(talk, 29)).isEmpty();
            assertThat(at(talk, 30)).containsExactly("RST_STREAM 1 NO_ERROR");
        }
    }

    @Test
    void aTunnelWhoseOneSideEndedStays() {
        try (Talk talk = Talk.server(recorder)) {
            talk.hears(peer -> peer.headers(1, false, ":method", "CONNECT", ":authority", "a:1"));
            talk.session().submitResponse(1, OK, null);
            talk.says();
            assertThat(at(talk, 1000)).isEmpty();
        }
    }

    @Test
    void aClientWaitsForWhatTheResponseAnnounced() {
        try (Talk talk = Talk.client(recorder)) {
            talk.session().submitRequest(GET, null, null);
            talk.session().submitRequest(GET, null, null);
            talk.says();
            assertThat(at(talk, 10_000)).isEmpty();
            talk.hears(
                    peer -> peer.response(1, false, 200, "content-length", "5").response(3, false, 200));
            assertThat(at(talk, 10_030)).containsExactly("RST_STREAM 1 CANCEL");
        }
    }

    @Test
    void aPausedSessionHasNoTimeouts() {
        Recorder pausing = new Recorder() {
            @Override
            public ReceiveAnswer onDataChunk(Http2SessionContext session, int streamId, int flags, ByteBuf data) {
                return ReceiveAnswer.PAUSE;
            }
        };
        try (Talk talk = Talk.server(pausing, onlyReading())) {
            ByteBuf in = talk.peer()
                    .request(1, false, "/", "content-length", "5")
                    .data(1, "x", false)
                    .ping(1)
                    .buf();
            assertThat(talk.session().recv(in)).isEqualTo(Http2SessionResult.PAUSED);
            assertThat(due(talk)).isEqualTo(-1);
            assertThat(at(talk, 100)).isEmpty();

            talk.session().recv(in);
            assertThat(due(talk)).isEqualTo(130);
            assertThat(talk.says()).containsExactly("PING ACK 1");
            assertThat(at(talk, 130)).containsExactly("RST_STREAM 1 CANCEL");
        }
    }

    @Test
    void aTransportThatIsNotReadHasNoTimeouts() {
        try (Talk talk = Talk.server(recorder, timeouts(safe -> safe.withIdle(Duration.ZERO)))) {
            talk.hears(peer -> peer.request(1, false, "/", "content-length", "5")
                    .raw((byte) 0, (byte) 0, (byte) 8, (byte) FrameType.PING, (byte) 0));
            talk.time(10);
            talk.session().inputSuspended(true);
            assertThat(due(talk)).isEqualTo(-1);
            assertThat(at(talk, 1000)).isEmpty();
            talk.session().inputSuspended(false);
            // It was last read at 0.
            assertThat(due(talk)).isEqualTo(1020);
            talk.hears(peer -> peer.raw(new byte[12]));
            assertThat(at(talk, 1029)).containsExactly("PING ACK 0");
            assertThat(at(talk, 1030)).containsExactly("RST_STREAM 1 CANCEL");
        }
    }

    // ---- bodies that go --------------------------------------------------------------------------------------------

    private static Consumer<Http2SessionOptions.Builder> onlyWriting() {
        return only(none -> none.withStreamWrite(seconds(30)).withMinRate(240));
    }

    private Talk download(int window, DataSource body) {
        Talk talk = Talk.strange(Http2Role.SERVER, recorder, onlyWriting()).greet(4, window);
        talk.hears(peer -> peer.request(1, true, "/"));
        talk.session().submitResponse(1, OK, body);
        talk.says();
        return talk;
    }

    @Test
    void aWindowThatNeverOpensResetsTheStream() {
        try (Talk talk = download(1000, endless())) {
            talk.time(20);
            talk.hears(peer -> peer.ping(1));
            talk.says();
            assertThat(at(talk, 29)).isEmpty();
            assertThat(at(talk, 30)).containsExactly("RST_STREAM 1 CANCEL");
            assertThat(talk.callbacks()).contains("error stream_write_timeout", "closed stream=1 CANCEL");
        }
    }

    @Test
    void dribbledWindowDoesNotSaveADownload() {
        try (Talk talk = download(1000, endless())) {
            for (int i = 1; i < 30; i++) {
                talk.time(i);
                talk.hears(peer -> peer.windowUpdate(1, 1));
                assertThat(talk.says()).hasSize(1);
            }
            assertThat(at(talk, 30)).containsExactly("RST_STREAM 1 CANCEL");
        }
    }

    @Test
    void aSlowReaderMayTakeItsTime() {
        try (Talk talk = download(1000, endless())) {
            for (int i = 10; i < 260; i += 10) {
                talk.time(i);
                talk.hears(peer -> peer.windowUpdate(1, 2400));
                assertThat(talk.says()).hasSize(1);
                assertThat(at(talk, i)).isEmpty();
            }
        }
    }

    @Test
    void aBodyThatHasNothingToSendIsNotThePeersFault() {
        boolean[] more = {true};
        DataSource body = (id, max, sink) -> {
            if (!more[0] || max == 0) {
                return max == 0 ? DataResult.MORE : DataResult.DEFERRED;
            }
            sink.add(Unpooled.wrappedBuffer(new byte[max]));
            return DataResult.MORE;
        };
        try (Talk talk = download(1000, body)) {
            assertThat(due(talk)).isEqualTo(30);
            more[0] = false;
            talk.hears(peer -> peer.windowUpdate(1, 1));
            talk.says();
            assertThat(due(talk)).isEqualTo(-1);
            assertThat(at(talk, 1000)).isEmpty();
        }
    }

    @Test
    void aConnectionWindowThatNeverOpensEndsWhatUsesItUpAndThenTheConnection() {
        try (Talk talk = download(1_000_000, endless())) {
            dribble(talk, 1, 30);
            talk.callbacks();
            assertThat(at(talk, 30)).containsExactly("RST_STREAM 1 CANCEL");
            assertThat(talk.callbacks()).contains("error stream_write_timeout");
            talk.hears(peer -> peer.request(3, true, "/"));
            talk.session().submitResponse(3, OK, endless());
            talk.says();
            dribble(talk, 31, 60);
            assertThat(at(talk, 60)).containsExactly("GOAWAY 3 ENHANCE_YOUR_CALM connection_window_timeout");
            assertThat(talk.callbacks()).contains("error connection_window_timeout");
        }
    }

    private static void dribble(Talk talk, int from, int to) {
        for (int i = from; i < to; i++) {
            talk.time(i);
            talk.hears(peer -> peer.windowUpdate(0, 1));
            talk.says();
        }
    }

    @Test
    void aPeerThatGivesTheCreditBackKeepsItsConnection() {
        try (Talk talk = download(1_000_000, endless())) {
            for (int stream = 1; stream < 21; stream += 2) {
                long now = 30L * (stream + 1) / 2;
                assertThat(at(talk, now)).containsExactly("RST_STREAM " + stream + " CANCEL");
                int next = stream + 2;
                talk.hears(peer -> peer.windowUpdate(0, 65_535).request(next, true, "/"));
                talk.session().submitResponse(next, OK, endless());
                talk.says();
            }
            assertThat(talk.session().terminated()).isFalse();
        }
    }

    @Test
    void bodiesOfWhichNothingWasSentDoNotUseUpTheConnectionsWindow() {
        try (Talk talk = download(1_000_000, endless())) {
            talk.time(5);
            talk.hears(peer -> peer.request(3, true, "/"));
            talk.session().submitResponse(3, OK, endless());
            talk.says();
            assertThat(at(talk, 30)).containsExactly("RST_STREAM 1 CANCEL");
            talk.hears(peer -> peer.windowUpdate(0, 65_535));
            assertThat(talk.says()).isNotEmpty().allMatch(frame -> frame.startsWith("DATA 3 "));
        }
    }

    @Test
    void allBodiesThatWaitAreGivenUpWhereOthersHaveUsedUpTheConnectionsWindow() {
        try (Talk talk = download(1_000_000, DataSource.of(Unpooled.wrappedBuffer(new byte[65_535])))) {
            talk.hears(peer -> peer.request(3, true, "/").request(5, true, "/"));
            talk.session().submitResponse(3, OK, endless());
            talk.session().submitResponse(5, OK, endless());
            talk.says();
            assertThat(at(talk, 30)).containsExactly("RST_STREAM 3 CANCEL", "RST_STREAM 5 CANCEL");
        }
    }

    @Test
    void aConnectionWindowThatOpensSlowlyIsEnough() {
        try (Talk talk = download(1_000_000, endless())) {
            for (int i = 1; i < 300; i++) {
                talk.time(i);
                talk.hears(peer -> peer.windowUpdate(0, 240));
                talk.says();
                assertThat(at(talk, i)).isEmpty();
            }
        }
    }

    @Test
    void aTransportThatTakesNothingEndsTheConnection() {
        try (Talk talk = Talk.server(recorder, onlyWriting())) {
            talk.hears(peer -> peer.request(1, true, "/"));
            talk.session().submitResponse(1, OK, endless());
            talk.says(1000);
            assertThat(due(talk)).isEqualTo(15);
            talk.time(15);
            talk.session().checkDeadlines();
            assertThat(talk.says(0)).hasSize(1).allMatch(frame -> frame.startsWith("PING "));
            talk.time(30);
            talk.session().checkDeadlines();
            assertThat(talk.says(0)).isEmpty();
            talk.time(45);
            talk.session().checkDeadlines();
            assertThat(talk.says(0)).containsExactly("GOAWAY 1 ENHANCE_YOUR_CALM transport_timeout");
        }
    }

    @Test
    void aPingThatIsAnsweredShowsThatThePeerReads() {
        try (Talk talk = Talk.server(recorder, onlyWriting())) {
            talk.hears(peer -> peer.request(1, true, "/"));
            talk.session().submitResponse(1, OK, endless());
            talk.says(1000);
            for (int look = 15; look <= 300; look += 30) {
                talk.time(look);
                talk.session().checkDeadlines();
                List<String> asked = talk.says(0);
                assertThat(asked).hasSize(1);
                talk.hears(peer -> peer.pingAck(Long.parseLong(asked.get(0).substring(5))));
                talk.time(look + 15);
                talk.session().checkDeadlines();
                assertThat(talk.says(0)).isEmpty();
            }
        }
    }

    @Test
    void aTransportThatTakesSomethingIsSlowButThere() {
        try (Talk talk = Talk.server(recorder, onlyWriting())) {
            talk.hears(peer ->
                    peer.request(1, true, "/").windowUpdate(0, 1_000_000).windowUpdate(1, 1_000_000));
            talk.session().submitResponse(1, OK, endless());
            talk.says(1000);
            for (int look = 15; look <= 105; look += 15) {
                talk.says(7000);
                talk.time(look);
                talk.session().checkDeadlines();
                assertThat(talk.says(0)).isEmpty();
                assertThat(due(talk)).isEqualTo(look + 15);
            }
        }
    }

    // ---- later periods ---------------------------------------------------------------------------------------------

    // Thirty seconds, five of which do not count, at 240 bytes a second.
    private static final int ENOUGH = 25 * 240;

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void eachPeriodOfABodyReceivedIsJudgedByItself(int missing) {
        try (Talk talk = Talk.server(recorder, onlyReading())) {
            talk.hears(peer -> peer.request(1, false, "/", "content-length", "1000000"));
            for (int period = 1; period <= 3; period++) {
                fill(talk, 1, ENOUGH);
                assertThat(at(talk, 30L * period)).isEmpty();
            }
            fill(talk, 1, ENOUGH - missing);
            assertThat(at(talk, 120)).hasSize(missing).allMatch("RST_STREAM 1 CANCEL"::equals);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void eachPeriodOfABodySentIsJudgedByItself(int missing) {
        try (Talk talk = download(1000, endless())) {
            for (int period = 1; period <= 3; period++) {
                talk.hears(peer -> peer.windowUpdate(1, ENOUGH));
                talk.says();
                assertThat(at(talk, 30L * period)).isEmpty();
            }
            talk.hears(peer -> peer.windowUpdate(1, ENOUGH - missing));
            talk.says();
            assertThat(at(talk, 120)).hasSize(missing).allMatch("RST_STREAM 1 CANCEL"::equals);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void eachPeriodOfAConnectionsWindowIsJudgedByItself(int missing) {
        try (Talk talk = download(1_000_000, endless())) {
            for (int period = 1; period <= 3; period++) {
                talk.hears(peer -> peer.windowUpdate(0, ENOUGH));
                talk.says();
                assertThat(at(talk, 30L * period)).isEmpty();
            }
            talk.hears(peer -> peer.windowUpdate(0, ENOUGH - missing));
            talk.says();
            assertThat(at(talk, 120)).hasSize(missing).allMatch("RST_STREAM 1 CANCEL"::equals);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void eachPeriodOfAFrameIsJudgedByItself(int missing) {
        int enough = 15 * 240;
        try (Talk talk =
                Talk.server(recorder, only(none -> none.withFrame(seconds(20)).withMinRate(240)))) {
            talk.hears(peer -> peer.request(1, false, "/").header(16_384, FrameType.DATA, 0, 1));
            for (int period = 1; period <= 3; period++) {
                talk.hears(peer -> peer.raw(new byte[enough]));
                assertThat(at(talk, 20L * period)).isEmpty();
            }
            talk.hears(peer -> peer.raw(new byte[enough - missing]));
            assertThat(at(talk, 80)).hasSize(missing).allMatch("GOAWAY 1 PROTOCOL_ERROR frame_timeout"::equals);
        }
    }

    // ---- streams that are over -------------------------------------------------------------------------------------

    private void nothingIsWaitedForAfter(Talk talk, int seconds) {
        assertThat(due(talk)).isEqualTo(seconds);
        talk.hears(peer -> peer.reset(1, ErrorCode.CANCEL));
        assertThat(due(talk)).isEqualTo(-1);
        assertThat(at(talk, 10_000)).isEmpty();
        assertThat(talk.callbacks()).isEmpty();
    }

    @Test
    void aBodyIsNotWaitedForOnAStreamThatWasReset() {
        try (Talk talk = Talk.server(recorder, onlyReading())) {
            talk.hears(peer -> peer.request(1, false, "/", "content-length", "5"));
            nothingIsWaitedForAfter(talk, 30);
        }
    }

    @Test
    void norIsItsWindow() {
        try (Talk talk = download(1000, endless())) {
            nothingIsWaitedForAfter(talk, 30);
        }
    }

    @Test
    void norIsItIdle() {
        try (Talk talk = Talk.server(recorder, only(none -> none.withStreamIdle(seconds(100))))) {
            talk.hears(peer -> peer.request(1, true, "/"));
            nothingIsWaitedForAfter(talk, 100);
        }
    }

    // ---- idle ------------------------------------------------------------------------------------------------------

    @Test
    void aConnectionWithoutStreamsEndsAfterAMinuteWhateverPingsThereAre() {
        try (Talk talk = Talk.server(recorder)) {
            talk.time(10);
            talk.hears(peer -> peer.request(1, true, "/"));
            assertThat(at(talk, 200)).isEmpty();
            talk.session().submitResponse(1, OK, null);
            talk.says();
            for (int i = 201; i < 260; i++) {
                talk.time(i);
                talk.hears(peer -> peer.ping(1).windowUpdate(0, 1));
                assertThat(at(talk, i)).containsExactly("PING ACK 1");
            }
            assertThat(at(talk, 260)).containsExactly("GOAWAY 1 NO_ERROR");
            assertThat(talk.session().terminationReason()).isEqualTo("idle_timeout");
        }
    }

    @Test
    void aConnectionThatNeverHadAStreamIsIdle() {
        try (Talk talk = Talk.client(recorder)) {
            assertThat(due(talk)).isEqualTo(60);
            assertThat(at(talk, 60)).containsExactly("GOAWAY 0 NO_ERROR");
        }
    }

    @Test
    void idleStreamsAreEndedOnlyIfAskedFor() {
        try (Talk talk = Talk.server(recorder, only(none -> none.withStreamIdle(seconds(100))))) {
            talk.hears(peer -> peer.request(1, false, "/"));
            talk.time(99);
            talk.hears(peer -> peer.data(1, "x", false));
            assertThat(at(talk, 100)).isEmpty();
            assertThat(at(talk, 199)).isEmpty();
            assertThat(at(talk, 200)).containsExactly("RST_STREAM 1 CANCEL");
            assertThat(talk.callbacks()).contains("error stream_idle_timeout");
        }
    }

    // ---- keep-alive ------------------------------------------------------------------------------------------------

    @Test
    void aSilentPeerIsAskedAndThenGivenUp() {
        try (Talk talk = Talk.server(
                recorder, only(none -> none.withKeepAlive(seconds(30)).withKeepAliveAnswer(seconds(15))))) {
            talk.hears(peer -> peer.request(1, true, "/"));
            assertThat(at(talk, 29)).isEmpty();
            List<String> asked = at(talk, 30);
            assertThat(asked).hasSize(1).allMatch(frame -> frame.startsWith("PING "));
            long opaque = Long.parseLong(asked.get(0).substring(5));
            talk.time(40);
            talk.hears(peer -> peer.pingAck(opaque));
            assertThat(due(talk)).isEqualTo(70);

            assertThat(at(talk, 70)).hasSize(1);
            assertThat(at(talk, 84)).isEmpty();
            assertThat(at(talk, 85)).containsExactly("GOAWAY 1 PROTOCOL_ERROR keep_alive_timeout");
        }
    }

    @Test
    void aPeerThatSendsAnythingIsAlive() {
        try (Talk talk = Talk.server(
                recorder, only(none -> none.withKeepAlive(seconds(30)).withKeepAliveAnswer(seconds(15))))) {
            talk.time(20);
            talk.hears(peer -> peer.windowUpdate(0, 1));
            assertThat(due(talk)).isEqualTo(50);
            assertThat(at(talk, 50)).hasSize(1);
            talk.time(60);
            talk.hears(peer -> peer.windowUpdate(0, 1));
            assertThat(at(talk, 65)).isEmpty();
            assertThat(due(talk)).isEqualTo(90);
        }
    }

    // ---- in general ------------------------------------------------------------------------------------------------

    @Test
    void aTimerIsAskedToLookOnlyIfADeadlineHasBegunThatIsEarlier() {
        try (Talk talk =
                Talk.server(recorder, only(none -> none.withIdle(seconds(60)).withStreamRead(seconds(10))))) {
            long idle = talk.session().nextDeadline();
            assertThat(idle).isEqualTo(60 * SECOND);
            assertThat(talk.session().mayBeDueBefore(idle)).isFalse();
            assertThat(talk.session().mayBeDueBefore(idle + 1)).isTrue();

            talk.time(1);
            talk.hears(peer -> peer.request(1, true, "/"));
            assertThat(talk.session().mayBeDueBefore(idle)).isFalse();
            talk.session().inputSuspended(true);
            talk.session().inputSuspended(false);
            assertThat(talk.session().mayBeDueBefore(idle)).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(Http2Role.class)
    void likeNghttp2ThereAreNone(Http2Role role) {
        Http2Session session = new Http2Session(role, Http2SessionOptions.nghttp2(), recorder);
        session.recv(Unpooled.EMPTY_BUFFER);
        assertThat(session.nextDeadline()).isEqualTo(Long.MAX_VALUE);
        session.close();
    }

    @Test
    void aClockThatJumpsBackStandsStill() {
        try (Talk talk = Talk.server(recorder)) {
            talk.time(50);
            talk.hears(peer -> peer.ping(1));
            talk.says();
            assertThat(at(talk, -86_400)).isEmpty();
            assertThat(talk.session().time()).isEqualTo(50 * SECOND);
            assertThat(at(talk, 60)).containsExactly("GOAWAY 0 NO_ERROR");
        }
    }

    @Test
    void aCheckInsideACallbackDoesNothing() {
        Recorder checking = new Recorder() {
            @Override
            public void onError(Http2SessionContext session, String reason) throws Exception {
                super.onError(session, reason);
                assertThat(((Http2Session) session).checkDeadlines()).isEqualTo(Http2SessionResult.OK);
                session.submitReset(3, ErrorCode.CANCEL.code());
            }
        };
        try (Talk talk = Talk.server(checking)) {
            talk.hears(peer ->
                    peer.request(1, false, "/", "content-length", "5").request(3, false, "/", "content-length", "5"));
            assertThat(at(talk, 30)).containsExactly("RST_STREAM 1 CANCEL", "RST_STREAM 3 CANCEL");
        }
    }

    @Test
    void aListenerThatThrowsWhenToldEndsTheSession() {
        RuntimeException fault = new IllegalStateException("the listener's");
        Recorder throwing = new Recorder() {
            @Override
            public void onError(Http2SessionContext session, String reason) {
                throw fault;
            }
        };
        try (Talk talk = Talk.server(throwing)) {
            talk.time(60);
            assertThat(talk.session().checkDeadlines()).isEqualTo(Http2SessionResult.CALLBACK_FAILURE);
            assertThat(talk.session().failureCause()).isSameAs(fault);
            assertThat(talk.says()).containsExactly("GOAWAY 0 INTERNAL_ERROR callback_failure");
        }
    }
}
