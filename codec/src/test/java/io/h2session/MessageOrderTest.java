package io.h2session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h2session.api.DataResult;
import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SubmitException;
import io.h2session.api.Http2SubmitException.Reason;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.SettingId;
import io.h2session.hpack.HeaderList;
import io.h2session.testing.Body;
import io.h2session.testing.Frames;
import io.h2session.testing.Recorder;
import io.h2session.testing.Talk;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the application sends is judged: the order of a message's parts, and its body against its content-length. */
class MessageOrderTest {
    private static final HeaderList OK = HeaderList.of(":status", "200");
    private static final HeaderList OK_5 = HeaderList.of(":status", "200", "content-length", "5");
    private static final HeaderList HINTS = HeaderList.of(":status", "103");
    private static final HeaderList TRAILERS = HeaderList.of("a", "b");
    private static final HeaderList POST =
            HeaderList.of(":method", "POST", ":scheme", "https", ":authority", "a", ":path", "/");
    private static final HeaderList POST_5 = POST.plus("Content-Length", "5");
    private static final String RESET_1 = "RST_STREAM 1 INTERNAL_ERROR";
    private static final String RESET_2 = "RST_STREAM 2 INTERNAL_ERROR";

    private Talk talk;

    @AfterEach
    void close() {
        talk.close();
    }

    private Http2SessionContext session() {
        return talk.session();
    }

    private void server(String method) {
        talk = Talk.server(new Recorder());
        talk.hears(peer -> request(peer, method, true));
        talk.callbacks();
    }

    private static void request(Frames peer, String method, boolean endStream) {
        peer.headers(1, endStream, ":method", method, ":scheme", "https", ":authority", "a", ":path", "/");
    }

    private void client() {
        talk = Talk.client(new Recorder());
    }

    private static Body body(String text) {
        return Body.script().then(text, DataResult.END);
    }

    private static void refused(String word, Runnable submit) {
        refused(Reason.INVALID_STATE, word, submit);
    }

    private static void refused(Reason reason, String word, Runnable submit) {
        assertThatThrownBy(submit::run).isInstanceOfSatisfying(Http2SubmitException.class, refused -> {
            assertThat(refused.word()).isEqualTo(word);
            assertThat(refused.reason()).isEqualTo(reason);
        });
    }

    // ---- order -----------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSecondFinalResponseIsRefused(boolean sent) {
        server("GET");
        Body second = body("y");
        session().submitResponse(1, OK, body("x"));
        if (sent) {
            talk.says(10);
        }

