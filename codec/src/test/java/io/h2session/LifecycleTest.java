package io.h2session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h2session.api.DataResult;
import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SubmitException;
import io.h2session.api.StreamState;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.Frame;
import io.h2session.frame.SettingId;
import io.h2session.hpack.HeaderList;
import io.h2session.testing.Body;
import io.h2session.testing.Recorder;
import io.h2session.testing.Talk;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How streams begin and end, and that each is told its end once. */
class LifecycleTest {
    private static final HeaderList OK = HeaderList.of(":status", "200");
    private static final HeaderList GET =
            HeaderList.of(":method", "GET", ":scheme", "https", ":authority", "a", ":path", "/");
    private static final HeaderList POST =
            HeaderList.of(":method", "POST", ":scheme", "https", ":authority", "a", ":path", "/");

    private Talk talk;

    @AfterEach
    void close() {
        talk.close();
    }

    private Http2SessionContext session() {
        return talk.session();
    }

    // ---- both sides end

    @Test
    void aStreamClosesWhenThePeerEndsLast() {
        talk = Talk.server(new Recorder());
        talk.hears(peer -> peer.request(1, false, "/"));
        session().submitResponse(1, OK, null);

        assertThat(talk.says()).containsExactly("HEADERS 1 END_STREAM [:status: 200]");
        assertThat(session().streamState(1)).isEqualTo(StreamState.HALF_CLOSED_LOCAL);
        assertThat(talk.callbacks()).noneMatch(line -> line.startsWith("closed"));

        assertThat(talk.hears(peer -> peer.data(1, "late", true)))
                .endsWith(
                        "data stream=1 late",
                        "received DATA stream=1 flags=END_STREAM length=4",
                        "closed stream=1 NO_ERROR");
        assertThat(session().streamState(1)).isEqualTo(StreamState.CLOSED);
    }

    @Test
    void aStreamClosesWhenWeEndLast() {
        talk = Talk.server(new Recorder());
        talk.hears(peer -> peer.request(1, true, "/"));
        assertThat(session().streamState(1)).isEqualTo(StreamState.HALF_CLOSED_REMOTE);
        assertThat(session().activeStreams()).isEqualTo(1);
        session().submitResponse(1, OK, Body.script().then("a", DataResult.END));

        assertThat(talk.says()).containsExactly("HEADERS 1 [:status: 200]", "DATA 1 END_STREAM a");
        assertThat(talk.callbacks()).endsWith("sent DATA stream=1 END_STREAM", "closed stream=1 NO_ERROR");
        assertThat(session().activeStreams()).isZero();
    }

    @Test
    void aResponseMayOvertakeItsRequest() {
        talk = Talk.server(new Recorder());
        talk.hears(peer -> peer.headersBegin(1, true, peer.block(":method", "GET", ":scheme", "https")));
        session().submitResponse(1, OK, null);
        assertThat(talk.says()).containsExactly("HEADERS 1 END_STREAM [:status: 200]");

        assertThat(talk.hears(peer -> peer.continuation(1, true, peer.block(":authority", "a", ":path", "/"))))
                .endsWith("closed stream=1 NO_ERROR");
    }

    // ---- reset

    @Test
    void aStreamThePeerResetsClosesWithThePeersCode() {
        Body body = Body.script();
        talk = Talk.server(new Recorder());
        talk.hears(peer -> peer.request(1, true, "/"));
        session().submitResponse(1, OK, body);
        talk.says();
        talk.callbacks();

        assertThat(talk.hears(peer -> peer.reset(1, ErrorCode.HTTP_1_1_REQUIRED)))
                .containsExactly(
                        "begin RST_STREAM stream=1 length=4",
                        "received RST_STREAM stream=1 error=HTTP_1_1_REQUIRED",
                        "closed stream=1 HTTP_1_1_REQUIRED");
        assertThat(body.closed()).isEqualTo(1);
        assertThat(talk.says()).isEmpty();
    }

