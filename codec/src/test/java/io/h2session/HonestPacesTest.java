package io.h2session;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.DataResult;
import io.h2session.api.DataSource;
import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionOptions;
import io.h2session.hpack.HeaderList;
import io.h2session.testing.Frames;
import io.h2session.testing.Recorder;
import io.h2session.testing.Talk;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers that are slow, or wait for us, and are served to the end; and those that only look like them. Default timeouts. */
class HonestPacesTest {
    private static final HeaderList OK = HeaderList.of(":status", "200");
    private static final HeaderList CONTINUE = HeaderList.of(":status", "100");
    private static final HeaderList EARLY_HINTS = HeaderList.of(":status", "103");
    private static final HeaderList POST =
            HeaderList.of(":method", "POST", ":scheme", "https", ":authority", "example.com", ":path", "/");
    private static final int INITIAL_WINDOW_SIZE = 4;

    private final Recorder recorder = new Recorder();

    /** The frames the session sends when its deadlines are checked at that time. */
    private static List<String> at(Talk talk, long seconds) {
        talk.time(seconds);
        talk.session().checkDeadlines();
        return talk.says();
    }

    private static DataSource endless() {
        return (id, max, sink) -> {
            sink.add(Unpooled.wrappedBuffer(new byte[max]));
            return DataResult.MORE;
        };
    }

    private static void creditWhenConsumed(Http2SessionOptions.Builder options) {
        options.automaticWindowUpdate(false);
    }

    private static void upload(Talk talk, int stream, int bytes) {
        for (int left = bytes; left > 0; ) {
            int length = Math.min(left, 16_384);
            talk.hears(peer -> peer.data(stream, new byte[length], false));
            left -= length;
        }
    }

    // ---- a window that stays shut ----------------------------------------------------------------------------------

    @Test
    void aPausedVideoKeepsItsStreamForAMinute() {
        try (Talk talk = Talk.server(recorder)) {
            talk.hears(peer -> peer.windowUpdate(0, 1_000_000).request(1, true, "/video"));
            talk.session().submitResponse(1, OK, endless());
            talk.says();
            assertThat(at(talk, 59)).isEmpty();
            talk.hears(peer -> peer.windowUpdate(1, 100_000));
            assertThat(talk.says()).isNotEmpty();
            assertThat(at(talk, 118)).isEmpty();
            // Paused again since 59, in a period that had seen enough; the next one has not.
            assertThat(at(talk, 180)).containsExactly("RST_STREAM 1 CANCEL");
        }
    }

    @Test
    void aVideoThatStaysPausedIsReset() {
        try (Talk talk = Talk.server(recorder)) {
            talk.hears(peer -> peer.windowUpdate(0, 1_000_000).request(1, true, "/video"));
            talk.session().submitResponse(1, OK, endless());
            talk.says();
            assertThat(at(talk, 60)).containsExactly("RST_STREAM 1 CANCEL");
        }
    }

    @Test
    void aVideoThatStaysPausedBehindTheConnectionsWindowCostsNoOtherStream() {
        try (Talk talk =
                Talk.strange(Http2Role.SERVER, recorder, options -> {}).greet(INITIAL_WINDOW_SIZE, 6_000_000)) {
            talk.hears(peer -> peer.request(1, true, "/video").request(3, true, "/events"));
            talk.session().submitResponse(1, OK, endless());
            talk.session().submitResponse(3, OK, (id, max, sink) -> DataResult.DEFERRED);
            talk.says();
            assertThat(talk.session().remoteWindow(0)).isZero();
            assertThat(at(talk, 60)).containsExactly("RST_STREAM 1 CANCEL");
            talk.hears(peer -> peer.windowUpdate(0, 65_535));
            assertThat(at(talk, 600)).isEmpty();
            assertThat(talk.session().terminated()).isFalse();
        }
    }

    // ---- Expect: 100-continue --------------------------------------------------------------------------------------

    private Talk expecting(String value) {
        Talk talk = Talk.server(recorder);
        talk.hears(peer -> peer.request(1, false, "/", "expect", value, "content-length", "5"));
        return talk;
    }

    @ParameterizedTest
    @ValueSource(strings = {"100-continue", "100-Continue"})
    void aClientThatWaitsForContinueMayWait(String expect) {
        try (Talk talk = expecting(expect)) {
            assertThat(at(talk, 45)).isEmpty();
            assertThat(at(talk, 3600)).isEmpty();
            talk.session().submitHeaders(1, CONTINUE, false);
            talk.says();
            talk.time(3620);
            assertThat(at(talk, 3620)).isEmpty();
            talk.hears(peer -> peer.data(1, "hello", true));
            assertThat(at(talk, 4000)).isEmpty();
        }
    }

