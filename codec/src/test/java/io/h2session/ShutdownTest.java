package io.h2session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h2session.api.DataResult;
import io.h2session.api.DataSource;
import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SessionResult;
import io.h2session.api.Http2SubmitException;
import io.h2session.api.SendAnswer;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.Frame;
import io.h2session.frame.FrameType;
import io.h2session.frame.SettingId;
import io.h2session.hpack.HeaderList;
import io.h2session.testing.Body;
import io.h2session.testing.Recorder;
import io.h2session.testing.Talk;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** GOAWAY of either end, and how a session ends whatever the cause. */
class ShutdownTest {
    private static final HeaderList OK = HeaderList.of(":status", "200");
    private static final HeaderList GET =
            HeaderList.of(":method", "GET", ":scheme", "https", ":authority", "a", ":path", "/");
    private static final HeaderList POST =
            HeaderList.of(":method", "POST", ":scheme", "https", ":authority", "a", ":path", "/");
    private static final int NO_LIMIT = Integer.MAX_VALUE;

    private Talk talk;

    @AfterEach
    void close() {
        talk.close();
    }

    private Http2SessionContext session() {
        return talk.session();
    }

    // ---- the end

    /** What can end a session. */
    private enum Cause {
        TERMINATE("PROTOCOL_ERROR"),
        CONNECTION_ERROR("PROTOCOL_ERROR"),
        TRANSPORT_GONE("CANCEL");

        private final String code;

        Cause(String code) {
            this.code = code;
        }

