package io.h2session;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.Http2EndedBy;
import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SessionMetrics;
import io.h2session.api.Http2SessionResult;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.Frame;
import io.h2session.hpack.HeaderList;
import io.h2session.testing.Recorder;
import io.h2session.testing.Talk;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How a session ended, why, and who ended it. */
class SessionEndTest {
    private final List<String> counted = new ArrayList<>();
    private Talk talk;

    @AfterEach
    void close() {
        talk.close();
        assertThat(counted).hasSize(1);
    }

    private class Counted implements Http2SessionMetrics {
        @Override
        public void sessionEnded(Http2SessionContext session, String reason) {
            counted.add(reason + " by " + session.endedBy());
        }
    }

    private Http2Session talk(Http2Role role) {
        talk = role.isServer()
                ? Talk.server(new Recorder(), options -> options.metrics(new Counted()))
                : Talk.client(new Recorder(), options -> options.metrics(new Counted()));
        assertThat(talk.session().endedBy()).isNull();
        assertThat(talk.session().terminationReason()).isNull();
        return talk.session();
    }

    private void assertEnded(Http2EndedBy by, String reason) {
        assertThat(talk.session().endedBy()).isEqualTo(by);
        assertThat(talk.session().terminationReason()).isEqualTo(reason);
        talk.session().close();
        assertThat(counted).containsExactly(reason + " by " + by);
    }

    @ParameterizedTest
    @EnumSource(Http2Role.class)
    void aViolationIsThePeersFault(Http2Role role) {
        Http2Session session = talk(role);
        assertThat(session.recv(talk.peer().windowUpdate(0, 0).buf())).isEqualTo(Http2SessionResult.PEER_FAULT);
        assertThat(session.recv(talk.peer().ping(1).buf())).isEqualTo(Http2SessionResult.PEER_FAULT);
        talk.says();
        assertEnded(Http2EndedBy.PEER, "zero_window_update");
    }

    @Test
    void aLimitThatThePeerBreaksIsItsFault() {
        talk = Talk.server(new Recorder(), options -> options.metrics(new Counted())
                .limits(limits -> limits.withMaxContinuations(0)));
        Http2SessionResult result = talk.session()
                .recv(talk.peer()
                        .headersBegin(1, true, new byte[0])
                        .continuation(1, true, new byte[0])
                        .buf());
        assertThat(result).isEqualTo(Http2SessionResult.TOO_MANY_CONTINUATIONS);
        talk.says();
        assertEnded(Http2EndedBy.PEER, "too_many_continuations");
    }

    @Test
    void aTimeoutIsTold() {
        Http2Session session = talk(Http2Role.SERVER);
        talk.time(100_000);
        assertThat(session.checkDeadlines()).isEqualTo(Http2SessionResult.TIMED_OUT);
        assertThat(talk.says()).last().asString().startsWith("GOAWAY");
        assertThat(session.endedBy()).isEqualTo(Http2EndedBy.TIMEOUT);
        assertEnded(Http2EndedBy.TIMEOUT, session.terminationReason());
    }

    @Test
    void terminateIsOurs() {
        talk(Http2Role.SERVER).terminate(ErrorCode.INTERNAL_ERROR.code());
        assertThat(talk.session().endedBy()).isEqualTo(Http2EndedBy.LOCAL);
        talk.says();
        assertEnded(Http2EndedBy.LOCAL, "terminated");
    }

    private void aCallbackThrows() {
        talk = Talk.server(
                new Recorder() {
                    @Override
                    public void onFrameReceived(Http2SessionContext session, Frame frame) {
                        if (frame.streamId() != 0) {
                            throw new IllegalStateException();
                        }
                    }
                },
                options -> options.metrics(new Counted()));
        assertThat(talk.session().recv(talk.peer().request(1, true, "/").buf()))
                .isEqualTo(Http2SessionResult.CALLBACK_FAILURE);
    }

    @Test
    void aCallbackThatThrowsIsOurs() {
        aCallbackThrows();
        talk.says();
        assertEnded(Http2EndedBy.LOCAL, "callback_failure");
    }

    @ParameterizedTest
    @EnumSource(Http2Role.class)
    void whatMetricsThrowWhenASessionIsClosedIsKept(Http2Role role) {
        IllegalStateException thrown = new IllegalStateException();
        Http2SessionMetrics throwing = new Counted() {
            @Override
            public void sessionEnded(Http2SessionContext session, String reason) {
                super.sessionEnded(session, reason);
                throw thrown;
            }
        };
        talk = Talk.either(false, role, new Recorder(), options -> options.metrics(throwing));
        talk.session().close();
        assertThat(talk.session().failureCause()).isSameAs(thrown);
    }

