package io.h2session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h2session.api.DataResult;
import io.h2session.api.DataSource;
import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SessionResult;
import io.h2session.api.Http2SubmitException;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.Setting;
import io.h2session.frame.SettingId;
import io.h2session.hpack.HeaderList;
import io.h2session.priority.Priority;
import io.h2session.testing.Body;
import io.h2session.testing.Recorder;
import io.h2session.testing.Talk;
import io.h2session.testing.Wire;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose body goes next (RFC 9218 section 10), and bodies that wait, pause and fail. */
class SchedulingTest {
    private static final HeaderList OK = HeaderList.of(":status", "200");
    private static final HeaderList POST =
            HeaderList.of(":method", "POST", ":scheme", "https", ":authority", "a", ":path", "/");

    private Talk talk = Talk.server(new Recorder());

    @AfterEach
    void close() {
        talk.close();
    }

    private Http2SessionContext session() {
        return talk.session();
    }

    /** A request with a priority, answered with two full frames. */
    private void exchange(int streamId, String priority) {
        talk.hears(peer -> {
            if (priority == null) {
                peer.request(streamId, true, "/");
            } else {
                peer.request(streamId, true, "/", "priority", priority);
            }
        });
        session().submitResponse(streamId, OK, DataSource.of(new byte[32_768]));
    }

    /** The streams whose DATA go, in that order. */
    private List<Integer> turns() {
        talk.hears(peer -> peer.settings(SettingId.INITIAL_WINDOW_SIZE, 1 << 20).windowUpdate(0, 1 << 20));
        return streamsOf(talk.says());
    }

    // ---- whose turn

    @Test
    void oneStreamAfterTheOtherUnlessIncremental() {
        exchange(1, null);
        exchange(3, null);
        exchange(5, null);
        assertThat(turns()).containsExactly(1, 1, 3, 3, 5, 5);
    }

    @Test
    void incrementalStreamsShare() {
        exchange(1, "i");
        exchange(3, "i");
        exchange(5, "i");
        assertThat(turns()).containsExactly(1, 3, 5, 1, 3, 5);
    }

    @Test
    void moreUrgentStreamsGoFirst() {
        exchange(1, "u=5");
        exchange(3, null);
        exchange(5, "u=0");
        exchange(7, "u=3");
        exchange(9, "u=7, i");
        assertThat(turns()).containsExactly(5, 5, 3, 3, 7, 7, 1, 1, 9, 9);
    }

    @Test
    void aPriorityUpdateChangesTheTurns() {
        exchange(1, null);
        exchange(3, null);
        talk.hears(peer -> peer.priorityUpdate(3, "u=1"));
        assertThat(session().priority(3)).isEqualTo(new Priority(1, false));
        assertThat(turns()).containsExactly(3, 3, 1, 1);
    }

    /** Three bodies under way, of which the first has the turn; the connection's window is used up. */
    private void midBody(boolean nghttp2) {
        talk.close();
        talk = Talk.either(nghttp2, Http2Role.SERVER, new Recorder(), options -> options.receivePriorityUpdate(true)
                .noRfc7540Priorities(true));
        talk.hears(peer -> peer.settings(SettingId.INITIAL_WINDOW_SIZE, 1 << 20));
        for (int id = 1; id <= 5; id += 2) {
            int streamId = id;
            talk.hears(peer -> peer.request(streamId, true, "/"));
            session().submitResponse(streamId, OK, DataSource.of(new byte[200_000]));
        }
        assertThat(streamsOf(talk.says())).containsExactly(1, 1, 1, 1);
    }

    /** The streams whose DATA go in two frames' worth of window. */
    private List<Integer> nextTurns() {
        talk.hears(peer -> peer.windowUpdate(0, 32_768));
        return streamsOf(talk.says());
    }

