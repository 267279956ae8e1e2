package io.h2session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h2session.api.DataResult;
import io.h2session.api.DataSource;
import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SubmitException;
import io.h2session.api.Http2SubmitException.Reason;
import io.h2session.api.InvalidHeaderAnswer;
import io.h2session.api.ReceiveAnswer;
import io.h2session.api.StreamState;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.Frame;
import io.h2session.frame.Setting;
import io.h2session.frame.SettingId;
import io.h2session.hpack.HeaderField;
import io.h2session.hpack.HeaderList;
import io.h2session.testing.Body;
import io.h2session.testing.Recorder;
import io.h2session.testing.Talk;
import io.netty.buffer.ByteBuf;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What nghttp2's users ask for and its session does not do. */
class BeyondNghttp2Test {
    private static final HeaderList OK = HeaderList.of(":status", "200");
    private static final HeaderList POST =
            HeaderList.of(":method", "POST", ":scheme", "https", ":authority", "example.com", ":path", "/");
    private static final HeaderList GET =
            HeaderList.of(":method", "GET", ":scheme", "https", ":authority", "example.com", ":path", "/");

    private Talk talk;

    @AfterEach
    void close() {
        talk.close();
    }

    private Http2SessionContext session() {
        return talk.session();
    }

    private void server() {
        talk = Talk.server(new Recorder());
    }

    // ---- what messages may say

    @Test
    void aContentLengthWhereNoContentComesIsNoFault() {
        talk = Talk.client(new Recorder());
        int stream = session().submitRequest(GET, null, null);
        talk.says();
        List<String> told = talk.hears(peer -> peer.headers(stream, false, ":status", "103", "content-length", "7")
                .headers(stream, true, ":status", "204", "content-length", "5"));
        assertThat(told).endsWith("closed stream=1 NO_ERROR").noneMatch(line -> line.startsWith("invalid"));
        assertThat(talk.says()).isEmpty();

        int other = session().submitRequest(GET, null, null);
        talk.says();
        talk.hears(peer -> peer.headers(other, false, ":status", "204", "content-length", "5")
                .data(other, "12345", true));
        assertThat(talk.says()).contains("RST_STREAM 3 PROTOCOL_ERROR");
    }

    @Test
    void theLetterOfRfc3986IsAnOptionForBothDirections() {
        talk = Talk.server(new Recorder(), options -> options.strictUriSyntax(true));
        talk.hears(peer -> peer.request(1, true, "/a|b").request(3, true, "/a%7Cb"));
        assertThat(talk.says()).contains("RST_STREAM 1 PROTOCOL_ERROR").doesNotContain("RST_STREAM 3 PROTOCOL_ERROR");
        talk.close();
        talk = Talk.client(new Recorder(), options -> options.strictUriSyntax(true));
        HeaderList odd = HeaderList.of(":method", "GET", ":scheme", "https", ":authority", "a", ":path", "/?q=100%");
        assertThatThrownBy(() -> session().submitRequest(odd, null, null)).hasMessageContaining("path_not_rfc3986");
        assertThat(session().submitRequest(GET, null, null)).isEqualTo(1);
    }

    @Test
    void anAuthorityThatIsNoneIsNotSentEither() {
        talk = Talk.client(new Recorder());
        for (String authority : List.of("a:99999", "[::1", "a,b", "user@a")) {
            HeaderList request =
                    HeaderList.of(":method", "GET", ":scheme", "https", ":authority", authority, ":path", "/");
            assertThatThrownBy(() -> session().submitRequest(request, null, null))
                    .isInstanceOf(Http2SubmitException.class)
                    .hasMessageContaining("invalid_pseudo_header_value");
        }
    }

    // ---- the peer's limit of header lists

    private static HeaderList with(HeaderList list, int bytes) {
        return list.with("x", "y".repeat(bytes - list.listSize() - 33));
    }

