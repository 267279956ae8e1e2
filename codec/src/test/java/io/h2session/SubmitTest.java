package io.h2session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h2session.api.DataResult;
import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SessionListener;
import io.h2session.api.Http2SessionOptions;
import io.h2session.api.Http2SubmitException;
import io.h2session.api.Http2SubmitException.Reason;
import io.h2session.frame.SettingId;
import io.h2session.hpack.HeaderList;
import io.h2session.hpack.NeverIndexed;
import io.h2session.testing.Body;
import io.h2session.testing.Recorder;
import io.h2session.testing.Talk;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.AsciiString;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be judged when it is submitted: it is refused, nothing is queued, and what was given stays the caller's. */
class SubmitTest {
    private static final HeaderList OK = HeaderList.of(":status", "200");
    private static final HeaderList GET =
            HeaderList.of(":method", "GET", ":scheme", "https", ":authority", "a", ":path", "/");
    private static final HeaderList FIELD = HeaderList.of("a", "b");
    private static final AsciiString TEXT = AsciiString.of("u=1");

    private final Body body = Body.script().then("x", DataResult.END);
    private Talk talk;

    @AfterEach
    void close() {
        talk.close();
    }

    private Http2SessionContext session() {
        return talk.session();
    }

    private void client() {
        talk = Talk.client(new Recorder());
    }

    private void server() {
        talk = Talk.server(new Recorder());
        talk.hears(peer -> peer.request(1, true, "/"));
        talk.callbacks();
    }

    private void refused(Reason reason, Runnable submit) {
        assertThatThrownBy(submit::run)
                .isInstanceOfSatisfying(Http2SubmitException.class, refused -> assertThat(refused.reason())
                        .isEqualTo(reason));
        assertThat(session().outboundQueueSize()).isZero();
        assertThat(talk.says()).isEmpty();
        assertThat(talk.callbacks()).isEmpty();
        assertThat(body.closed()).isZero();
    }