    private static List<Integer> streamsOf(List<String> said) {
        return said.stream()
                .filter(frame -> frame.startsWith("DATA"))
                .map(frame -> Integer.valueOf(frame.split(" ", 3)[1]))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPriorityUpdateChangesTheTurnsInMidBody(boolean nghttp2) {
        midBody(nghttp2);
        talk.hears(peer -> peer.priorityUpdate(3, "u=1"));
        assertThat(nextTurns()).containsExactly(3, 3);
        talk.hears(peer -> peer.priorityUpdate(5, "u=0"));
        assertThat(nextTurns()).containsExactly(5, 5);
        talk.hears(peer -> peer.priorityUpdate(5, "u=7").priorityUpdate(3, "u=7"));
        assertThat(nextTurns()).containsExactly(1, 1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theApplicationChangesTheTurnsInMidBody(boolean nghttp2) {
        midBody(nghttp2);
        session().changePriority(5, new Priority(1, false), false);
        assertThat(nextTurns()).containsExactly(5, 5);
        session().changePriority(5, new Priority(4, false), false);
        assertThat(nextTurns()).containsExactly(1, 1);
    }

    @Test
    void aPriorityUpdateMayComeBeforeItsRequest() {
        talk.hears(peer -> peer.priorityUpdate(3, "u=1"));
        exchange(1, null);
        exchange(3, null);
        assertThat(turns()).containsExactly(3, 3, 1, 1);
    }

    @Test
    void theRequestsOwnPriorityOverridesAnEarlierUpdate() {
        talk.hears(peer -> peer.priorityUpdate(3, "u=1"));
        exchange(1, null);
        exchange(3, "u=6");
        assertThat(turns()).containsExactly(1, 1, 3, 3);
    }

    @Test
    void priorityUpdatesOfStreamsThatWerePassedOverMakeRoom() {
        talk.close();
        talk = Talk.server(new Answering(), options -> options.maxConcurrentStreams(2));
        for (int id = 1; id < 40; id += 4) {
            int streamId = id;
            talk.hears(peer -> peer.priorityUpdate(streamId, "u=1").request(streamId + 2, true, "/"));
            assertThat(talk.says()).containsExactly("HEADERS " + (id + 2) + " END_STREAM [:status: 200]");
        }
    }

    @Test
    void priorityUpdatesBeforeTheLimitIsAcknowledgedAreForgottenWhenTheyAreTooMany() {
        talk.close();
        talk = Talk.strange(Http2Role.SERVER, new Recorder(), options -> options.maxConcurrentStreams(1));
        talk.hears(peer -> peer.preface().settings().priorityUpdate(1, "u=1").priorityUpdate(3, "u=1"));
        talk.hears(peer -> peer.request(1, false, "/").request(3, false, "/"));
        assertThat(session().priority(1)).isEqualTo(new Priority(1, false));
        assertThat(session().terminationReason()).isNull();
    }

    @Test
    void theApplicationMayChangeAPriorityAndIgnoreTheClients() {
        exchange(1, null);
        exchange(3, null);
        session().changePriority(3, new Priority(0, false), true);
        talk.hears(peer -> peer.priorityUpdate(3, "u=7"));
        assertThat(session().priority(3)).isEqualTo(new Priority(0, false));
        assertThat(session().priority(5)).isNull();
        assertThat(turns()).containsExactly(3, 3, 1, 1);
    }

    @Test
    void ignoringTheClientCannotBeTakenBack() {
        exchange(1, null);
        session().changePriority(1, new Priority(0, false), true);
        session().changePriority(1, new Priority(5, false), false);
        talk.hears(peer -> peer.priorityUpdate(1, "u=7"));
        assertThat(session().priority(1)).isEqualTo(new Priority(5, false));
    }

    @Test
    void thePriorityOfAnIdleStreamMayBeChangedAndIgnoreTheClients() {
        assertThat(session().changePriority(1, Priority.DEFAULT, true)).isFalse();
        talk.hears(peer -> peer.priorityUpdate(1, "u=2"));
        assertThat(session().priority(1)).isEqualTo(new Priority(2, false));
        assertThat(session().changePriority(1, new Priority(1, true), true)).isTrue();
        talk.hears(peer -> peer.priorityUpdate(1, "u=7"));
        talk.hears(peer -> peer.request(1, true, "/", "priority", "u=6"));
        assertThat(session().priority(1)).isEqualTo(new Priority(1, true));
        assertThat(session().changePriority(1, new Priority(4, true), false)).isTrue();
        assertThat(session().priority(1)).isEqualTo(new Priority(4, true));
    }

    @Test
    void prioritiesNeedTheSettingIfToldSo() {
        talk.close();
        talk = Talk.server(
                new Recorder(), options -> options.followNghttp2(true).automaticSettings(false));
        talk.hears(peer -> peer.request(1, true, "/", "priority", "u=1"));
        assertThat(session().priority(1)).isNull();
        assertThat(session().changePriority(1, new Priority(5, false), false)).isTrue();
        session().submitSettings(List.of(new Setting(SettingId.NO_RFC7540_PRIORITIES, 1)));
        assertThat(session().priority(1)).isEqualTo(new Priority(1, false));
        session().changePriority(1, new Priority(5, false), false);
        assertThat(session().priority(1)).isEqualTo(new Priority(5, false));
        assertThat(session().changePriority(3, new Priority(5, false), false)).isFalse();
    }

    @Test
    void aClientHasNoPrioritiesIfToldSo() {
        talk.close();
        talk = Talk.client(new Recorder(), options -> options.followNghttp2(true));
        session().submitRequest(POST, null, null);
        assertThatThrownBy(() -> session().priority(1)).isInstanceOf(Http2SubmitException.class);
        assertThatThrownBy(() -> session().changePriority(1, Priority.DEFAULT, false))
                .isInstanceOf(Http2SubmitException.class);
    }

    @Test
    void aPriorityThatCannotBeParsedIsNone() {
        exchange(1, null);
        exchange(3, "u=0, u");
        exchange(5, "nonsense=(");
        assertThat(session().priority(5)).isEqualTo(Priority.DEFAULT);
        assertThat(turns()).containsExactly(1, 1, 3, 3, 5, 5);
    }

    @Test
    void aStreamThatEndsMakesRoomInTheMiddle() {
        exchange(1, "i");
        exchange(3, "i");
        exchange(5, "i");
        talk.hears(peer -> peer.reset(3, ErrorCode.CANCEL));
        assertThat(turns()).containsExactly(1, 5, 1, 5);
    }

    @Test
    void uploadsShareAsWell() {
        talk.close();
        talk = Talk.client(new Recorder());
        session().submitRequest(POST, DataSource.of(new byte[32_768]), null);
        session().submitRequest(POST, DataSource.of(new byte[20_000]), null);
        talk.says(1);
        session().changePriority(1, new Priority(3, true), false);
        talk.says(1);
        session().changePriority(3, new Priority(3, true), false);
        assertThat(turns()).containsExactly(1, 3, 1, 3);
    }

    // ---- bodies that wait

    @Test
    void aDeferredBodyWaitsUntilItIsResumed() {
        Body body = Body.script()
                .then("a", DataResult.DEFERRED)
                .then(DataResult.DEFERRED)
                .then("b", DataResult.END);
        talk.hears(peer -> peer.request(1, true, "/"));
        session().submitResponse(1, OK, body);
        assertThat(session().resumeData(1)).isFalse();

        assertThat(talk.says()).containsExactly("HEADERS 1 [:status: 200]", "DATA 1 a");
        assertThat(session().wantWrite()).isFalse();
        assertThat(session().resumeData(1)).isTrue();
        assertThat(session().resumeData(1)).isFalse();
        assertThat(talk.says()).isEmpty();
        assertThat(session().resumeData(1)).isTrue();
        assertThat(talk.says()).containsExactly("DATA 1 END_STREAM b");
        assertThat(session().resumeData(1)).isFalse();
        assertThat(body.reads()).isEqualTo(3);
    }

    @Test
    void aBodyResumedWithinItsOwnReadGoesOn() {
        Body body = Body.script();
        body.then(() -> session().resumeData(1), "", DataResult.DEFERRED).then("b", DataResult.END);
        talk.hears(peer -> peer.request(1, true, "/"));
        session().submitResponse(1, OK, body);
        talk.says();

        // It said DEFERRED after it was resumed: that is the last word.
        assertThat(body.reads()).isEqualTo(1);
        assertThat(session().resumeData(1)).isTrue();
        assertThat(talk.says()).containsExactly("DATA 1 END_STREAM b");
    }

    @Test
    void nothingWithMoreIsAsGoodAsDeferred() {
        Body body = Body.script().then(DataResult.MORE).then("b", DataResult.END);
        talk.hears(peer -> peer.request(1, true, "/"));
        session().submitResponse(1, OK, body);
        assertThat(talk.says()).containsExactly("HEADERS 1 [:status: 200]");
        assertThat(session().wantWrite()).isFalse();
        session().resumeData(1);
        assertThat(talk.says()).containsExactly("DATA 1 END_STREAM b");
    }

    @Test
    void aPausedBodyEndsTheSendAndIsReadAgainByTheNext() {
        Body body =
                Body.script().then("a", DataResult.MORE).then(DataResult.PAUSED).then("b", DataResult.END);
        talk.hears(peer -> peer.request(1, true, "/").request(3, true, "/"));
        session().submitResponse(1, OK, body);
        session().submitResponse(3, OK, DataSource.ofAscii("other"));
        Wire wire = new Wire();

        assertThat(talk.session().send(wire)).isEqualTo(Http2SessionResult.PAUSED);
        wire.take().release();
        wire.release();
        assertThat(session().wantWrite()).isTrue();
        assertThat(talk.callbacks()).endsWith("sent DATA stream=1");
        talk.session().submitPing(1);
        assertThat(body.reads()).isEqualTo(2);
        talk.says();
        assertThat(talk.callbacks())
                .endsWith(
                        "sent PING stream=0",
                        "sent DATA stream=1 END_STREAM",
                        "closed stream=1 NO_ERROR",
                        "sent DATA stream=3 END_STREAM",
                        "closed stream=3 NO_ERROR");
    }

    @Test
    void aFailedBodyCostsItsStream() {
        Body body = Body.script().then("a", DataResult.MORE).then("lost", DataResult.FAILED);
        talk.hears(peer -> peer.request(1, true, "/"));
        session().submitResponse(1, OK, body);

        assertThat(talk.says()).containsExactly("HEADERS 1 [:status: 200]", "DATA 1 a", "RST_STREAM 1 INTERNAL_ERROR");
        assertThat(body.closed()).isEqualTo(1);
        assertThat(talk.callbacks()).endsWith("closed stream=1 INTERNAL_ERROR");
    }

    @Test
    void aBodyThatResetsItsStreamIsNotSent() {
        Body body = Body.script();
        body.then(() -> session().submitReset(1, 8), "lost", DataResult.MORE);
        talk.hears(peer -> peer.request(1, true, "/"));
        session().submitResponse(1, OK, body);

        assertThat(talk.says()).containsExactly("HEADERS 1 [:status: 200]", "RST_STREAM 1 CANCEL");
        assertThat(body.closed()).isEqualTo(1);
    }

    @Test
    void anEmptyBodyIsAnEmptyFrame() {
        talk.hears(peer -> peer.request(1, true, "/"));
        session().submitResponse(1, OK, Body.script().then(DataResult.END));
        assertThat(talk.says()).containsExactly("HEADERS 1 [:status: 200]", "DATA 1 END_STREAM");
    }

    // ---- trailers

    @Test
    void trailersWaitForTheBody() {
        Body body = Body.script().then("a", DataResult.DEFERRED).then("b", DataResult.END);
        talk.hears(peer -> peer.request(1, true, "/"));
        session().submitResponse(1, OK, body);
        session().submitTrailers(1, HeaderList.of("c", "d"));

        assertThat(talk.says()).containsExactly("HEADERS 1 [:status: 200]", "DATA 1 a");
        session().resumeData(1);
        assertThat(talk.says()).containsExactly("DATA 1 b", "HEADERS 1 END_STREAM [c: d]");
        assertThat(talk.callbacks()).endsWith("sent HEADERS stream=1 END_STREAM", "closed stream=1 NO_ERROR");
    }

    @Test
    void trailersMayBeSubmittedByTheBodysLastRead() {
        Body body = Body.script();
        body.then(() -> session().submitTrailers(1, HeaderList.of("c", "d")), "b", DataResult.END_WITHOUT_END_STREAM);
        talk.hears(peer -> peer.request(1, true, "/"));
        session().submitResponse(1, OK, body);
        assertThat(talk.says()).containsExactly("HEADERS 1 [:status: 200]", "DATA 1 b", "HEADERS 1 END_STREAM [c: d]");
    }

    @Test
    void trailersMayFollowABodyThatLeftTheStreamOpen() {
        talk.hears(peer -> peer.request(1, true, "/"));
        session().submitResponse(1, OK, Body.script().then(DataResult.END_WITHOUT_END_STREAM));
        assertThat(talk.says()).containsExactly("HEADERS 1 [:status: 200]");
        session().submitTrailers(1, HeaderList.of("c", "d"));
        assertThat(talk.says()).containsExactly("HEADERS 1 END_STREAM [c: d]");
    }

    @Test
    void trailersThatOvertakeTheBodyEndIt() {
        Body body = Body.script().then("a", DataResult.DEFERRED).then("b", DataResult.END);
        talk.close();
        talk = Talk.server(new Recorder(), options -> options.trailersAfterBody(false));
        talk.hears(peer -> peer.request(1, false, "/"));
        session().submitResponse(1, OK, body);
        talk.says();
        session().resumeData(1);
        session().submitTrailers(1, HeaderList.of("c", "d"));

        assertThat(talk.says()).containsExactly("HEADERS 1 END_STREAM [c: d]");
        assertThat(body.closed()).isEqualTo(1);
        assertThat(talk.says()).isEmpty();
        assertThat(talk.hears(peer -> peer.data(1, "", true))).endsWith("closed stream=1 NO_ERROR");
    }

    @Test
    void trailersOfARequestThatWaitsFollowItsBody() {
        talk.close();
        talk = Talk.client(new Recorder());
        session().submitRequest(POST, Body.script().then("a", DataResult.END), null);
        session().submitTrailers(1, HeaderList.of("c", "d"));
        assertThat(talk.says().stream().map(frame -> frame.substring(0, 8)))
                .containsExactly("HEADERS ", "DATA 1 a", "HEADERS ");
    }

    @Test
    void trailersOfAPushFollowItsBody() {
        talk.hears(peer -> peer.request(1, true, "/"));
        HeaderList request = HeaderList.of(":method", "GET", ":scheme", "https", ":authority", "a", ":path", "/p");
        int id = session().submitPushPromise(1, request, null);
        session().submitResponse(id, OK, Body.script().then("a", DataResult.END));
        session().submitTrailers(id, HeaderList.of("c", "d"));

        assertThat(talk.says())
                .containsExactly(
                        "PUSH_PROMISE 1 promised=2 [:method: GET, :scheme: https, :authority: a, :path: /p]",
                        "HEADERS 2 [:status: 200]",
                        "DATA 2 a",
                        "HEADERS 2 END_STREAM [c: d]");
        assertThat(talk.callbacks()).endsWith("closed stream=2 NO_ERROR");
    }
}
