package io.h2session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h2session.api.DataSource;
import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SubmitException;
import io.h2session.api.Http2SubmitException.Reason;
import io.h2session.api.StreamState;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.SettingId;
import io.h2session.hpack.HeaderList;
import io.h2session.testing.Body;
import io.h2session.testing.Recorder;
import io.h2session.testing.Talk;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Server push, from both ends (RFC 9113 section 8.4). */
class PushTest {
    private static final HeaderList OK = HeaderList.of(":status", "200");
    private static final HeaderList GET =
            HeaderList.of(":method", "GET", ":scheme", "https", ":authority", "a", ":path", "/p");
    private static final String PROMISE =
            "PUSH_PROMISE 1 promised=2 [:method: GET, :scheme: https, :authority: a, :path: /p]";

    private Talk talk = Talk.server(new Recorder());

    @AfterEach
    void close() {
        talk.close();
    }

    private Http2SessionContext session() {
        return talk.session();
    }

    @Test
    void aPromiseIsReservedAtOnceAndAnsweredLikeARequest() {
        talk.hears(peer -> peer.request(1, true, "/"));
        assertThat(session().submitPushPromise(1, GET, "data")).isEqualTo(2);
        assertThat(session().streamState(2)).isEqualTo(StreamState.RESERVED_LOCAL);
        assertThat(session().userData(2)).isEqualTo("data");
        assertThat(session().activeStreams()).isEqualTo(1);
        session().submitResponse(2, OK, DataSource.ofAscii("pushed"));
        session().submitResponse(1, OK, null);

        assertThat(talk.says())
                .containsExactly(
                        PROMISE,
                        "HEADERS 1 END_STREAM [:status: 200]",
                        "HEADERS 2 [:status: 200]",
                        "DATA 2 END_STREAM pushed");
        assertThat(talk.callbacks()).containsSubsequence("closed stream=1 NO_ERROR", "closed stream=2 NO_ERROR");
        assertThat(session().streamState(2)).isEqualTo(StreamState.CLOSED);
    }

    @Test
    void pushedResponsesHeedThePeersStreamLimit() {
        talk.hears(peer -> peer.settings(SettingId.MAX_CONCURRENT_STREAMS, 1).request(1, true, "/"));
        session().submitPushPromise(1, GET, null);
        session().submitPushPromise(1, GET, null);
        session().submitResponse(2, OK, Body.script());
        session().submitResponse(4, OK, null);
        assertThat(talk.says()).hasSize(4).endsWith("HEADERS 2 [:status: 200]");
        talk.hears(peer -> peer.reset(2, ErrorCode.CANCEL));
        assertThat(talk.says()).containsExactly("HEADERS 4 END_STREAM [:status: 200]");
    }

    @Test
    void withoutPushNothingIsPromised() {
        talk.hears(peer -> peer.settings(SettingId.ENABLE_PUSH, 0).request(1, true, "/"));
        talk.says();
        talk.callbacks();
        session().submitPushPromise(1, GET, null);
        session().submitResponse(2, OK, Body.script());

        assertThat(talk.says()).isEmpty();
        assertThat(talk.callbacks())
                .containsExactly(
                        "not-sent PUSH_PROMISE stream=1 PUSH_DISABLED",
                        "closed stream=2 INTERNAL_ERROR",
                        "not-sent HEADERS stream=2 STREAM_CLOSED");
    }

    @Test
    void aPromiseOfAStreamThatIsGoneIsNotSent() {
        talk.hears(peer -> peer.request(1, true, "/"));
        session().submitPushPromise(1, GET, null);
        talk.hears(peer -> peer.reset(1, ErrorCode.CANCEL));

        assertThat(talk.says()).isEmpty();
        assertThat(talk.callbacks())
                .containsExactly("not-sent PUSH_PROMISE stream=1 STREAM_CLOSED", "closed stream=2 INTERNAL_ERROR");
    }

    @Test
    void aPromiseAfterTheEndOfTheResponseIsNotSent() {
        talk.hears(peer -> peer.request(1, false, "/"));
        session().submitResponse(1, OK, null);
        session().submitPushPromise(1, GET, null);

        assertThat(talk.says()).containsExactly("HEADERS 1 END_STREAM [:status: 200]");
        assertThat(talk.callbacks())
                .contains("not-sent PUSH_PROMISE stream=1 STREAM_SHUT_WR", "closed stream=2 INTERNAL_ERROR");
    }

    @Test
    void aClientThatLeavesGetsNoPromises() {
        talk.hears(peer -> peer.request(1, true, "/").goAway(0, ErrorCode.NO_ERROR, ""));
        talk.callbacks();
        session().submitPushPromise(1, GET, null);

        assertThat(talk.says()).isEmpty();
        assertThat(talk.callbacks())
                .containsExactly(
                        "not-sent PUSH_PROMISE stream=1 START_STREAM_NOT_ALLOWED", "closed stream=2 INTERNAL_ERROR");
    }

    @Test
    void aPushedResponseAfterTheClientsGoAwayIsWithdrawn() {
        talk.hears(peer -> peer.request(1, false, "/"));
        Body body = Body.script();
        session().submitPushPromise(1, GET, null);
        talk.says();
        talk.hears(peer -> peer.goAway(2, ErrorCode.NO_ERROR, ""));
        talk.callbacks();
        session().submitResponse(2, OK, body);
        assertThat(talk.says()).containsExactly("RST_STREAM 2 CANCEL");
        assertThat(talk.callbacks())
                .startsWith("not-sent HEADERS stream=2 START_STREAM_NOT_ALLOWED")
                .endsWith("closed stream=2 CANCEL");
        assertThat(body.closed()).isEqualTo(1);
    }