    @Test
    void aWriteThatFailedIsTold() {
        talk(Http2Role.CLIENT).writeFailed();
        assertEnded(Http2EndedBy.TRANSPORT, "write_failed");
    }

    @Test
    void aWriteThatFailedBeforeOurGoodbyeWasSentIsTold() {
        Http2Session session = talk(Http2Role.SERVER);
        session.terminate(ErrorCode.INTERNAL_ERROR.code());
        session.writeFailed();
        assertThat(session.terminationReason()).isEqualTo("write_failed");
        assertThat(session.endedBy()).isEqualTo(Http2EndedBy.TRANSPORT);
    }

    @Test
    void aWriteThatFailedBehindAThrownExceptionLeavesThatTheCause() {
        aCallbackThrows();
        talk.session().writeFailed();
        assertEnded(Http2EndedBy.LOCAL, "callback_failure");
    }

    @Test
    void aWriteThatFailedBehindAViolationLeavesThatTheCause() {
        talk(Http2Role.SERVER);
        talk.hears(peer -> peer.windowUpdate(0, 0));
        talk.session().writeFailed();
        assertEnded(Http2EndedBy.PEER, "zero_window_update");
    }

    @Test
    void aShutdownThatTakesTooLongIsTold() {
        talk(Http2Role.SERVER);
        talk.hears(peer -> peer.request(1, false, "/"));
        talk.session().shutdownTimedOut();
        assertThat(talk.says()).contains("RST_STREAM 1 CANCEL");
        assertEnded(Http2EndedBy.TIMEOUT, "shutdown_timeout");
    }

    @Test
    void aTransportThatIsGoneIsTold() {
        talk(Http2Role.CLIENT).close();
        assertEnded(Http2EndedBy.TRANSPORT, "transport_closed");
    }

    @Test
    void aSessionInWhichNothingIsLeftWasEndedByThePeerThatSaidGoAwayFirst() {
        talk(Http2Role.CLIENT);
        talk.hears(peer -> peer.goAway(0, ErrorCode.NO_ERROR, ""));
        talk.session().submitGoAway(0, 0, new byte[0]);
        talk.says();
        talk.session().close();
        assertEnded(Http2EndedBy.PEER, "finished");
    }

    @Test
    void aSessionInWhichNothingIsLeftWasEndedByUsIfWeGaveNoticeFirst() {
        talk(Http2Role.SERVER).submitShutdownNotice();
        talk.says();
        talk.hears(peer -> peer.goAway(0, ErrorCode.NO_ERROR, ""));
        talk.session().close();
        assertEnded(Http2EndedBy.LOCAL, "finished");
    }

    @ParameterizedTest
    @EnumSource(Http2Role.class)
    void aPeerThatSaysThatThereWasAnErrorHasEndedTheSession(Http2Role role) {
        talk(role);
        talk.hears(peer -> peer.goAway(0, ErrorCode.ENHANCE_YOUR_CALM, "too_many_pings"));
        talk.says();
        assertThat(talk.session().endedBy()).isNull();
        talk.session().close();
        assertEnded(Http2EndedBy.PEER, "goaway_with_error");
    }

    @Test
    void soItHasIfStreamsWereLeft() {
        Http2Session session = talk(Http2Role.CLIENT);
        session.submitRequest(
                HeaderList.of(":method", "GET", ":scheme", "https", ":authority", "example.com", ":path", "/"),
                null,
                null);
        talk.says();
        talk.hears(peer -> peer.goAway(1, ErrorCode.PROTOCOL_ERROR, ""));
        session.close();
        assertEnded(Http2EndedBy.PEER, "goaway_with_error");
    }

    @Test
    void inNghttp2sWayTheResultIsNghttp2sAndTheRestTellsWhoItWas() {
        talk = Talk.server(
                new Recorder(), options -> options.followNghttp2(true).metrics(new Counted()));
        assertThat(talk.session().recv(talk.peer().windowUpdate(0, 0).buf())).isEqualTo(Http2SessionResult.OK);
        talk.says();
        assertEnded(Http2EndedBy.PEER, talk.session().terminationReason());
    }
}
