package io.h2session.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.frame.ErrorCode;
import io.h2session.hpack.HeaderList;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which requests the verifier of authorities is asked for, and what becomes of those it does not accept. */
class AuthorityVerifierTest {
    private final List<String> asked = new ArrayList<>();

    private final SessionPair pair = new SessionPair(
            client -> client,
            server -> server.authorityVerifier((channel, authority) -> {
                asked.add(authority.toString());
                return !authority.contentEquals("other");
            }));

    private static HeaderList get(String authority) {
        return HeaderList.of(":method", "GET", ":scheme", "http", ":authority", authority, ":path", "/");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 1000})
    void aRequestThatIsNotAcceptedIsAnsweredInPlaceOfTheApplication(int piece) {
        try (pair) {
            pair.piecewise(piece).exchange();
            pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("other")));
            pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("test:80")));

            assertThat(asked).containsExactly("other", "test:80");
            assertThat(pair.clientEvents.statuses()).containsExactly("421");
            assertThat(pair.serverEvents.of(Http2SessionEvent.Headers.class))
                    .map(head -> head.headers().value(":authority").toString())
                    .containsExactly("test:80");
            assertThat(pair.clientEvents
                            .one(Http2SessionEvent.StreamClosed.class)
                            .errorCode())
                    .isEqualTo(ErrorCode.NO_ERROR.code());
            assertThat(pair.server.isActive()).isTrue();
        }
    }

    @Test
    void theHostFieldIsAskedForWhereThereIsNoAuthority() {
        try (pair) {
            pair.exchange();
            HeaderList request = HeaderList.of(":method", "GET", ":scheme", "http", ":path", "/", "host", "other");
            pair.request(Http2SessionWrite.request(new Http2StreamHandle(), request));

            assertThat(asked).containsExactly("other");
            assertThat(pair.clientEvents.statuses()).containsExactly("421");
        }
    }

    @Test
    void whomATunnelLeadsToIsNotAsked() {
        try (pair) {
            pair.exchange();
            HeaderList request = HeaderList.of(":method", "CONNECT", ":authority", "other:443");
            pair.request(Http2SessionWrite.requestHead(new Http2StreamHandle(), request));

            assertThat(asked).isEmpty();
            assertThat(pair.serverEvents.of(Http2SessionEvent.Headers.class)).hasSize(1);
        }
    }

    @Test
    void theRestOfAnUploadIsIgnoredAndItsTrailersToo() {
        try (pair) {
            pair.exchange();
            Http2StreamHandle upload = new Http2StreamHandle();
            HeaderList post = HeaderList.of(":method", "POST", ":scheme", "http", ":authority", "other", ":path", "/");
            pair.client.write(Http2SessionWrite.requestHead(upload, post));
            pair.client.write(Http2SessionWrite.data(upload, Events.text("some bytes"), false));
            pair.client.write(Http2SessionWrite.trailers(upload, HeaderList.of("x-end", "yes")));
            pair.client.flush();
            pair.exchange();

            assertThat(pair.clientEvents.statuses()).containsExactly("421");
            assertThat(pair.serverEvents.of(Http2SessionEvent.Data.class)).isEmpty();
            assertThat(pair.serverEvents.of(Http2SessionEvent.Headers.class)).isEmpty();
            assertThat(pair.serverEvents.of(Http2SessionEvent.StreamClosed.class))
                    .hasSize(1);
            assertThat(pair.serverHandler.session().activeStreams()).isZero();
            assertThat(pair.serverHandler.session().effectiveReceived(0)).isLessThan(100);
        }
    }

    @Test
    void aDefaultIsAskedOnlyWhereTheBuilderWasNotTold() {
        try (pair;
                SessionPair other = new SessionPair()) {
            pair.serverHandler.defaultAuthorityVerifier((channel, authority) -> false);
            other.serverHandler.defaultAuthorityVerifier((channel, authority) -> false);
            pair.exchange();
            other.exchange();
            pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("test")));
            other.request(Http2SessionWrite.request(new Http2StreamHandle(), get("test")));

            assertThat(pair.clientEvents.statuses()).isEmpty();
            assertThat(other.clientEvents.statuses()).containsExactly("421");
        }
    }

    @Test
    void anUpgradeFromHttp1IsAskedForToo() {
        try (pair) {
            pair.serverHandler.upgrade(new byte[0], get("other"));

            assertThat(asked).map(AsciiString::of).containsExactly(AsciiString.of("other"));
            assertThat(pair.serverEvents.of(Http2SessionEvent.Headers.class)).isEmpty();
        }
    }
}