    @Test
    void aResponseIsSentThoughThePeerSaysItsHeaderListIsTooLarge() {
        server();
        int id = 1;
        for (int limit : new int[] {0, 1, 40, 200}) {
            int request = id;
            talk.hears(
                    peer -> peer.settings(SettingId.MAX_HEADER_LIST_SIZE, limit).request(request, true, "/"));
            talk.says();
            talk.callbacks();
            session().submitResponse(id, with(OK, 201), DataSource.ofAscii("body"));
            session().submitTrailers(id, with(HeaderList.of("a", "b"), 300));
            assertThat(talk.says()).hasSize(3).allMatch(frame -> !frame.startsWith("RST_STREAM"));
            assertThat(talk.callbacks()).endsWith("closed stream=" + id + " NO_ERROR");
            id += 2;
        }
    }

    @Test
    void aRequestThePeerWouldRefuseIsNotSent() {
        talk = Talk.client(new Recorder());
        talk.hears(peer -> peer.settings(SettingId.MAX_HEADER_LIST_SIZE, 300));
        talk.says();
        talk.callbacks();
        Body body = Body.script();
        session().submitRequest(with(POST, 301), body, null);
        assertThat(talk.says()).isEmpty();
        assertThat(talk.callbacks())
                .containsExactly("not-sent HEADERS stream=1 HEADER_LIST_TOO_LARGE", "closed stream=1 REFUSED_STREAM");
        assertThat(body.closed()).isEqualTo(1);
    }

    @Test
    void aPromiseThePeerWouldRefuseIsNotSent() {
        server();
        talk.hears(peer -> peer.settings(SettingId.MAX_HEADER_LIST_SIZE, 300).request(1, true, "/"));
        talk.says();
        talk.callbacks();
        session().submitPushPromise(1, with(GET, 301), null);
        assertThat(talk.says()).isEmpty();
        assertThat(talk.callbacks())
                .containsExactly(
                        "not-sent PUSH_PROMISE stream=1 HEADER_LIST_TOO_LARGE", "closed stream=2 INTERNAL_ERROR");
    }

    @Test
    void thePeersLimitIsAdviceIfToldSo() {
        talk = Talk.client(new Recorder(), options -> options.heedPeerHeaderListSize(false));
        talk.hears(peer -> peer.settings(SettingId.MAX_HEADER_LIST_SIZE, 0));
        talk.says();
        session().submitRequest(GET, null, null);
        assertThat(talk.says()).hasSize(1);
    }

    // ---- requests that are answered early

    @Test
    void theRestOfARequestIsDiscardedAndTheClientToldToStop() {
        server();
        talk.hears(peer -> peer.request(1, false, "/").data(1, "some", false));
        session().discardRequest(1);
        assertThat(talk.hears(peer -> peer.data(1, "more", false))).isEmpty();
        session().submitResponse(1, OK, DataSource.ofAscii("enough"));
        assertThat(talk.says())
                .containsExactly("HEADERS 1 [:status: 200]", "DATA 1 END_STREAM enough", "RST_STREAM 1 NO_ERROR");
        assertThat(talk.callbacks()).endsWith("sent RST_STREAM stream=1", "closed stream=1 NO_ERROR");
        assertThat(talk.hears(peer -> peer.data(1, "late", true))).isEmpty();
    }

    @Test
    void aRequestThatEndsBeforeItsResponseSparesTheReset() {
        server();
        talk.hears(peer -> peer.request(1, false, "/"));
        session().discardRequest(1);
        talk.hears(peer -> peer.data(1, "rest", true));
        assertThat(session().streamState(1)).isEqualTo(StreamState.HALF_CLOSED_REMOTE);
        session().submitResponse(1, OK, null);
        assertThat(talk.says()).containsExactly("HEADERS 1 END_STREAM [:status: 200]");
        assertThat(talk.callbacks()).endsWith("closed stream=1 NO_ERROR");
    }