        refused("second_final_response", () -> session().submitHeaders(1, OK, true));
        refused("second_final_response", () -> session().submitHeaders(1, OK, false));
        refused("second_final_response", () -> session().submitResponse(1, OK, second));
        assertThat(second.closed()).isZero();
        assertThat(talk.says()).last().isEqualTo("DATA 1 END_STREAM x");
    }

    @Test
    void anInformationalResponseAfterTheFinalOneIsRefusedAndSoOvertakesNoData() {
        server("GET");
        session().submitHeaders(1, HINTS, false);
        session().submitResponse(1, OK, Body.script().then("x", DataResult.MORE).then("y", DataResult.END));

        refused("informational_after_final_response", () -> session().submitHeaders(1, HINTS, false));
        talk.says(20);
        refused("informational_after_final_response", () -> session().submitHeaders(1, HINTS, false));
        assertThat(talk.says()).last().isEqualTo("DATA 1 END_STREAM y");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void dataAndTrailersBeforeAnyHeadAreRefused(boolean informational) {
        server("GET");
        Body early = body("x");
        if (informational) {
            session().submitHeaders(1, HINTS, false);
        }

        refused("data_before_head", () -> session().submitData(1, early, true));
        refused("trailers_before_head", () -> session().submitTrailers(1, TRAILERS));
        refused("trailers_before_head", () -> session().submitHeaders(1, TRAILERS, true));

        talk.says();
        session().submitResponse(1, OK, null);
        assertThat(talk.says()).containsExactly("HEADERS 1 END_STREAM [:status: 200]");
        assertThat(early.closed()).isZero();
    }

    @Test
    void trailersWithoutTheEndOfTheStreamAreRefused() {
        server("GET");
        session().submitHeaders(1, OK, false);
        refused(Reason.HTTP_HEADER, "trailers_without_end_stream", () -> session()
                .submitHeaders(1, TRAILERS, false));
        session().submitTrailers(1, TRAILERS);
        assertThat(talk.says()).containsExactly("HEADERS 1 [:status: 200]", "HEADERS 1 END_STREAM [a: b]");
    }

    @Test
    void dataAndTrailersAfterTheEndAreRefused() {
        server("GET");
        session().submitHeaders(1, OK, false);
        session().submitTrailers(1, TRAILERS);
        refused("data_after_end", () -> session().submitData(1, body("x"), true));
        refused("trailers_after_end", () -> session().submitTrailers(1, TRAILERS));
        assertThat(talk.says()).hasSize(2);

        talk.hears(peer -> peer.request(3, false, "/"));
        session().submitResponse(3, OK, null);
        refused("data_after_end", () -> session().submitData(3, body("x"), true));
        refused("trailers_after_end", () -> session().submitTrailers(3, TRAILERS));
        assertThat(talk.says()).containsExactly("HEADERS 3 END_STREAM [:status: 200]");
        refused("data_after_end", () -> session().submitData(3, body("x"), true));
    }

    @Test
    void aClientsDataAndTrailersAfterTheEndAreRefused() {
        client();
        session().submitRequest(POST, null, null);
        refused(Reason.INVALID_STATE, "trailers_after_end", () -> session().submitTrailers(1, TRAILERS));
        talk.says();
        refused("data_after_end", () -> session().submitData(1, body("x"), true));
        refused("trailers_after_end", () -> session().submitHeaders(1, TRAILERS, true));

        session().submitRequestHeaders(POST, false, null);
        session().submitTrailers(3, TRAILERS);
        refused("trailers_after_end", () -> session().submitTrailers(3, TRAILERS));
        assertThat(talk.says())
                .containsExactly(
                        "HEADERS 3 [:method: POST, :scheme: https, :authority: a, :path: /]",
                        "HEADERS 3 END_STREAM [a: b]");
        refused("data_after_end", () -> session().submitData(3, body("x"), true));
    }

    @Test
    void aTunnelTakesDataAndNothingElse() {
        talk = Talk.server(new Recorder());
        talk.hears(peer -> peer.headers(1, false, ":method", "CONNECT", ":authority", "a:1"));
        refused(Reason.HTTP_HEADER, "content_length_in_tunnel", () -> session().submitHeaders(1, OK_5, false));
        session().submitHeaders(1, OK, false);
        session().submitData(1, Body.script().then("x", DataResult.END_WITHOUT_END_STREAM), false);
        refused("trailers_on_tunnel", () -> session().submitTrailers(1, TRAILERS));
        talk.says();
        session().submitData(1, body("y"), true);
        assertThat(talk.says()).containsExactly("DATA 1 END_STREAM y");

        talk.hears(peer -> peer.headers(3, false, ":method", "CONNECT", ":authority", "a:1"));
        session().submitHeaders(3, HeaderList.of(":status", "502"), false);
        session().submitTrailers(3, TRAILERS);
        assertThat(talk.says()).hasSize(2);
    }

    @Test
    void aPushedResponseIsJudgedAndItsPartsAfterTheFirstNeedNoRoom() {
        talk = Talk.strange(Http2Role.SERVER, new Recorder(), options -> {}).greet(SettingId.MAX_CONCURRENT_STREAMS, 1);
        talk.hears(peer -> peer.request(1, true, "/"));
        HeaderList promise = POST.with(":method", "GET");
        int pushed = session().submitPushPromise(1, promise, null);
        refused("trailers_before_head", () -> session().submitTrailers(pushed, TRAILERS));
        session().submitHeaders(pushed, HINTS, false);
        session().submitHeaders(pushed, OK, false);
        refused("second_final_response", () -> session().submitResponse(pushed, OK, null));
        session().submitTrailers(pushed, TRAILERS);

        assertThat(talk.says().subList(1, 4))
                .containsExactly("HEADERS 2 [:status: 103]", "HEADERS 2 [:status: 200]", "HEADERS 2 END_STREAM [a: b]");
    }

    // ---- content-length --------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({"103, content_length_in_informational", "204, content_length_in_204"})
    void aContentLengthWhereNoContentCanBeIsRefused(String status, String word) {
        server("GET");
        for (String length : new String[] {"0", "5"}) {
            HeaderList head = HeaderList.of(":status", status, "Content-Length", length);
            refused(Reason.HTTP_HEADER, word, () -> session().submitHeaders(1, head, false));
        }
        refused(Reason.HTTP_HEADER, "less_than_content_length", () -> session()
                .submitResponse(1, HeaderList.of(":status", "205", "content-length", "5"), null));
        refused("content_in_informational", () -> session().submitResponse(1, HINTS, body("x")));
        refused(Reason.HTTP_HEADER, "less_than_content_length", () -> session().submitResponse(1, OK_5, null));
        session().submitResponse(1, OK_5, body("hello"));
        assertThat(talk.says()).last().isEqualTo("DATA 1 END_STREAM hello");
    }

    @ParameterizedTest
    @EnumSource(
            value = DataResult.class,
            names = {"END", "END_WITHOUT_END_STREAM"})
    void aBodyShorterThanItsContentLengthResetsTheStream(DataResult end) {
        server("GET");
        Body body = Body.script().then("he", DataResult.MORE).then("l", end);
        session().submitResponse(1, OK_5, body);
        session().submitTrailers(1, TRAILERS);

        assertThat(talk.says()).containsExactly("HEADERS 1 [:status: 200, content-length: 5]", "DATA 1 he", RESET_1);
        assertThat(body.closed()).isEqualTo(1);
        assertThat(talk.callbacks())
                .contains("not-sent DATA stream=1 LESS_THAN_CONTENT_LENGTH", "not-sent HEADERS stream=1 STREAM_CLOSED")
                .endsWith("closed stream=1 INTERNAL_ERROR");
    }

    @Test
    void trailersThatEndABodyTooEarlyResetTheStream() {
        server("GET");
        session().submitResponse(1, OK_5, Body.script().then("hell", DataResult.END_WITHOUT_END_STREAM));
        talk.says();
        session().submitTrailers(1, TRAILERS);

        assertThat(talk.says()).containsExactly(RESET_1);
        assertThat(talk.callbacks()).contains("not-sent HEADERS stream=1 LESS_THAN_CONTENT_LENGTH");

        talk.hears(peer -> peer.request(3, true, "/"));
        session().submitHeaders(3, OK_5, false);
        session().submitTrailers(3, TRAILERS);
        assertThat(talk.says())
                .containsExactly("HEADERS 3 [:status: 200, content-length: 5]", "RST_STREAM 3 INTERNAL_ERROR");
    }

    @Test
    void ofABodyLongerThanItsContentLengthNothingBeyondIsSent() {
        server("GET");
        Body body = Body.script().then("hel", DataResult.MORE).then("lo!", DataResult.END);
        session().submitResponse(1, OK_5, body);

        assertThat(talk.says())
                .containsExactly("HEADERS 1 [:status: 200, content-length: 5]", "DATA 1 hel", "DATA 1 lo", RESET_1);
        assertThat(body.closed()).isEqualTo(1);
        assertThat(talk.callbacks()).contains("not-sent DATA stream=1 MORE_THAN_CONTENT_LENGTH");
    }

    @Test
    void severalBodiesHaveOneContentLength() {
        server("GET");
        session().submitHeaders(1, OK_5, false);
        session().submitData(1, Body.script().then("hel", DataResult.END), false);
        talk.says();
        Body rest = Body.script().then("lo", DataResult.MORE).then(DataResult.END);
        session().submitData(1, rest, true);
        assertThat(talk.says()).containsExactly("DATA 1 lo", "DATA 1 END_STREAM");

        talk.hears(peer -> peer.request(3, true, "/"));
        session().submitHeaders(3, OK_5, false);
        session().submitData(3, body("hello"), false);
        talk.says();
        session().submitData(3, body("!"), true);
        assertThat(talk.says()).containsExactly("RST_STREAM 3 INTERNAL_ERROR");
    }

    @Test
    void aRequestsBodyIsHeldToItsContentLengthToo() {
        client();
        session().submitRequest(POST_5, body("hello"), null);
        session().submitRequest(POST_5, body("hell"), null);
        session().submitRequest(POST_5, body("hello!"), null);
        session().submitRequestHeaders(POST_5, false, null);
        session().submitTrailers(7, TRAILERS);
        refused(Reason.HTTP_HEADER, "less_than_content_length", () -> session().submitRequest(POST_5, null, null));

        assertThat(talk.says())
                .filteredOn(frame -> !frame.startsWith("HEADERS"))
                .containsExactly(
                        "RST_STREAM 7 INTERNAL_ERROR",
                        "DATA 1 END_STREAM hello",
                        "RST_STREAM 3 INTERNAL_ERROR",
                        "DATA 5 hello",
                        "RST_STREAM 5 INTERNAL_ERROR");
    }

    @Test
    void aContentLengthOfConnectMeansNothing() {
        client();
        HeaderList connect = HeaderList.of(":method", "CONNECT", ":authority", "a:1", "content-length", "5");
        session().submitRequest(connect, body("x"), null);
        assertThat(talk.says()).last().isEqualTo("DATA 1 END_STREAM x");
    }

    // ---- responses without content ---------------------------------------------------------------------------------

    /** One code path serves GET and HEAD: what follows the head may come when that has ended the stream. */
    @ParameterizedTest
    @CsvSource({"HEAD, 200", "GET, 204", "GET, 205", "GET, 304"})
    void whatFollowsAResponseWithoutContentIsDroppedThoughItsStreamIsOver(String method, String status) {
        server(method);
        session().submitHeaders(1, HeaderList.of(":status", status), false);
        assertThat(talk.says()).containsExactly("HEADERS 1 END_STREAM [:status: " + status + "]");
        assertThat(session().hasStream(1)).isFalse();

        Body piece = body("x");
        Body last = body("y");
        session().submitData(1, piece, false);
        session().submitData(1, last, true);
        session().submitTrailers(1, TRAILERS);
        session().submitHeaders(1, TRAILERS, true);

        assertThat(piece.closed()).isEqualTo(1);
        assertThat(last.closed()).isEqualTo(1);
        assertThat(talk.says()).isEmpty();
        assertThat(talk.callbacks()).noneMatch(callback -> callback.startsWith("not-sent"));
    }

    @Test
    void onAStreamThatWasCutTheBodyOfAResponseWithoutContentIsRefused() {
        server("HEAD");
        session().submitHeaders(1, OK, false);
        talk.hears(peer -> peer.reset(1, ErrorCode.CANCEL));
        refused(Reason.STREAM_CLOSED, "stream_closed", () -> session().submitData(1, body("x"), true));
    }

    @Test
    void theBodyOfAStreamThatIsOverIsRefusedWhenItsResponseHadContent() {
        server("GET");
        session().submitResponse(1, OK, body("x"));
        talk.says();
        refused(Reason.STREAM_CLOSED, "stream_closed", () -> session().submitData(1, body("x"), true));
    }

    @ParameterizedTest
    @CsvSource({"HEAD, 200", "HEAD, 404", "GET, 204", "GET, 205", "GET, 304", "HEAD, 304"})
    void theBodyOfAResponseWithoutContentIsDroppedUnread(String method, String status) {
        server(method);
        HeaderList head = HeaderList.of(":status", status);
        Body body = body("hello");

        session().submitHeaders(1, HINTS, false);
        session().submitResponse(1, head, body);
        session().submitTrailers(1, TRAILERS);

        assertThat(body.closed()).isEqualTo(1);
        refused("second_final_response", () -> session().submitResponse(1, head, null));
        refused("trailers_after_end", () -> session().submitTrailers(1, TRAILERS));
        assertThat(talk.says())
                .containsExactly("HEADERS 1 [:status: 103]", "HEADERS 1 END_STREAM [:status: " + status + "]");
        assertThat(talk.callbacks()).endsWith("closed stream=1 NO_ERROR");
        assertThat(body.reads()).isZero();
        assertThat(body.closed()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void dataAfterAHeadWithoutContentIsDroppedUnread(boolean sent) {
        talk = Talk.server(new Recorder());
        talk.hears(peer -> request(peer, "HEAD", false));
        Body first = body("he");
        Body second = body("llo");
        session().submitHeaders(1, OK_5, false);
        if (sent) {
            talk.says();
        }
        session().submitData(1, first, false);
        session().submitData(1, second, true);
        session().submitHeaders(1, TRAILERS, true);

        assertThat(talk.says()).hasSize(sent ? 0 : 1);
        assertThat(first.reads() + second.reads()).isZero();
        assertThat(first.closed()).isEqualTo(1);
        assertThat(second.closed()).isEqualTo(1);
        refused("data_after_end", () -> session().submitData(1, body("!"), true));
    }

    @Test
    void aPushedResponseToHeadHasNoContent() {
        server("GET");
        int pushed = session().submitPushPromise(1, POST.with(":method", "HEAD"), null);
        Body body = body("hello");
        session().submitResponse(pushed, OK_5, body);
        assertThat(talk.says()).last().isEqualTo("HEADERS 2 END_STREAM [:status: 200, content-length: 5]");
        assertThat(body.closed()).isEqualTo(1);
    }

    @Test
    void aPushedBodyIsHeldToItsContentLength() {
        server("GET");
        int pushed = session().submitPushPromise(1, POST.with(":method", "GET"), null);
        session().submitResponse(pushed, OK_5, body("hell"));
        assertThat(talk.says()).last().isEqualTo(RESET_2);
    }

    @Test
    void theResponseToAnUpgradedHeadHasNoContent() {
        talk = Talk.strange(Http2Role.SERVER, new Recorder(), options -> {});
        talk.session().upgrade(new byte[0], true, null);
        Body body = body("hello");
        session().submitResponse(1, OK_5, body);
        assertThat(talk.says()).last().isEqualTo("HEADERS 1 END_STREAM [:status: 200, content-length: 5]");
        assertThat(body.closed()).isEqualTo(1);
    }

    // ---- who is not judged -----------------------------------------------------------------------------------------

    @Test
    void nothingIsJudgedIfToldSo() {
        talk = Talk.server(new Recorder(), options -> options.validateOutbound(false));
        talk.hears(peer -> peer.request(1, false, "/"));
        session().submitResponse(1, OK_5, body("hell"));
        session().submitHeaders(1, HINTS, false);
        assertThat(talk.says()).endsWith("DATA 1 END_STREAM hell");
    }
}