    @Test
    void afterContinueItsTimeBegins() {
        try (Talk talk = expecting("100-continue")) {
            assertThat(at(talk, 45)).isEmpty();
            talk.session().submitHeaders(1, CONTINUE, false);
            talk.says();
            assertThat(at(talk, 74)).isEmpty();
            assertThat(at(talk, 75)).containsExactly("RST_STREAM 1 CANCEL");
        }
    }

    @Test
    void otherInformationalResponsesAreNotWhatItWaitsFor() {
        try (Talk talk = expecting("100-continue")) {
            talk.session().submitHeaders(1, EARLY_HINTS, false);
            talk.says();
            assertThat(at(talk, 1000)).isEmpty();
        }
    }

    @Test
    void aFinalResponseEndsItsWaitToo() {
        try (Talk talk = expecting("100-continue")) {
            assertThat(at(talk, 45)).isEmpty();
            talk.session().submitResponse(1, OK, (id, max, sink) -> DataResult.DEFERRED);
            talk.says();
            assertThat(at(talk, 75)).containsExactly("RST_STREAM 1 CANCEL");
        }
    }

    @Test
    void aClientThatDoesNotWaitForContinueIsJudgedByItsBody() {
        try (Talk talk = expecting("100-continue")) {
            talk.time(45);
            talk.hears(peer -> peer.data(1, "h", false));
            talk.says();
            assertThat(at(talk, 200)).containsExactly("RST_STREAM 1 CANCEL");
        }
    }

    @Test
    void otherExpectationsAreNone() {
        try (Talk talk = expecting("a-miracle")) {
            assertThat(at(talk, 30)).containsExactly("RST_STREAM 1 CANCEL");
        }
    }

    // ---- peers that wait for us ------------------------------------------------------------------------------------

    /** A client that reads no response before its request is sent, and an application that echoes. */
    private Talk echo(int streamWindow, int... streams) {
        Talk talk = Talk.strange(Http2Role.SERVER, recorder, options -> options.automaticWindowUpdate(false)
                        .initialWindowSize(100_000))
                .greet(INITIAL_WINDOW_SIZE, streamWindow);
        for (int stream : streams) {
            talk.hears(peer -> peer.request(stream, false, "/echo"));
            talk.session().submitResponse(stream, OK, endless());
        }
        talk.says();
        return talk;
    }

    @Test
    void aStreamWhoseUploadWeHoldBackIsNotStalled() {
        try (Talk talk = echo(1000, 1)) {
            upload(talk, 1, 100_000);
            assertThat(at(talk, 300)).isEmpty();
            talk.session().consume(1, 100_000);
            assertThat(talk.says()).contains("WINDOW_UPDATE 1 +100000");
            // It was not to blame until now, and has as long as any other.
            assertThat(at(talk, 359)).isEmpty();
            assertThat(at(talk, 360)).containsExactly("RST_STREAM 1 CANCEL");
        }
    }

    @Test
    void nextToNoWindowIsNoneForThoseWhoSendWholeFrames() {
        try (Talk talk = echo(1000, 1)) {
            upload(talk, 1, 100_000 - 10_000);
            assertThat(at(talk, 100)).isEmpty();
            assertThat(at(talk, 300)).isEmpty();
        }
    }

    @Test
    void norAreTheOtherStreamsWhenTheConnectionsWindowIsUsedUp() {
        try (Talk talk = echo(1000, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23)) {
            for (int stream = 1; stream < 21; stream += 2) {
                upload(talk, stream, 100_000);
            }
            upload(talk, 21, talk.session().localWindow(0));
            assertThat(talk.session().localWindow(0)).isZero();
            assertThat(talk.session().localWindow(23)).isEqualTo(100_000);
            assertThat(at(talk, 300)).isEmpty();
        }
    }

    @Test
    void norIsTheConnectionThatIsNotReadMeanwhile() {
        try (Talk talk = echo(1_000_000, 1)) {
            assertThat(talk.session().remoteWindow(0)).isZero();
            upload(talk, 1, 100_000);
            assertThat(at(talk, 300)).isEmpty();
            assertThat(talk.session().terminated()).isFalse();
        }
    }

    @Test
    void aStreamHeldBackForEverEndsAfterTenTimeouts() {
        try (Talk talk = echo(1000, 1)) {
            upload(talk, 1, 100_000);
            // In the first minute there was the upload.
            for (int minute = 1; minute < 11; minute++) {
                assertThat(at(talk, minute * 60L)).isEmpty();
            }
            assertThat(at(talk, 660)).containsExactly("RST_STREAM 1 CANCEL");
        }
    }