        void happensTo(Talk talk) {
            switch (this) {
                case TERMINATE -> talk.session().terminate(ErrorCode.PROTOCOL_ERROR.code());
                case CONNECTION_ERROR -> talk.hears(peer -> peer.windowUpdate(0, 0));
                case TRANSPORT_GONE -> talk.session().close();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Cause.class)
    void everyFrameStreamAndBodyIsToldItsEndOnce(Cause cause) {
        talk = Talk.client(new Recorder());
        talk.hears(peer -> peer.settings(SettingId.MAX_CONCURRENT_STREAMS, 2));
        List<Body> bodies = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            bodies.add(Body.script().then("abc", DataResult.DEFERRED));
            session().submitRequest(POST, bodies.get(i), null);
        }
        session().submitTrailers(1, HeaderList.of("a", "b"));
        session().submitTrailers(5, HeaderList.of("a", "b"));
        talk.says();
        session().submitPing(1);
        session().submitReset(3, ErrorCode.CANCEL.code());
        talk.callbacks();

        cause.happensTo(talk);
        talk.callbacks();
        talk.says();
        cause.happensTo(talk);
        talk.says();

        assertThat(bodies).extracting(Body::closed).containsOnly(1);
        assertThat(session().wantRead()).isFalse();
        assertThat(session().wantWrite()).isFalse();
        assertThat(talk.session().terminated()).isTrue();
        assertThat(session().activeStreams()).isZero();
        assertThat(session().outboundQueueSize()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Cause.class)
    void theEndIsToldInOrder(Cause cause) {
        talk = Talk.client(new Recorder());
        talk.hears(peer -> peer.settings(SettingId.MAX_CONCURRENT_STREAMS, 1));
        session().submitRequest(POST, Body.script(), null);
        session().submitRequest(POST, Body.script(), null);
        session().submitTrailers(1, HeaderList.of("a", "b"));
        session().submitTrailers(3, HeaderList.of("a", "b"));
        talk.says();
        session().submitPing(1);
        talk.callbacks();
        cause.happensTo(talk);
        talk.says();

        String last = cause == Cause.TRANSPORT_GONE ? "closed stream=1 " + cause.code : "sent GOAWAY stream=0";
        assertThat(talk.callbacks())
                .filteredOn(line -> !line.startsWith("begin") && !line.startsWith("invalid"))
                .startsWith(
                        "not-sent PING stream=0 SESSION_CLOSING",
                        "not-sent HEADERS stream=3 SESSION_CLOSING",
                        "not-sent HEADERS stream=3 SESSION_CLOSING",
                        "closed stream=3 REFUSED_STREAM",
                        "not-sent HEADERS stream=1 STREAM_CLOSED",
                        "closed stream=1 " + cause.code)
                .endsWith(last);
    }

    @Test
    void terminateSaysGoAwayOnceAndNothingAfter() {
        talk = Talk.server(new Recorder());
        talk.hears(peer -> peer.request(1, true, "/").request(3, false, "/"));
        session().submitResponse(1, OK, DataSource.of(new byte[100]));
        session().terminate(ErrorCode.INTERNAL_ERROR.code());
        session().terminate(ErrorCode.NO_ERROR.code());

        assertThat(session().wantWrite()).isTrue();
        assertThat(talk.says()).containsExactly("GOAWAY 3 INTERNAL_ERROR terminated");
        assertThat(session().terminationReason()).isEqualTo("terminated");
        assertThat(talk.says()).isEmpty();
    }

    @Test
    void aTerminatedSessionDiscardsItsInput() {
        talk = Talk.server(new Recorder());
        session().terminate(ErrorCode.NO_ERROR.code());

        assertThat(talk.hears(peer -> peer.request(1, true, "/").raw(new byte[100])))
                .isEmpty();
        assertThat(talk.says()).containsExactly("GOAWAY 0 NO_ERROR");
        assertThat(talk.hears(peer -> peer.request(3, true, "/")))
                .containsExactly("before GOAWAY stream=0", "sent GOAWAY stream=0");
    }

    @Test
    void aClientThatHasSentGoAwaySendsNoRequests() {
        talk = Talk.client(new Recorder());
        session().submitGoAway(0, ErrorCode.NO_ERROR.code(), new byte[0]);
        assertThat(talk.says()).containsExactly("GOAWAY 0 NO_ERROR");
        assertThat(session().requestAllowed()).isFalse();
        assertThatThrownBy(() -> session().submitRequest(GET, null, null))
                .isInstanceOf(Http2SubmitException.class)
                .extracting(refused -> ((Http2SubmitException) refused).reason())
                .isEqualTo(Http2SubmitException.Reason.START_STREAM_NOT_ALLOWED);
        assertThat(talk.says()).isEmpty();
    }

    @Test
    void theFirstSettingsPrecedeTheLastGoAway() {
        talk = Talk.strange(Http2Role.SERVER, new Recorder(), options -> {});
        session().terminate(ErrorCode.NO_ERROR.code());
        assertThat(talk.says()).hasSize(2).last().isEqualTo("GOAWAY 0 NO_ERROR");

        talk.close();
        talk = Talk.strange(Http2Role.CLIENT, new Recorder(), options -> {});
        session().submitRequest(GET, null, null);
        session().terminate(ErrorCode.NO_ERROR.code());
        assertThat(talk.says()).hasSize(2).last().isEqualTo("GOAWAY 0 NO_ERROR");
        assertThat(talk.callbacks()).contains("closed stream=1 REFUSED_STREAM");
    }

    /** Throws once. */
    private static final class Throwing extends Recorder {
        private final String at;
        private boolean thrown;

        Throwing(String at) {
            this.at = at;
        }

        private void perhaps(String happening) {
            if (!thrown && happening.equals(at)) {
                thrown = true;
                throw new IllegalStateException(at);
            }
        }

        @Override
        public SendAnswer beforeFrameSend(Http2SessionContext session, Frame frame) throws Exception {
            perhaps("before " + FrameType.name(frame.type()));
            return super.beforeFrameSend(session, frame);
        }

        @Override
        public void onFrameSent(Http2SessionContext session, Frame frame) throws Exception {
            super.onFrameSent(session, frame);
            perhaps("sent " + FrameType.name(frame.type()));
        }
    }

    @Test
    void theFirstSettingsPrecedeTheLastGoAwayThoughTheApplicationKeptThemBack() {
        talk = Talk.strange(Http2Role.SERVER, new Throwing("before SETTINGS"), options -> {});
        assertThat(talk.says()).isEmpty();
        assertThat(session().failureCause()).hasMessage("before SETTINGS");
        List<String> frames = talk.says();
        assertThat(frames).hasSize(2).last().isEqualTo("GOAWAY 0 INTERNAL_ERROR callback_failure");
        assertThat(frames).first().asString().startsWith("SETTINGS");
        assertThat(talk.callbacks())
                .contains("sent SETTINGS stream=0", "sent GOAWAY stream=0")
                .doesNotContain("not-sent SETTINGS stream=0 SESSION_CLOSING");
    }

    @Test
    void theLastGoAwayFollowsTheSettingsWhateverTheApplicationThrows() {
        talk = Talk.strange(Http2Role.SERVER, new Throwing("sent SETTINGS"), options -> {});
        session().terminate(ErrorCode.NO_ERROR.code());
        assertThat(talk.says()).hasSize(2).last().isEqualTo("GOAWAY 0 NO_ERROR");
        assertThat(session().failureCause()).hasMessage("sent SETTINGS");
        assertThat(talk.session().terminated()).isTrue();
    }

    @Test
    void theLastGoAwayGoesThoughTheApplicationThrowsAtIt() {
        talk = Talk.server(new Throwing("sent GOAWAY"));
        session().terminate(ErrorCode.NO_ERROR.code());
        assertThat(talk.says()).containsExactly("GOAWAY 0 NO_ERROR");
        assertThat(session().failureCause()).hasMessage("sent GOAWAY");
    }

    @Test
    void settingsThatCannotGoAreToldAsNotSentWhenTheTransportIsGone() {
        talk = Talk.strange(Http2Role.SERVER, new Throwing("before SETTINGS"), options -> {});
        talk.says();
        talk.session().close();
        assertThat(talk.callbacks()).contains("not-sent SETTINGS stream=0 SESSION_CLOSING");
    }

    @Test
    void theApplicationsLastStreamIdIsSaid() {
        talk = Talk.server(new Recorder());
        talk.hears(peer -> peer.request(1, true, "/").request(3, true, "/"));
        session().terminate(1, ErrorCode.CANCEL.code());

        assertThat(talk.says()).containsExactly("GOAWAY 1 CANCEL terminated");
    }

    @Test
    void afterTheEndSubmitsAreRefusedAndTheRestDoesNothing() {
        talk = Talk.client(new Recorder());
        session().submitRequest(POST, Body.script(), null);
        talk.says();
        talk.session().close();
        talk.callbacks();

        for (Runnable submit : List.<Runnable>of(
                () -> session().submitRequest(GET, null, null),
                () -> session().submitHeaders(1, GET, true),
                () -> session().submitTrailers(1, HeaderList.of("a", "b")),
                () -> session().submitData(1, Body.script(), true),
                () -> session().submitSettings(List.of()),
                () -> session().submitPing(1),
                () -> session().submitWindowUpdate(0, 1))) {
            assertThatThrownBy(submit::run)
                    .isInstanceOfSatisfying(Http2SubmitException.class, refused -> assertThat(refused.reason())
                            .isEqualTo(Http2SubmitException.Reason.INVALID_STATE));
        }
        session().submitReset(1, 0);
        session().submitGoAway(0, 0, new byte[0]);
        session().terminate(0);
        assertThat(session().resumeData(1)).isFalse();
        assertThat(session().requestAllowed()).isFalse();
        talk.session().close();
        assertThat(talk.says()).isEmpty();
        assertThat(talk.callbacks()).isEmpty();
    }

    @Test
    void whatIsSubmittedWhileTheEndIsToldIsNotLeftBehind() {
        List<String> refusals = new ArrayList<>();
        talk = Talk.client(new Recorder() {
            @Override
            public void onStreamClosed(Http2SessionContext session, int streamId, long errorCode) throws Exception {
                super.onStreamClosed(session, streamId, errorCode);
                session.submitReset(streamId + 2, 0);
                try {
                    session.submitRequest(GET, null, null);
                } catch (Http2SubmitException e) {
                    refusals.add(e.reason().name());
                }
            }
        });
        session().submitRequest(POST, Body.script(), null);
        session().submitRequest(POST, Body.script(), null);
        talk.says();
        talk.callbacks();
        session().terminate(0);

        assertThat(talk.says()).containsExactly("RST_STREAM 1 CANCEL", "RST_STREAM 3 CANCEL", "GOAWAY 0 NO_ERROR");
        assertThat(talk.callbacks())
                .containsExactly(
                        "before RST_STREAM stream=1",
                        "sent RST_STREAM stream=1",
                        "closed stream=1 CANCEL",
                        "before RST_STREAM stream=3",
                        "sent RST_STREAM stream=3",
                        "closed stream=3 CANCEL",
                        "before GOAWAY stream=0",
                        "sent GOAWAY stream=0");
        assertThat(refusals).containsExactly("INVALID_STATE", "INVALID_STATE");
        assertThat(session().outboundQueueSize()).isZero();
    }

    // ---- ours, gracefully

    @Test
    void aGracefulShutdownIsNoticeThenGoAwayThenTheStreamsFinish() {
        talk = Talk.server(new Recorder());
        talk.hears(peer -> peer.request(1, true, "/"));
        session().submitShutdownNotice();
        session().submitShutdownNotice();
        assertThat(talk.says()).containsExactly("GOAWAY 2147483647 NO_ERROR");

        talk.hears(peer -> peer.request(3, true, "/"));
        session().submitGoAway(session().lastProcessedStreamId(), 0, new byte[0]);
        assertThat(talk.says()).containsExactly("GOAWAY 3 NO_ERROR");

        // Too late: decoded and ignored.
        assertThat(talk.hears(peer -> peer.request(5, true, "/", "name", "value")))
                .noneMatch(line -> line.startsWith("header"));
        assertThat(session().wantRead()).isTrue();
        session().submitResponse(1, OK, null);
        session().submitResponse(3, OK, null);
        assertThat(talk.says())
                .containsExactly("HEADERS 1 END_STREAM [:status: 200]", "HEADERS 3 END_STREAM [:status: 200]");
        assertThat(session().wantRead()).isFalse();
        assertThat(session().wantWrite()).isFalse();
    }

    @Test
    void goAwayClosesWhatWasNotProcessed() {
        talk = Talk.server(new Recorder());
        talk.hears(peer -> peer.request(1, true, "/").request(3, true, "/").request(5, false, "/"));
        talk.callbacks();
        Body body = Body.script();
        session().submitResponse(5, OK, body);
        session().submitGoAway(1, 0, new byte[0]);

        assertThat(talk.says()).containsExactly("HEADERS 5 [:status: 200]", "GOAWAY 1 NO_ERROR");
        assertThat(talk.callbacks()).endsWith("closed stream=3 REFUSED_STREAM", "closed stream=5 REFUSED_STREAM");
        assertThat(body.closed()).isEqualTo(1);
        // They are as if we had reset them.
        assertThat(talk.hears(peer -> peer.data(5, "abc", true).headers(5, true, "a", "b")))
                .containsExactly("begin HEADERS stream=5 length=5");
        assertThat(session().activeStreams()).isEqualTo(1);
    }

    @Test
    void theLastStreamIdNeverRises() {
        talk = Talk.server(new Recorder());
        talk.hears(peer -> peer.request(1, true, "/").request(3, true, "/"));
        session().submitGoAway(1, 0, new byte[] {'x'});
        session().submitGoAway(3, 0, new byte[0]);
        session().submitGoAway(NO_LIMIT, 0, new byte[0]);

        assertThat(talk.says()).containsExactly("GOAWAY 1 NO_ERROR x", "GOAWAY 1 NO_ERROR", "GOAWAY 1 NO_ERROR");
        session().terminate(3, 0);
        assertThat(talk.says()).containsExactly("RST_STREAM 1 CANCEL", "GOAWAY 1 NO_ERROR");
    }

    @Test
    void goAwayArgumentsAreChecked() {
        talk = Talk.server(new Recorder());
        for (Runnable submit : List.<Runnable>of(
                () -> session().submitGoAway(2, 0, new byte[0]),
                () -> session().submitGoAway(-1, 0, new byte[0]),
                () -> session().submitGoAway(0, 0, new byte[16_377]))) {
            assertThatThrownBy(submit::run).isInstanceOf(Http2SubmitException.class);
        }
        session().submitGoAway(0, 0, new byte[16_376]);
        assertThat(talk.says()).hasSize(1);

        talk.close();
        talk = Talk.client(new Recorder());
        assertThatThrownBy(() -> session().submitShutdownNotice()).isInstanceOf(Http2SubmitException.class);
    }

    // ---- the peer's

    @Test
    void thePeersGoAwayClosesWhatItDidNotProcess() {
        talk = Talk.client(new Recorder());
        Body refused = Body.script();
        session().submitRequest(POST, Body.script(), null);
        session().submitRequest(POST, refused, null);
        talk.says();
        talk.callbacks();

        assertThat(talk.hears(peer -> peer.goAway(1, ErrorCode.NO_ERROR, "")))
                .containsExactly(
                        "begin GOAWAY stream=0 length=8",
                        "received GOAWAY stream=0 last=1 error=NO_ERROR debug=0 bytes",
                        "closed stream=3 REFUSED_STREAM");
        assertThat(refused.closed()).isEqualTo(1);
        assertThat(session().requestAllowed()).isFalse();
        assertThat(session().wantRead()).isTrue();
        session().submitReset(1, ErrorCode.CANCEL.code());
        talk.says();
        assertThat(session().wantRead()).isFalse();
    }

    @Test
    void afterThePeersGoAwayRequestsAreNotSent() {
        talk = Talk.client(new Recorder());
        Body body = Body.script();
        session().submitRequest(POST, body, null);

        assertThat(talk.hears(peer -> peer.goAway(0, ErrorCode.NO_ERROR, "")))
                .endsWith("not-sent HEADERS stream=1 START_STREAM_NOT_ALLOWED", "closed stream=1 REFUSED_STREAM");
        assertThat(talk.says()).isEmpty();
        assertThat(talk.callbacks()).isEmpty();
        assertThat(body.closed()).isEqualTo(1);
    }

    private void assertNoMoreRequests() {
        assertThat(session().requestAllowed()).isFalse();
        Body late = Body.script();
        assertThatThrownBy(() -> session().submitRequest(POST, late, null))
                .isInstanceOfSatisfying(Http2SubmitException.class, refused -> assertThat(refused.reason())
                        .isEqualTo(Http2SubmitException.Reason.START_STREAM_NOT_ALLOWED));
        assertThat(late.closed()).isZero();
    }

    @Test
    void requestsThatWaitWhenGoAwayComesAreGivenUpAtOnce() {
        talk = Talk.client(new Recorder());
        talk.hears(peer -> peer.settings(SettingId.MAX_CONCURRENT_STREAMS, 1));
        Body waiting = Body.script();
        session().submitRequest(GET, null, null);
        session().submitRequest(POST, waiting, null);
        session().submitTrailers(3, HeaderList.of("a", "b"));
        session().submitRequest(POST, Body.script(), null);
        session().submitReset(5, ErrorCode.CANCEL.code());
        talk.says();
        assertThat(session().pendingRequests()).isEqualTo(1);

        // The stream that runs continues.
        assertThat(talk.hears(peer -> peer.goAway(NO_LIMIT, ErrorCode.NO_ERROR, "")))
                .endsWith(
                        "not-sent HEADERS stream=3 START_STREAM_NOT_ALLOWED",
                        "not-sent HEADERS stream=3 START_STREAM_NOT_ALLOWED",
                        "closed stream=3 REFUSED_STREAM");
        assertThat(waiting.closed()).isEqualTo(1);
        assertThat(session().activeStreams()).isEqualTo(1);
        assertThat(session().outboundQueueSize()).isZero();
        assertNoMoreRequests();
        assertThat(talk.hears(peer -> peer.response(1, true, 200))).endsWith("closed stream=1 NO_ERROR");
    }

    @Test
    void aClientsOwnGoAwayGivesUpWhatWaitsThoughTheSinkTakesNothing() {
        talk = Talk.client(new Recorder());
        talk.hears(peer -> peer.settings(SettingId.MAX_CONCURRENT_STREAMS, 1));
        session().submitRequest(GET, null, null);
        session().submitRequest(POST, Body.script(), null);
        talk.says();
        talk.callbacks();

        session().submitGoAway(0, ErrorCode.NO_ERROR.code(), new byte[0]);
        assertNoMoreRequests();
        assertThat(talk.says(0)).isEmpty();
        assertThat(talk.callbacks())
                .containsExactly(
                        "not-sent HEADERS stream=3 START_STREAM_NOT_ALLOWED", "closed stream=3 REFUSED_STREAM");
        assertThat(talk.says()).containsExactly("GOAWAY 0 NO_ERROR");
    }

    @Test
    void aPushThatWaitsIsCancelledWhenTheClientLeaves() {
        talk = Talk.server(new Recorder());
        talk.hears(peer -> peer.settings(SettingId.MAX_CONCURRENT_STREAMS, 0).request(1, true, "/"));
        session().submitPushPromise(1, GET, null);
        session().submitResponse(2, OK, null);
        talk.says();

        assertThat(talk.hears(peer -> peer.goAway(2, ErrorCode.NO_ERROR, "")))
                .endsWith("not-sent HEADERS stream=2 START_STREAM_NOT_ALLOWED");
        assertThat(talk.says()).containsExactly("RST_STREAM 2 CANCEL");
    }

    @Test
    void thePeersNoticeStopsNothingThatRuns() {
        talk = Talk.client(new Recorder());
        session().submitRequest(GET, null, null);
        talk.says();
        talk.hears(peer -> peer.goAway(NO_LIMIT, ErrorCode.NO_ERROR, ""));

        assertThat(talk.hears(peer -> peer.response(1, true, 200))).endsWith("closed stream=1 NO_ERROR");
        assertThat(session().wantRead()).isFalse();
    }

    // ---- faults

    @Test
    void aFatalFaultSaysWhyUnlessToldNotTo() {
        talk = Talk.server(new Recorder(), options -> options.limits(limits -> limits.withMaxContinuations(0)));
        ByteBuf in = talk.peer()
                .headersBegin(1, true, new byte[0])
                .continuation(1, true, new byte[0])
                .buf();
        assertThat(talk.session().recv(in)).isEqualTo(Http2SessionResult.TOO_MANY_CONTINUATIONS);
        assertThat(talk.says()).containsExactly("GOAWAY 1 ENHANCE_YOUR_CALM too_many_continuations");

        talk.close();
        talk = Talk.server(new Recorder(), options -> options.limits(limits -> limits.withMaxContinuations(0))
                .goodbyeOnFlood(false));
        in = talk.peer()
                .headersBegin(1, true, new byte[0])
                .continuation(1, true, new byte[0])
                .buf();
        assertThat(talk.session().recv(in)).isEqualTo(Http2SessionResult.TOO_MANY_CONTINUATIONS);
        assertThat(talk.says()).isEmpty();
        assertThat(talk.callbacks()).contains("closed stream=1 ENHANCE_YOUR_CALM");
    }

    @Test
    void tooManyResetsEndTheConnectionUntilTimeHasPassed() {
        talk = Talk.server(
                new Recorder(),
                options ->
                        options.limits(limits -> limits.withStreamResetBurst(2).withStreamResetRate(1)));
        talk.hears(peer -> peer.request(1, false, "/").reset(1, ErrorCode.CANCEL));
        talk.hears(peer -> peer.request(3, false, "/").reset(3, ErrorCode.CANCEL));
        talk.time(1);
        talk.hears(peer -> peer.request(5, false, "/").reset(5, ErrorCode.CANCEL));
        assertThat(talk.says()).isEmpty();

        assertThat(talk.hears(peer -> peer.request(7, false, "/").reset(7, ErrorCode.CANCEL)))
                .endsWith("closed stream=7 CANCEL");
        assertThat(talk.says()).containsExactly("GOAWAY 7 ENHANCE_YOUR_CALM too_many_resets");
    }
}