    @Test
    void aClientMayRefuseAPromise() {
        Body body = Body.script();
        talk.hears(peer -> peer.request(1, true, "/"));
        session().submitPushPromise(1, GET, null);
        talk.says();
        session().submitResponse(2, OK, body);
        talk.callbacks();

        assertThat(talk.hears(peer -> peer.reset(2, ErrorCode.REFUSED_STREAM)))
                .endsWith("closed stream=2 REFUSED_STREAM");
        assertThat(talk.says()).isEmpty();
        assertThat(talk.callbacks()).containsExactly("not-sent HEADERS stream=2 STREAM_CLOSED");
        assertThat(body.closed()).isEqualTo(1);
    }

    @Test
    void theServerMayWithdrawAPromise() {
        talk.hears(peer -> peer.request(1, true, "/"));
        session().submitPushPromise(1, GET, null);
        talk.says();
        session().submitReset(2, ErrorCode.CANCEL.code());
        assertThat(talk.says()).containsExactly("RST_STREAM 2 CANCEL");
        assertThat(talk.callbacks()).endsWith("closed stream=2 CANCEL");
    }

    @Test
    void promisesThatCannotBeAreRefused() {
        talk.hears(peer -> peer.request(1, true, "/"));
        refused(Reason.INVALID_ARGUMENT, 0, GET);
        refused(Reason.INVALID_ARGUMENT, 2, GET);
        refused(Reason.STREAM_CLOSED, 3, GET);
        refused(
                Reason.HTTP_HEADER,
                1,
                HeaderList.of(":method", "POST", ":scheme", "https", ":authority", "a", ":path", "/"));
        // None of them has used a number up.
        assertThat(session().submitPushPromise(1, GET, null)).isEqualTo(2);
        talk.close();
        talk = Talk.client(new Recorder());
        refused(Reason.PROTO, 1, GET);
    }

    private void refused(Reason reason, int streamId, HeaderList request) {
        assertThatThrownBy(() -> session().submitPushPromise(streamId, request, null))
                .isInstanceOfSatisfying(Http2SubmitException.class, refused -> assertThat(refused.reason())
                        .isEqualTo(reason));
    }

    // ---- at a client

    private void client() {
        client(false);
    }

    private void client(boolean nghttp2) {
        talk.close();
        talk = Talk.either(nghttp2, Http2Role.CLIENT, new Recorder(), options -> options.enablePush(true));
        session().submitRequest(GET, null, null);
        talk.says();
        talk.callbacks();
    }

    @Test
    void aPushedResponseIsAStreamOfItsOwn() {
        client();
        talk.hears(peer -> peer.pushPromise(1, 2, Fault.hex(Fault.GET_BLOCK)));
        assertThat(session().streamState(2)).isEqualTo(StreamState.RESERVED_REMOTE);
        assertThat(session().lastProcessedStreamId()).isEqualTo(2);
        assertThat(talk.hears(peer -> peer.response(2, false, 200)))
                .last()
                .asString()
                .contains("category=PUSH_RESPONSE");
        assertThat(session().streamState(2)).isEqualTo(StreamState.HALF_CLOSED_LOCAL);
        assertThat(talk.hears(peer -> peer.data(2, "a", true))).endsWith("closed stream=2 NO_ERROR");
    }

    @Test
    void nothingCanBeSentOnAPromisedStream() {
        client();
        talk.hears(peer -> peer.pushPromise(1, 2, Fault.hex(Fault.GET_BLOCK)));
        assertThatThrownBy(() -> session().submitHeaders(2, HeaderList.of("a", "b"), true))
                .isInstanceOf(Http2SubmitException.class);
        assertThatThrownBy(() -> session().submitData(2, Body.script(), true)).isInstanceOf(Http2SubmitException.class);

        assertThat(talk.says()).isEmpty();
        session().submitReset(2, ErrorCode.CANCEL.code());
        assertThat(talk.says()).containsExactly("RST_STREAM 2 CANCEL");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void promisesAreIgnoredAfterOurGoAwayAndSoAreTheirResponses(boolean nghttp2) {
        client(nghttp2);
        session().submitGoAway(0, 0, new byte[0]);
        talk.says();
        talk.callbacks();

        List<String> told = talk.hears(peer -> peer.pushPromise(1, 2, Fault.hex(Fault.GET_BLOCK))
                .response(2, false, 200)
                .data(2, "a", true));

        assertThat(told).noneMatch(line -> line.matches("(begin-headers|header|data|received|invalid|closed) .*"));
        assertThat(session().streamState(2)).isEqualTo(StreamState.CLOSED);
        assertThat(talk.says()).isEmpty();
        // Their fields are in the tables of HPACK all the same.
        assertThat(talk.hears(peer -> peer.response(1, true, 200)))
                .contains("header stream=1 :status: 200")
                .endsWith("closed stream=1 NO_ERROR");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aResponseThatWasPromisedBeforeOurGoAwayIsTakenButNotInNghttp2(boolean nghttp2) {
        client(nghttp2);
        talk.hears(peer -> peer.pushPromise(1, 2, Fault.hex(Fault.GET_BLOCK)));
        session().submitGoAway(2, 0, new byte[0]);
        talk.says();
        talk.callbacks();

        List<String> told = talk.hears(peer -> peer.response(2, false, 200));

        if (nghttp2) {
            assertThat(told).noneMatch(line -> line.matches("(begin-headers|header|received|invalid|closed) .*"));
            assertThat(session().streamState(2)).isEqualTo(StreamState.RESERVED_REMOTE);
        } else {
            assertThat(told).contains("header stream=2 :status: 200");
            assertThat(session().streamState(2)).isEqualTo(StreamState.HALF_CLOSED_LOCAL);
        }
        assertThat(talk.says()).isEmpty();
    }
}