    @Test
    void whatOnlyTheOtherRoleDoes() {
        client();
        refused(Reason.PROTO, () -> session().submitResponse(1, OK, body));
        refused(Reason.PROTO, () -> session().submitPushPromise(1, GET, null));
        refused(Reason.INVALID_STATE, () -> session().submitShutdownNotice());
        refused(Reason.INVALID_STATE, () -> session().submitAltSvc(0, TEXT, TEXT));
        refused(Reason.INVALID_STATE, () -> session().submitOrigin(List.of(TEXT)));
        talk.close();
        server();
        refused(Reason.PROTO, () -> session().submitRequest(GET, body, null));
        refused(Reason.INVALID_STATE, () -> session().submitPriorityUpdate(1, TEXT));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theLastStreamOfTheLastGoAwayIsOneOfThePeers(boolean nghttp2) {
        talk = Talk.either(nghttp2, Http2Role.SERVER, new Recorder(), options -> {});
        talk.hears(peer -> peer.request(1, true, "/"));
        talk.callbacks();
        for (int id : new int[] {2, -1, -2}) {
            refused(Reason.INVALID_ARGUMENT, () -> session().terminate(id, 0));
        }
        assertThat(session().terminationReason()).isNull();
    }

    @Test
    void streamNumbersThatAreNone() {
        server();
        for (int id : new int[] {0, -1}) {
            refused(Reason.INVALID_ARGUMENT, () -> session().submitResponse(id, OK, body));
            refused(Reason.INVALID_ARGUMENT, () -> session().submitHeaders(id, OK, true));
            refused(Reason.INVALID_ARGUMENT, () -> session().submitTrailers(id, FIELD));
            refused(Reason.INVALID_ARGUMENT, () -> session().submitData(id, body, true));
            refused(Reason.INVALID_ARGUMENT, () -> session().submitReset(id, 0));
        }
        refused(Reason.STREAM_CLOSED, () -> session().submitData(3, body, true));
        refused(Reason.INVALID_ARGUMENT, () -> session().submitExtension(9, 0, 0, null));
        refused(Reason.INVALID_ARGUMENT, () -> session().submitExtension(256, 0, 0, null));
        refused(Reason.INVALID_ARGUMENT, () -> session().submitExtension(0xbb, 0, -1, null));
    }

    @Test
    void anExtensionFrameWithoutAPackerIsRefusedAndItsPayloadReleased() {
        client();
        for (Http2SessionOptions options : List.of(Http2SessionOptions.safe(), Http2SessionOptions.nghttp2())) {
            Http2Session plain = new Http2Session(Http2Role.CLIENT, options, new Http2SessionListener() {});
            ByteBuf payload = Unpooled.buffer(1);

            refused(Reason.INVALID_STATE, () -> plain.submitExtension(0xbb, 0, 0, payload));
            refused(Reason.INVALID_STATE, () -> plain.submitExtension(0xbb, 0, 0, "not counted"));

            assertThat(payload.refCnt()).isZero();
            plain.close();
        }
    }

    @Test
    void fieldsThatAreMalformed() {
        client();
        refused(Reason.HTTP_HEADER, () -> session().submitRequest(FIELD, body, null));
        refused(Reason.HTTP_HEADER, () -> session().submitRequest(HeaderList.of(), body, null));
        refused(Reason.HTTP_HEADER, () -> session().submitRequest(with("connection", "close"), body, null));
        refused(Reason.HTTP_HEADER, () -> session().submitRequest(with("x", "a\r\nb"), body, null));
        refused(Reason.HTTP_HEADER, () -> session().submitRequest(with(":path", "/"), body, null));
        talk.close();
        server();
        refused(Reason.HTTP_HEADER, () -> session().submitResponse(1, FIELD, body));
        refused(Reason.HTTP_HEADER, () -> session().submitResponse(1, HeaderList.of(":status", "abc"), body));
        refused(Reason.HTTP_HEADER, () -> session().submitTrailers(1, OK));
        refused(Reason.HTTP_HEADER, () -> session().submitHeaders(1, HeaderList.of(":status", "103"), true));
    }

    private static HeaderList with(String name, String value) {
        return HeaderList.of(":method", "GET", ":scheme", "https", ":authority", "a", ":path", "/", name, value);
    }

    @Test
    void fieldsAreSentAsTheyAreIfToldSo() {
        talk = Talk.client(new Recorder(), options -> options.validateOutbound(false));
        session().submitRequest(with("connection", "close"), null, null);
        assertThat(talk.says()).hasSize(1).first().asString().endsWith("connection: close]");
    }

    @Test
    void framesThatDoNotFit() {
        server();
        AsciiString large = AsciiString.of("x".repeat(16_384));
        refused(Reason.INVALID_ARGUMENT, () -> session().submitAltSvc(0, TEXT, large));
        refused(Reason.INVALID_ARGUMENT, () -> session().submitAltSvc(1, TEXT, TEXT));
        refused(Reason.INVALID_ARGUMENT, () -> session().submitAltSvc(0, AsciiString.EMPTY_STRING, TEXT));
        refused(Reason.INVALID_ARGUMENT, () -> session().submitOrigin(List.of(large)));
        refused(Reason.INVALID_ARGUMENT, () -> session().submitGoAway(0, 0, new byte[16_377]));
        talk.close();
        client();
        refused(Reason.INVALID_ARGUMENT, () -> session().submitPriorityUpdate(1, large));
        refused(Reason.INVALID_ARGUMENT, () -> session().submitPriorityUpdate(0, TEXT));
    }

    @Test
    void secondTrailersAreRefusedWhileTheFirstWait() {
        server();
        session().submitResponse(1, OK, Body.script().then(DataResult.DEFERRED).then("x", DataResult.END));
        session().submitTrailers(1, FIELD);
        talk.says();
        talk.callbacks();
        refused(Reason.INVALID_STATE, () -> session().submitTrailers(1, FIELD));
        session().resumeData(1);
        assertThat(talk.says()).containsExactly("DATA 1 x", "HEADERS 1 END_STREAM [a: b]");
        talk.close();

        client();
        session().submitRequest(GET, body, null);
        session().submitTrailers(1, FIELD);
        assertThatThrownBy(() -> session().submitTrailers(1, FIELD)).isInstanceOf(Http2SubmitException.class);
        assertThat(talk.says()).hasSize(3);
    }

    @Test
    void aStreamThatEndedTakesNoBody() {
        server();
        talk.hears(peer -> peer.request(3, false, "/"));
        session().submitResponse(3, OK, null);
        session().submitReset(1, 8);
        assertThatThrownBy(() -> session().submitData(1, body, true)).isInstanceOf(Http2SubmitException.class);
        talk.says();
        assertThatThrownBy(() -> session().submitData(3, body, true)).isInstanceOf(Http2SubmitException.class);
        assertThat(body.closed()).isZero();
    }

    @Test
    void whatCannotBeJudgedAtOnceIsToldLater() {
        server();
        session().submitResponse(5, OK, body);
        assertThat(talk.says()).isEmpty();
        assertThat(talk.callbacks()).containsExactly("not-sent HEADERS stream=5 STREAM_CLOSED");
        assertThat(body.closed()).isEqualTo(1);
        session().submitResponse(1, OK, null);
        talk.says();
        session().submitResponse(1, OK, null);
        talk.says();
        assertThat(talk.callbacks()).endsWith("closed stream=1 NO_ERROR", "not-sent HEADERS stream=1 STREAM_CLOSED");
    }

    @Test
    void informationalResponsesPrecedeTheResponse() {
        server();
        session().submitHeaders(1, HeaderList.of(":status", "103", "link", "a"), false);
        session().submitHeaders(1, HeaderList.of(":status", "100"), false);
        session().submitResponse(1, OK, body);
        assertThat(talk.says())
                .containsExactly(
                        "HEADERS 1 [:status: 103, link: a]",
                        "HEADERS 1 [:status: 100]",
                        "HEADERS 1 [:status: 200]",
                        "DATA 1 END_STREAM x");
    }

    @Test
    void secretsAreNeverIndexedNorAreTheFieldsAnOptionNames() {
        HeaderList secrets = HeaderList.of(
                ":status", "200", "authorization", "1", "proxy-authorization", "2", "set-cookie", "3", "x-key", "4");
        String plain = "HEADERS 1 END_STREAM [:status: 200, authorization: ";
        server();
        session().submitResponse(1, secrets, null);
        assertThat(talk.says()).containsExactly(plain + "…, proxy-authorization: …, set-cookie: …, x-key: 4]");
        talk.close();
        talk = Talk.server(new Recorder(), options -> options.neverIndexed(NeverIndexed.SECRETS.plus("x-key")));
        talk.hears(peer -> peer.request(1, true, "/"));
        session().submitResponse(1, secrets, null);
        assertThat(talk.says()).containsExactly(plain + "…, proxy-authorization: …, set-cookie: …, x-key: …]");
        talk.close();
        talk = Talk.server(new Recorder(), options -> options.neverIndexed(NeverIndexed.NONE));
        talk.hears(peer -> peer.request(1, true, "/"));
        session().submitResponse(1, secrets, null);
        assertThat(talk.says()).containsExactly(plain + "…, proxy-authorization: 2, set-cookie: 3, x-key: 4]");
        assertThat(Http2SessionOptions.nghttp2().neverIndexed()).isSameAs(NeverIndexed.NONE);
    }

    @Test
    void framesOfOtherSpecificationsAreSent() {
        server();
        session().submitAltSvc(0, AsciiString.of("https://a"), AsciiString.of("h2"));
        session().submitAltSvc(1, AsciiString.EMPTY_STRING, AsciiString.of("h2"));
        session().submitAltSvc(9, AsciiString.EMPTY_STRING, AsciiString.of("h2"));
        session().submitOrigin(List.of(AsciiString.of("https://a")));
        assertThat(talk.says())
                .containsExactly("ALTSVC 0 \0\thttps://ah2", "ALTSVC 1 \0\0h2", "ORIGIN 0 \0\thttps://a");
        assertThat(talk.callbacks()).contains("not-sent ALTSVC stream=9 STREAM_CLOSED");
    }

    @Test
    void priorityUpdatesAreSentToServersThatUseThem() {
        client();
        session().submitPriorityUpdate(1, TEXT);
        assertThat(talk.says()).isEmpty();
        talk.close();
        talk = Talk.strange(Http2Role.CLIENT, new Recorder(), options -> {}).greet(SettingId.NO_RFC7540_PRIORITIES, 1);
        session().submitPriorityUpdate(1, TEXT);
        assertThat(talk.says()).containsExactly("PRIORITY_UPDATE 0 \0\0\0\001u=1");
    }
}