    @Test
    void aStreamWeResetClosesWhenTheFrameIsSent() {
        talk = Talk.server(new Recorder());
        talk.hears(peer -> peer.request(1, false, "/"));
        session().submitReset(1, ErrorCode.CANCEL.code());
        session().submitReset(1, ErrorCode.INTERNAL_ERROR.code());
        assertThat(talk.callbacks()).isEmpty();

        assertThat(talk.says()).containsExactly("RST_STREAM 1 CANCEL");
        assertThat(talk.callbacks())
                .containsExactly("before RST_STREAM stream=1", "sent RST_STREAM stream=1", "closed stream=1 CANCEL");
    }

    @Test
    void whatArrivesBetweenOurResetAndItsSendingIsIgnored() {
        talk = Talk.server(new Recorder());
        talk.hears(peer -> peer.request(1, false, "/"));
        session().submitReset(1, ErrorCode.CANCEL.code());

        assertThat(talk.hears(peer -> peer.data(1, "abc", false).headers(1, true, "late", "trailers")))
                .containsExactly("begin HEADERS stream=1 length=12");
    }

    @Test
    void thePeersResetWinsOverOursThatWaits() {
        talk = Talk.server(new Recorder());
        talk.hears(peer -> peer.request(1, false, "/"));
        session().submitReset(1, ErrorCode.CANCEL.code());

        assertThat(talk.hears(peer -> peer.reset(1, ErrorCode.STREAM_CLOSED)))
                .endsWith("closed stream=1 STREAM_CLOSED");
        assertThat(talk.says()).isEmpty();
        assertThat(talk.callbacks()).containsExactly("not-sent RST_STREAM stream=1 STREAM_CLOSED");
    }

    @Test
    void aResetWinsOverAResponseThatWaits() {
        Body body = Body.script();
        talk = Talk.server(new Recorder());
        talk.hears(peer -> peer.request(1, true, "/"));
        session().submitResponse(1, OK, body);
        session().submitReset(1, ErrorCode.CANCEL.code());

        assertThat(talk.says()).containsExactly("RST_STREAM 1 CANCEL");
        assertThat(talk.callbacks())
                .containsExactly(
                        "not-sent HEADERS stream=1 STREAM_CLOSING",
                        "before RST_STREAM stream=1",
                        "sent RST_STREAM stream=1",
                        "closed stream=1 CANCEL");
        assertThat(body.closed()).isEqualTo(1);
        assertThat(body.reads()).isZero();
    }

    @Test
    void headersOfAStreamThatClosedAreNotSent() {
        Body body = Body.script();
        talk = Talk.server(new Recorder());
        talk.hears(peer -> peer.request(1, true, "/"));
        session().submitResponse(1, OK, body);
        talk.hears(peer -> peer.reset(1, ErrorCode.CANCEL));

        assertThat(talk.says()).isEmpty();
        assertThat(talk.callbacks()).containsExactly("not-sent HEADERS stream=1 STREAM_CLOSED");
        assertThat(body.closed()).isEqualTo(1);
    }

    @Test
    void resettingWhatIsIdleOrClosedDoesNothing() {
        talk = Talk.server(new Recorder());
        talk.hears(peer -> peer.request(1, true, "/").reset(1, ErrorCode.CANCEL));
        talk.callbacks();
        session().submitReset(1, ErrorCode.CANCEL.code());
        session().submitReset(77, ErrorCode.CANCEL.code());

        assertThat(talk.says()).isEmpty();
        assertThat(talk.callbacks()).isEmpty();
        assertThatThrownBy(() -> session().submitReset(0, 0)).isInstanceOf(Http2SubmitException.class);
    }

    // ---- requests that wait

    @Test
    void aRequestCancelledWhileItWaitsIsNeverSent() {
        Body body = Body.script();
        talk = Talk.client(new Recorder());
        int first = session().submitRequest(POST, body, null);
        int second = session().submitRequest(GET, null, null);
        session().submitReset(first, ErrorCode.CANCEL.code());
        session().submitReset(first, ErrorCode.NO_ERROR.code());

        assertThat(talk.says()).hasSize(1).allMatch(frame -> frame.startsWith("HEADERS 3 END_STREAM"));
        assertThat(talk.callbacks())
                .startsWith("not-sent HEADERS stream=1 CANCEL", "closed stream=1 CANCEL")
                .doesNotContain("closed stream=3 CANCEL");
        assertThat(body.closed()).isEqualTo(1);
        assertThat(session().streamState(second)).isEqualTo(StreamState.HALF_CLOSED_LOCAL);
    }