    @Test
    void soDoesTheBodyThatUsesUpTheConnectionsWindow() {
        try (Talk talk = echo(1_000_000, 1)) {
            upload(talk, 1, 100_000);
            // In the first minute there was the upload.
            for (int minute = 1; minute < 11; minute++) {
                assertThat(at(talk, minute * 60L)).isEmpty();
            }
            assertThat(at(talk, 660)).containsExactly("RST_STREAM 1 CANCEL");
        }
    }

    @Test
    void anUploadThatHasEndedIsHeldBackNoLonger() {
        try (Talk talk = echo(1000, 1)) {
            talk.hears(peer -> peer.request(3, false, "/echo"));
            talk.session().submitResponse(3, OK, endless());
            talk.says();
            upload(talk, 3, 90_000);
            talk.hears(peer -> peer.data(3, new byte[10_000], true));
            assertThat(at(talk, 60)).containsExactly("RST_STREAM 1 CANCEL");
            assertThat(at(talk, 120)).containsExactly("RST_STREAM 3 CANCEL");
        }
    }

    @Test
    void aWindowThatWasUsedUpAndIsOpenAgainIsJudgedFromThereOn() {
        try (Talk talk = echo(1000, 1)) {
            upload(talk, 1, 100_000);
            talk.time(59);
            talk.session().consume(1, 100_000);
            talk.says();
            assertThat(at(talk, 60)).isEmpty();
            assertThat(at(talk, 119)).doesNotContain("RST_STREAM 1 CANCEL");
            assertThat(at(talk, 120)).containsExactly("RST_STREAM 1 CANCEL");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1_000_000})
    void aBrowserThatUploadsForMinutesNeedNotReadMeanwhile(int streamWindow) {
        try (Talk talk =
                Talk.strange(Http2Role.SERVER, recorder, options -> {}).greet(INITIAL_WINDOW_SIZE, streamWindow)) {
            talk.hears(peer -> peer.request(1, false, "/echo", "content-length", "20000000"));
            talk.session().submitResponse(1, OK, endless());
            talk.says();
            for (int second = 1; second <= 400; second++) {
                talk.time(second);
                talk.hears(peer -> peer.data(1, new byte[300], false));
                assertThat(at(talk, second)).noneMatch(frame -> frame.startsWith("RST") || frame.startsWith("GOAWAY"));
            }
            // As soon as it stops, it is one that does not read.
            List<String> said = new ArrayList<>();
            for (int second = 410; second <= 520 && said.isEmpty(); second += 10) {
                said.addAll(at(talk, second));
            }
            assertThat(said).anyMatch(frame -> frame.startsWith("RST_STREAM 1") || frame.startsWith("GOAWAY"));
        }
    }

    @Test
    void aServerMayWaitForTheRestOfTheRequest() {
        boolean[] more = new boolean[1];
        DataSource slow = (id, max, sink) -> {
            if (!more[0]) {
                return DataResult.DEFERRED;
            }
            sink.add(Unpooled.wrappedBuffer(new byte[1]));
            return DataResult.END;
        };
        try (Talk talk = Talk.client(recorder)) {
            talk.session().submitRequest(POST, slow, null);
            talk.says();
            talk.hears(peer -> peer.response(1, false, 200, "content-length", "1"));
            assertThat(at(talk, 45)).isEmpty();
            assertThat(at(talk, 300)).isEmpty();
            more[0] = true;
            talk.session().resumeData(1);
            assertThat(talk.says()).hasSize(1).allMatch(frame -> frame.startsWith("DATA 1 END_STREAM"));
            assertThat(at(talk, 330)).containsExactly("RST_STREAM 1 CANCEL");
        }
    }

    // ---- many streams ----------------------------------------------------------------------------------------------

    /** Ninety-eight bodies that wait, and a connection's window that is used up; nothing ends it but time. */
    private Talk ninetyEight() {
        Talk talk = Talk.strange(
                        Http2Role.SERVER,
                        recorder,
                        options -> options.limits(limits -> limits.withAbuseWeighted(false)))
                .greet(INITIAL_WINDOW_SIZE, 0);
        Frames requests = talk.peer();
        for (int i = 0; i < 98; i++) {
            requests.request(1 + 2 * i, true, "/");
        }
        talk.session().recv(requests.buf());
        for (int i = 0; i < 98; i++) {
            talk.session().submitResponse(1 + 2 * i, OK, endless());
        }
        talk.says();
        talk.hears(peer -> peer.windowUpdate(1, 65_535));
        talk.says();
        assertThat(talk.session().remoteWindow(0)).isZero();
        return talk;
    }

