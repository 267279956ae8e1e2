package io.h2session;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.Http2Role;
import io.h2session.frame.ErrorCode;
import io.h2session.hpack.HeaderList;
import io.h2session.testing.Frames;
import io.h2session.testing.Recorder;
import io.h2session.testing.Talk;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the peer sends on a stream that is being reset, in each preset. */
class LateFramesTest {
    private Talk talk;

    @AfterEach
    void close() {
        talk.close();
    }

    private void server(boolean nghttp2) {
        talk = Talk.either(nghttp2, Http2Role.SERVER, new Recorder(), options -> {});
    }

    private void receives(Consumer<Frames> script) {
        Frames frames = talk.peer();
        script.accept(frames);
        talk.session().recv(frames.buf());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void ourResetThatWaitsDoesNotGoWhenThePeersCame(boolean nghttp2) {
        server(nghttp2);
        talk.hears(peer -> peer.request(1, false, "/"));
        talk.session().submitReset(1, ErrorCode.CANCEL.code());
        talk.hears(peer -> peer.reset(1, ErrorCode.STREAM_CLOSED));
        assertThat(talk.says()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theSessionsOwnResetDoesNotGoEitherWhenThePeersCame(boolean nghttp2) {
        server(nghttp2);
        receives(peer -> peer.headers(1, false, ":method", "GET").reset(1, ErrorCode.CANCEL));
        assertThat(talk.says()).isEmpty();
        assertThat(talk.session().hasStream(1)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void onlyTheResetOfThatStreamIsDropped(boolean nghttp2) {
        server(nghttp2);
        talk.hears(peer -> peer.request(1, false, "/").request(3, false, "/").request(5, false, "/"));
        for (int id = 1; id <= 5; id += 2) {
            talk.session().submitReset(id, ErrorCode.CANCEL.code());
        }
        talk.hears(peer -> peer.reset(3, ErrorCode.NO_ERROR));
        assertThat(talk.says()).containsExactly("RST_STREAM 1 CANCEL", "RST_STREAM 5 CANCEL");
    }

    /** As grpc-java does: it resets a stream whose DATA waits to be sent, and sends that, too. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100})
    void callsThatAreCancelledBeforeTheirDataComeEndNoConnection(int late) {
        talk = Talk.either(false, Http2Role.SERVER, new Recorder(), options -> {});
        for (int call = 0; call < 3000; call++) {
            int first = 6 * call + 1;
            int cancelled = first + 4;
            talk.hears(peer -> {
                peer.request(first, true, "/").request(first + 2, true, "/");
                peer.request(cancelled, false, "/").reset(cancelled, ErrorCode.CANCEL);
                for (int i = 0; i < late; i++) {
                    peer.data(cancelled, "late", i == late - 1);
                }
            });
            talk.session().submitResponse(first, HeaderList.of(":status", "200"), null);
            talk.session().submitResponse(first + 2, HeaderList.of(":status", "200"), null);
            List<String> resets = late == 0 ? List.of() : List.of("RST_STREAM " + cancelled + " STREAM_CLOSED");
            assertThat(talk.says())
                    .filteredOn(frame -> frame.startsWith("RST_STREAM") || frame.startsWith("GOAWAY"))
                    .isEqualTo(resets);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void dataBehindTheEndOfAMalformedRequestEndTheConnection(boolean nghttp2) {
        server(nghttp2);
        receives(peer -> peer.headers(1, true, ":method", "GET").data(1, "late", false));
        assertThat(talk.says()).anyMatch(frame -> frame.startsWith("GOAWAY 1 STREAM_CLOSED"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void headersBehindTheEndOfAMalformedRequestEndTheConnection(boolean nghttp2) {
        server(nghttp2);
        receives(peer -> peer.headers(1, true, ":method", "GET").headers(1, true, "a", "b"));
        assertThat(talk.says()).anyMatch(frame -> frame.startsWith("GOAWAY 1 STREAM_CLOSED"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void dataBehindTheEndOfAMalformedBodyEndTheConnection(boolean nghttp2) {
        server(nghttp2);
        receives(peer -> peer.request(1, false, "/", "content-length", "10")
                .data(1, "short", true)
                .data(1, "late", false));
        assertThat(talk.says()).anyMatch(frame -> frame.startsWith("GOAWAY 1 STREAM_CLOSED"));
    }

    /** In nghttp2's way; in the other the stream is over on both sides but for the RST_STREAM that waits. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatComesBehindTheEndOfAMalformedResponseEndsTheConnection(boolean data) {
        talk = Talk.either(true, Http2Role.CLIENT, new Recorder(), options -> {});
        talk.session()
                .submitRequest(
                        HeaderList.of(":method", "GET", ":scheme", "https", ":authority", "a", ":path", "/"),
                        null,
                        null);
        talk.says();
        receives(peer -> {
            peer.headers(1, true, "no", "status");
            if (data) {
                peer.data(1, "late", false);
            } else {
                peer.headers(1, false, "a", "b");
            }
        });
        assertThat(talk.says()).anyMatch(frame -> frame.startsWith("GOAWAY 0 STREAM_CLOSED"));
    }
}