    @Test
    void requestsBeyondThePeersLimitWaitUntilAStreamCloses() {
        talk = Talk.client(new Recorder());
        talk.hears(peer -> peer.settings(SettingId.MAX_CONCURRENT_STREAMS, 1));
        for (int i = 0; i < 3; i++) {
            session().submitRequest(GET, null, null);
        }
        assertThat(talk.says()).hasSize(2).last().asString().startsWith("HEADERS 1 ");
        assertThat(session().wantWrite()).isFalse();

        talk.hears(peer -> peer.response(1, true, 200));
        assertThat(session().wantWrite()).isTrue();
        assertThat(talk.says()).hasSize(1).last().asString().startsWith("HEADERS 3 ");

        talk.hears(peer -> peer.settings(SettingId.MAX_CONCURRENT_STREAMS, 2));
        assertThat(talk.says()).hasSize(2).last().asString().startsWith("HEADERS 5 ");
    }

    @Test
    void aRequestCancelledWhileItWaitsIsToldAtOnceWhateverThePeersLimit() {
        talk = Talk.client(new Recorder());
        talk.hears(peer -> peer.settings(SettingId.MAX_CONCURRENT_STREAMS, 0));
        session().submitRequest(GET, null, null);
        session().submitRequest(GET, null, null);
        talk.says();
        session().submitReset(3, ErrorCode.CANCEL.code());

        assertThat(talk.says()).isEmpty();
        assertThat(talk.callbacks()).endsWith("not-sent HEADERS stream=3 CANCEL", "closed stream=3 CANCEL");
        assertThat(session().outboundQueueSize()).isEqualTo(1);
    }

    @Test
    void moreRequestsThanMayWaitAreRefused() {
        talk = Talk.client(new Recorder(), options -> options.limits(limits -> limits.withMaxPendingRequests(2)));
        talk.hears(peer -> peer.settings(SettingId.MAX_CONCURRENT_STREAMS, 0));
        session().submitRequest(GET, null, null);
        session().submitRequest(GET, null, null);

        assertThatThrownBy(() -> session().submitRequest(GET, null, null))
                .isInstanceOfSatisfying(Http2SubmitException.class, refused -> assertThat(refused.reason())
                        .isEqualTo(Http2SubmitException.Reason.TOO_MANY_PENDING));
        session().submitReset(1, ErrorCode.CANCEL.code());
        assertThat(session().submitRequest(GET, null, null)).isEqualTo(5);
    }

    @Test
    void trailersOfARequestThatWaitsDoNotOpenItsStream() {
        talk = Talk.client(new Recorder(), options -> options.trailersAfterBody(false));
        int id = session().submitRequest(POST, Body.script().then(DataResult.END_WITHOUT_END_STREAM), null);
        session().submitTrailers(id, HeaderList.of("a", "b"));

        assertThat(talk.says()).hasSize(1).first().asString().startsWith("HEADERS 1 [:method: POST");
        assertThat(talk.callbacks())
                .containsSubsequence("not-sent HEADERS stream=1 STREAM_CLOSED", "sent HEADERS stream=1")
                .noneMatch(line -> line.startsWith("closed"));
    }

    @Test
    void headersForAStreamThatIsNoRequestDoNotOpenIt() {
        talk = Talk.client(new Recorder());
        session().submitHeaders(9, HeaderList.of("a", "b"), true);

        assertThat(talk.says()).isEmpty();
        assertThat(talk.callbacks()).containsExactly("not-sent HEADERS stream=9 STREAM_CLOSED");
        assertThat(session().streamState(9)).isEqualTo(StreamState.IDLE);
    }

    // ---- numbers and user data

