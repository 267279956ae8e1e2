package io.h2session;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.DataSource;
import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionContext;
import io.h2session.api.SendAnswer;
import io.h2session.frame.Frame;
import io.h2session.frame.HeadersCategory;
import io.h2session.frame.HeadersFrame;
import io.h2session.hpack.HeaderList;
import io.h2session.testing.Recorder;
import io.h2session.testing.Talk;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A final response after an informational one and trailers are told apart, when received and when sent. */
class HeadersCategoryTest {
    private static final HeaderList GET =
            HeaderList.of(":method", "GET", ":scheme", "https", ":authority", "a", ":path", "/");

    private final List<HeadersCategory> received = new ArrayList<>();
    private final List<HeadersCategory> sent = new ArrayList<>();

    private final Recorder recorder = new Recorder() {
        @Override
        public void onFrameReceived(Http2SessionContext session, Frame frame) {
            if (frame instanceof HeadersFrame headers) {
                received.add(headers.category());
            }
        }

        @Override
        public SendAnswer beforeFrameSend(Http2SessionContext session, Frame frame) {
            if (frame instanceof HeadersFrame headers) {
                sent.add(headers.category());
            }
            return SendAnswer.PROCEED;
        }
    };

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aClientIsToldResponsesByTheirOrderAndThenTrailers(boolean nghttp2) {
        try (Talk talk = talk(Http2Role.CLIENT, nghttp2)) {
            talk.session().submitRequest(GET, null, null);
            talk.says();
            talk.hears(peer -> peer.headers(1, false, ":status", "100")
                    .headers(1, false, ":status", "103")
                    .headers(1, false, ":status", "200")
                    .data(1, "x", false)
                    .headers(1, true, "checksum", "1"));
        }
        assertThat(received)
                .containsExactly(
                        HeadersCategory.RESPONSE,
                        HeadersCategory.LATER_RESPONSE,
                        HeadersCategory.LATER_RESPONSE,
                        HeadersCategory.TRAILERS);
        assertThat(sent).containsExactly(HeadersCategory.REQUEST);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aServerIsToldARequestAndItsTrailers(boolean nghttp2) {
        try (Talk talk = talk(Http2Role.SERVER, nghttp2)) {
            talk.hears(peer -> peer.headers(
                            1, false, ":method", "POST", ":scheme", "https", ":authority", "a", ":path", "/")
                    .headers(1, true, "checksum", "1"));
        }
        assertThat(received).containsExactly(HeadersCategory.REQUEST, HeadersCategory.TRAILERS);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatAServerSendsIsNamedTheSame(boolean nghttp2) {
        try (Talk talk = talk(Http2Role.SERVER, nghttp2)) {
            talk.hears(peer ->
                    peer.headers(1, true, ":method", "GET", ":scheme", "https", ":authority", "a", ":path", "/"));
            talk.session().submitHeaders(1, HeaderList.of(":status", "103"), false);
            talk.says();
            talk.session().submitResponse(1, HeaderList.of(":status", "200"), DataSource.ofAscii("x"));
            talk.session().submitTrailers(1, HeaderList.of("checksum", "1"));
            talk.says();
        }
        assertThat(sent)
                .containsExactly(HeadersCategory.RESPONSE, HeadersCategory.LATER_RESPONSE, HeadersCategory.TRAILERS);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPushedResponseIsOneOfItsOwn(boolean nghttp2) {
        try (Talk talk = talk(Http2Role.CLIENT, nghttp2)) {
            talk.session().submitRequest(GET, null, null);
            talk.says();
            talk.hears(peer -> peer.pushPromise(
                            1, 2, ":method", "GET", ":scheme", "https", ":authority", "a", ":path", "/b")
                    .headers(2, false, ":status", "103")
                    .headers(2, false, ":status", "200")
                    .headers(2, true, "checksum", "1"));
        }
        assertThat(received)
                .containsExactly(
                        HeadersCategory.PUSH_RESPONSE, HeadersCategory.LATER_RESPONSE, HeadersCategory.TRAILERS);
    }

    private Talk talk(Http2Role role, boolean nghttp2) {
        Talk talk = Talk.either(nghttp2, role, recorder, options -> options.enablePush(true));
        received.clear();
        return talk;
    }
}