    @Test
    void aRequestIsStoppedAtOnceIfItWasAnswered() {
        server();
        talk.hears(peer -> peer.request(1, false, "/"));
        session().submitResponse(1, OK, null);
        assertThat(talk.says()).containsExactly("HEADERS 1 END_STREAM [:status: 200]");
        session().discardRequest(1);
        assertThat(talk.says()).containsExactly("RST_STREAM 1 NO_ERROR");
    }

    @Test
    void thereIsNothingToDiscardOfARequestThatIsWholeOrOfAResponse() {
        server();
        talk.hears(peer -> peer.request(1, true, "/"));
        session().discardRequest(1);
        session().discardRequest(3);
        session().submitResponse(1, OK, null);
        assertThat(talk.says()).containsExactly("HEADERS 1 END_STREAM [:status: 200]");
        talk.close();
        talk = Talk.client(new Recorder());
        session().submitRequest(GET, null, null);
        talk.says();
        session().discardRequest(1);
        assertThat(talk.hears(peer -> peer.response(1, false, 200).data(1, "heard", true)))
                .contains("data stream=1 heard");
    }

    @Test
    void whatIsDiscardedIsCreditedForTheConnection() {
        talk = Talk.server(new Recorder(), options -> options.automaticWindowUpdate(false)
                .initialWindowSize(70_000)
                .connectionWindowSize(100_000));
        talk.hears(peer -> peer.request(1, false, "/"));
        session().discardRequest(1);
        talk.hears(peer -> {
            for (int i = 0; i < 4; i++) {
                peer.data(1, new byte[15_000], false);
            }
        });
        assertThat(talk.says()).containsExactly("WINDOW_UPDATE 0 +60000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"begin-headers", "header", "invalid", "received", "trailer", "data"})
    void aRequestMayBeDiscardedFromAnyOfItsCallbacks(String callback) {
        talk = Talk.server(new Discarding(callback));
        talk.hears(peer -> peer.request(1, false, "/", "a", "b", "bad", callback.equals("invalid") ? "\1" : "c")
                .data(1, "one", false)
                .data(1, "two", false)
                .headers(1, true, "trailer", "x"));
        assertThat(session().streamState(1)).isEqualTo(StreamState.HALF_CLOSED_REMOTE);
        session().submitResponse(1, OK, null);
        assertThat(talk.says()).containsExactly("HEADERS 1 END_STREAM [:status: 200]");
        assertThat(session().terminationReason()).isNull();
    }

    private static final class Discarding extends Recorder {
        private final String callback;

        Discarding(String callback) {
            this.callback = callback;
        }

        private void perhaps(Http2SessionContext session, String happening) {
            if (happening.equals(callback)) {
                session.discardRequest(1);
            }
        }

        @Override
        public ReceiveAnswer onBeginHeaders(Http2SessionContext session, Frame frame) throws Exception {
            perhaps(session, "begin-headers");
            return super.onBeginHeaders(session, frame);
        }

        @Override
        public ReceiveAnswer onHeader(Http2SessionContext session, Frame frame, HeaderField field) throws Exception {
            perhaps(
                    session,
                    field.name().contentEquals("a") ? "header" : field.name().toString());
            return super.onHeader(session, frame, field);
        }

        @Override
        public InvalidHeaderAnswer onInvalidHeader(Http2SessionContext session, Frame frame, HeaderField field)
                throws Exception {
            perhaps(session, "invalid");
            return InvalidHeaderAnswer.IGNORE;
        }

        @Override
        public ReceiveAnswer onDataChunk(Http2SessionContext session, int streamId, int flags, ByteBuf data)
                throws Exception {
            perhaps(session, "data");
            return super.onDataChunk(session, streamId, flags, data);
        }

        @Override
        public void onFrameReceived(Http2SessionContext session, Frame frame) throws Exception {
            perhaps(session, "received");
            super.onFrameReceived(session, frame);
        }
    }

    // ---- one stream that should wait

    @Test
    void aStreamThatIsPausedGetsNoCreditAndOthersDo() {
        talk = Talk.server(
                new Recorder(), options -> options.initialWindowSize(20_000).connectionWindowSize(100_000));
        talk.hears(peer -> peer.request(1, false, "/").request(3, false, "/"));
        assertThat(session().pauseReading(1)).isTrue();
        talk.hears(peer -> peer.data(1, new byte[16_000], false).data(3, new byte[16_000], false));
        assertThat(talk.says()).containsExactly("WINDOW_UPDATE 3 +16000");
        assertThat(session().localWindow(1)).isEqualTo(4_000);
        assertThat(session().resumeReading(1)).isTrue();
        assertThat(talk.says()).containsExactly("WINDOW_UPDATE 1 +16000");
        assertThat(session().pauseReading(5)).isFalse();
        assertThat(session().resumeReading(5)).isFalse();
    }

    @Test
    void aStreamThatIsPausedGetsNoCreditForWhatIsConsumed() {
        talk = Talk.server(
                new Recorder(), options -> options.automaticWindowUpdate(false).initialWindowSize(20_000));
        talk.hears(peer -> peer.request(1, false, "/"));
        session().pauseReading(1);
        talk.hears(peer -> peer.data(1, new byte[16_000], false));
        session().consumeStream(1, 16_000);
        assertThat(talk.says()).isEmpty();
        session().resumeReading(1);
        assertThat(talk.says()).containsExactly("WINDOW_UPDATE 1 +16000");
    }

    // ---- settings

    @Test
    void onlySoManySettingsWaitForTheirAcknowledgement() {
        talk = Talk.client(new Recorder(), options -> options.limits(limits -> limits.withMaxSettingsInFlight(2)));
        session().submitSettings(List.of());
        session().submitSettings(List.of());
        assertThatThrownBy(() -> session().submitSettings(List.of()))
                .isInstanceOfSatisfying(Http2SubmitException.class, refused -> assertThat(refused.reason())
                        .isEqualTo(Reason.TOO_MANY_INFLIGHT_SETTINGS));
        assertThat(talk.says()).hasSize(2);
        talk.hears(peer -> peer.settingsAck());
        session().submitSettings(List.of());
        assertThat(talk.says()).hasSize(1);
    }

    @Test
    void acknowledgingThePeersSettingsDecidesNothingAboutOurPriorities() {
        talk = Talk.strange(Http2Role.SERVER, new Recorder(), options -> options.automaticSettings(false));
        talk.hears(peer -> peer.preface().settings());
        session().submitSettings(List.of(new Setting(SettingId.NO_RFC7540_PRIORITIES, 1)));
        assertThat(talk.says()).containsExactly("SETTINGS 9=1", "SETTINGS ACK");
        assertThatThrownBy(() -> session().submitSettings(List.of(new Setting(SettingId.NO_RFC7540_PRIORITIES, 0))))
                .isInstanceOf(Http2SubmitException.class);
    }

    // ---- floods

    @Test
    void aShutdownNoticeDoesNotLiftTheLimitOfResets() {
        talk = Talk.server(
                new Recorder(),
                options ->
                        options.limits(limits -> limits.withStreamResetBurst(2).withStreamResetRate(0)));
        session().submitShutdownNotice();
        talk.says();
        talk.hears(peer -> {
            for (int id = 1; id <= 5; id += 2) {
                peer.request(id, false, "/").reset(id, ErrorCode.CANCEL);
            }
        });
        assertThat(talk.says()).last().asString().startsWith("GOAWAY 5 ENHANCE_YOUR_CALM");
    }

    // ---- bodies

    @Test
    void trailersThatFollowABodyEndIt() {
        server();
        talk.hears(peer -> peer.request(1, true, "/"));
        session().submitResponse(1, OK, Body.script().then("x", DataResult.END));
        session().submitTrailers(1, HeaderList.of("a", "b"));
        assertThat(talk.says()).containsExactly("HEADERS 1 [:status: 200]", "DATA 1 x", "HEADERS 1 END_STREAM [a: b]");
    }
}