    @Test
    void streamNumbersAreGivenInOrderAndMaySkip() {
        talk = Talk.client(new Recorder());
        assertThat(session().submitRequest(GET, null, null)).isEqualTo(1);
        session().nextStreamId(101);
        assertThat(session().submitRequest(GET, null, null)).isEqualTo(101);
        assertThat(session().nextStreamId()).isEqualTo(103);
        for (int bad : new int[] {0, 1, 101, 104}) {
            assertThatThrownBy(() -> session().nextStreamId(bad)).isInstanceOf(Http2SubmitException.class);
        }
        talk.says();
        assertThat(session().streamState(5)).isEqualTo(StreamState.CLOSED);
    }

    @Test
    void afterTheLastStreamNumberRequestsAreRefused() {
        talk = Talk.client(new Recorder());
        session().nextStreamId(Integer.MAX_VALUE);
        assertThat(session().submitRequest(GET, null, null)).isEqualTo(Integer.MAX_VALUE);
        assertThat(session().requestAllowed()).isFalse();
        assertThatThrownBy(() -> session().submitRequest(GET, null, null))
                .isInstanceOfSatisfying(Http2SubmitException.class, refused -> assertThat(refused.reason())
                        .isEqualTo(Http2SubmitException.Reason.STREAM_ID_NOT_AVAILABLE));
        assertThat(talk.says()).hasSize(1);
        assertThat(talk.hears(peer -> peer.response(Integer.MAX_VALUE, true, 200)))
                .endsWith("closed stream=" + Integer.MAX_VALUE + " NO_ERROR");
    }

    @Test
    void userDataIsThereFromTheSubmitUntilTheStreamIsClosed() {
        StringBuilder seen = new StringBuilder();
        talk = Talk.client(new Recorder() {
            @Override
            public void onFrameSent(Http2SessionContext session, Frame frame) {
                seen.append("sent ").append(session.userData(frame.streamId())).append(' ');
            }

            @Override
            public void onStreamClosed(Http2SessionContext session, int streamId, long errorCode) {
                seen.append("closed ").append(session.userData(streamId));
            }
        });
        int id = session().submitRequest(GET, null, "first");
        assertThat(session().userData(id)).isEqualTo("first");
        assertThat(session().userData(id, "second")).isTrue();
        seen.setLength(0);
        talk.says();
        talk.hears(peer -> peer.response(id, true, 200));

        assertThat(seen).hasToString("sent second closed second");
        assertThat(session().userData(id)).isNull();
        assertThat(session().userData(id, "third")).isFalse();
    }

    // ---- memory of what is past

    @Test
    void howAStreamEndedIsForgottenWhenManyHaveEndedSince() {
        talk = Talk.server(new Answering(), options -> options.limits(limits -> limits.withClosedStreamHistory(4)));
        for (int id = 1; id <= 9; id += 2) {
            int streamId = id;
            talk.hears(peer -> peer.request(streamId, true, "/"));
            talk.says();
        }
        // Forgotten: decoded, since the peer's table has changed by it, and ignored.
        talk.callbacks();
        assertThat(talk.hears(peer -> peer.headers(1, true, "name", "value"))).hasSize(1);
        assertThat(talk.hears(peer -> peer.request(11, true, "/", "name", "value")))
                .contains("header stream=11 name: value");
        talk.says();
        talk.hears(peer -> peer.headers(9, true, "name", "value"));
        assertThat(talk.says()).containsExactly("GOAWAY 11 STREAM_CLOSED headers_on_closed_stream");
    }

    // ---- header lists that are too large

    @Test
    void aHeaderListTooLargeIsAnsweredWith431() {
        talk = Talk.server(new Answering(), options -> options.maxHeaderListSize(500));
        List<String> callbacks = talk.hears(peer -> peer.request(1, true, "/", "a", "x".repeat(400)));

        assertThat(callbacks)
                .endsWith("error header_list_too_large", "invalid HEADERS stream=1 HEADER_LIST_TOO_LARGE")
                .noneMatch(line -> line.startsWith("received"));
        assertThat(talk.says()).containsExactly("HEADERS 1 END_STREAM [:status: 431, content-length: 0]");
        assertThat(talk.callbacks()).endsWith("closed stream=1 NO_ERROR");
    }