    private static void openStreams(Talk talk, int bytes) {
        Frames updates = talk.peer();
        for (int i = 0; i < 98; i++) {
            updates.windowUpdate(1 + 2 * i, bytes);
        }
        talk.session().recv(updates.buf());
        talk.says();
    }

    @Test
    void openingTheOneWindowWhileTheOtherIsShutGainsNothing() {
        try (Talk talk = ninetyEight()) {
            talk.time(59);
            openStreams(talk, 32);
            assertThat(at(talk, 60)).contains("RST_STREAM 3 CANCEL", "RST_STREAM 195 CANCEL");
        }
    }

    @Test
    void norDoesAlternatingAllTheTime() {
        try (Talk talk = ninetyEight()) {
            List<String> said = new ArrayList<>();
            for (int second = 20; second <= 200; second += 40) {
                talk.time(second);
                openStreams(talk, 8);
                said.addAll(at(talk, second + 20));
                talk.hears(peer -> peer.windowUpdate(0, 98 * 8));
                said.addAll(talk.says());
                if (talk.session().terminated()) {
                    break;
                }
            }
            assertThat(said).anyMatch(frame -> frame.equals("RST_STREAM 3 CANCEL"));
        }
    }

    @Test
    void aStreamThatWaitsForOthersOnASlowConnectionIsNotToBlame() {
        try (Talk talk = Talk.strange(Http2Role.SERVER, recorder, options -> {}).greet(INITIAL_WINDOW_SIZE, 10_000)) {
            talk.hears(peer -> peer.request(1, true, "/", "priority", "u=7").request(3, true, "/", "priority", "u=1"));
            talk.session().submitResponse(1, OK, endless());
            talk.says();
            talk.time(1);
            talk.session().submitResponse(3, OK, endless());
            talk.says();
            // Both have window, the connection little: the more urgent one gets it.
            talk.hears(peer -> peer.windowUpdate(1, 1_000_000).windowUpdate(3, 1_000_000));
            talk.says();
            for (int second = 2; second < 600; second++) {
                talk.time(second);
                talk.hears(peer -> peer.windowUpdate(0, 1000));
                talk.says();
                assertThat(at(talk, second)).isEmpty();
            }
        }
    }

    // ---- nothing to do ---------------------------------------------------------------------------------------------

    @Test
    void aLongPollMayTakeADay() {
        try (Talk talk = Talk.server(recorder)) {
            talk.hears(peer -> peer.request(1, true, "/poll"));
            assertThat(at(talk, 86_400)).isEmpty();
            talk.session().submitResponse(1, OK, null);
            assertThat(talk.says()).hasSize(1);
        }
    }

    @Test
    void anEventStreamMayBeSilentForADay() {
        int[] events = new int[1];
        DataSource body = (id, max, sink) -> {
            if (events[0] == 0) {
                return DataResult.DEFERRED;
            }
            events[0]--;
            sink.add(Unpooled.wrappedBuffer(new byte[10]));
            return DataResult.MORE;
        };
        try (Talk talk = Talk.server(recorder)) {
            talk.hears(peer -> peer.request(1, true, "/events"));
            talk.session().submitResponse(1, OK, body);
            talk.says();
            for (int day = 1; day < 10; day++) {
                assertThat(at(talk, day * 86_400L)).isEmpty();
                events[0] = 1;
                talk.session().resumeData(1);
                assertThat(talk.says()).hasSize(1).allMatch(frame -> frame.startsWith("DATA 1 "));
            }
        }
    }

    @Test
    void aBodyWeDoNotReadMayWait() {
        try (Talk talk = Talk.server(recorder, HonestPacesTest::creditWhenConsumed)) {
            talk.hears(peer -> peer.request(1, false, "/", "content-length", "1000000"));
            upload(talk, 1, talk.session().localWindow(1) - 100);
            assertThat(at(talk, 3600)).isEmpty();
        }
    }

    @Test
    void aConnectionThatIsNotReadIsNotIdle() {
        try (Talk talk = Talk.server(recorder)) {
            talk.time(10);
            talk.session().inputSuspended(true);
            assertThat(at(talk, 3600)).isEmpty();
            talk.session().inputSuspended(false);
            talk.hears(peer -> peer.request(1, true, "/"));
            assertThat(at(talk, 7200)).isEmpty();
        }
    }
}