    @Test
    void aHeaderListTooLargeOfARequestThatGoesOnIsAnsweredAndReset() {
        talk = Talk.server(new Answering(), options -> options.maxHeaderListSize(500));
        talk.hears(peer -> peer.request(1, false, "/", "a", "x".repeat(400)).data(1, "abc", false));

        assertThat(talk.says())
                .containsExactly("HEADERS 1 END_STREAM [:status: 431, content-length: 0]", "RST_STREAM 1 NO_ERROR");
        assertThat(talk.callbacks()).noneMatch(line -> line.startsWith("data")).endsWith("closed stream=1 NO_ERROR");
    }

    @Test
    void trailersThatEndARequestWhoseListWasTooLargeSpareTheReset() {
        talk = Talk.server(new Answering(), options -> options.maxHeaderListSize(500));
        talk.hears(peer -> peer.request(1, false, "/", "a", "x".repeat(400)).headers(1, true, "b", "c"));

        assertThat(talk.says()).containsExactly("HEADERS 1 END_STREAM [:status: 431, content-length: 0]");
        assertThat(talk.callbacks()).endsWith("closed stream=1 NO_ERROR");
    }

    @Test
    void trailersTooLargeCostTheStream() {
        talk = Talk.server(new Answering(), options -> options.maxHeaderListSize(500));
        talk.hears(peer -> peer.request(1, false, "/").headers(1, true, "a", "x".repeat(500)));

        assertThat(talk.says()).containsExactly("RST_STREAM 1 ENHANCE_YOUR_CALM");
    }

    @Test
    void aResponseTooLargeIsCancelled() {
        talk = Talk.client(new Recorder(), options -> options.maxHeaderListSize(500));
        session().submitRequest(GET, null, null);
        talk.says();
        talk.hears(peer -> peer.response(1, true, 200, "a", "x".repeat(500)));

        assertThat(talk.says()).containsExactly("RST_STREAM 1 CANCEL");
        assertThat(talk.callbacks()).endsWith("closed stream=1 CANCEL");
    }

    @Test
    void aHeaderListFarTooLargeEndsTheConnection() {
        talk = Talk.server(new Answering(), options -> options.maxHeaderListSize(500));
        talk.hears(peer -> peer.request(1, true, "/", "a", "x".repeat(1000)));

        assertThat(talk.says()).hasSize(1).first().asString().startsWith("GOAWAY 1 ENHANCE_YOUR_CALM");
    }

    @Test
    void tooManyFieldsAreTooLargeAsWell() {
        talk = Talk.server(
                new Answering(),
                options ->
                        options.limits(limits -> limits.withMaxHeaderFields(5).withMaxCookieFields(2)));
        talk.hears(peer -> peer.request(1, true, "/", "a", "b", "cookie", "a", "cookie", "b"));
        assertThat(talk.says()).containsExactly("HEADERS 1 END_STREAM [:status: 200]");
        talk.hears(peer -> peer.request(3, true, "/", "a", "b", "c", "d"));
        assertThat(talk.says()).containsExactly("HEADERS 3 END_STREAM [:status: 431, content-length: 0]");
        talk.hears(peer -> peer.request(5, true, "/", "cookie", "a", "cookie", "b", "cookie", "c"));
        assertThat(talk.says()).containsExactly("HEADERS 5 END_STREAM [:status: 431, content-length: 0]");
    }

    @Test
    void aWindowBeyondItsMaximumResetsItsStreamAndEndsTheConnection() {
        talk = Talk.server(new Answering());
        talk.hears(peer -> peer.request(1, true, "/hold").windowUpdate(1, Integer.MAX_VALUE));

        assertThat(talk.says())
                .containsExactly("RST_STREAM 1 FLOW_CONTROL_ERROR", "GOAWAY 1 FLOW_CONTROL_ERROR window_overflow");
    }

    @Test
    void streamsThatWereResetAreToldBeforeTheConnectionEndsInError() {
        talk = Talk.server(new Answering());
        talk.hears(peer -> peer.request(1, false, "/hold").request(3, false, "/hold"));
        talk.session().submitReset(3, ErrorCode.CANCEL.code());
        talk.hears(peer -> peer.windowUpdate(0, 0));

        assertThat(talk.says()).containsExactly("RST_STREAM 3 CANCEL", "GOAWAY 3 PROTOCOL_ERROR zero_window_update");
    }
}
