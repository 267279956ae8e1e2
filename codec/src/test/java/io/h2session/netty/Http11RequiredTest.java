package io.h2session.netty;

import static io.h2session.netty.Events.get;
import static io.h2session.netty.Events.post;
import static io.h2session.netty.Events.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.frame.ErrorCode;
import io.h2session.netty.channel.StreamEnd;
import io.netty.channel.ChannelFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A peer that wants HTTP/1.1 says so of a request or of the connection, and whoever sent the request can tell. */
class Http11RequiredTest {
    @Test
    void aRequestThatIsWantedInHttp11EndsWithThat() {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            pair.serverEvents.keepData = true; // so that the body waits for its window
            Http2StreamHandle stream = new Http2StreamHandle();
            ChannelFuture head = pair.request(Http2SessionWrite.requestHead(stream, post("/")));
            ChannelFuture body = pair.request(Http2SessionWrite.data(stream, text("x".repeat(300_000)), true));
            pair.server.writeAndFlush(Http2SessionWrite.reset(
                    pair.serverEvents.of(Http2SessionEvent.Headers.class).get(0).stream(),
                    ErrorCode.HTTP_1_1_REQUIRED));
            pair.exchange();

            assertThat(head.isSuccess()).isTrue();
            assertThat(Http2NotSentException.http11Required(body.cause())).isTrue();
            assertThat(Http2NotSentException.retryIsSafe(body.cause())).isFalse();
            assertThat(pair.clientEvents
                            .one(Http2SessionEvent.StreamClosed.class)
                            .http11Required())
                    .isTrue();
            assertThat(pair.clientHandler.facts().http11Required()).isFalse();
        }
    }

    @Test
    void aGoAwayWithItIsAFactOfTheSession() {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            ChannelFuture request = pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/")));
            assertThat(pair.clientHandler.facts().http11Required()).isFalse();
            pair.server.writeAndFlush(Http2SessionWrite.goAway(0, ErrorCode.HTTP_1_1_REQUIRED.code(), new byte[0]));
            pair.exchange();
            assertThat(request.isSuccess()).isTrue();
            assertThat(pair.clientHandler.facts().http11Required()).isTrue();
            assertThat(pair.clientEvents
                            .one(Http2SessionEvent.StreamClosed.class)
                            .retryIsSafe())
                    .isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void noOtherCodeMeansIt(ErrorCode code) {
        boolean expected = code == ErrorCode.HTTP_1_1_REQUIRED;
        Http2SessionEvent.StreamClosed closed =
                new Http2SessionEvent.StreamClosed(new Http2StreamHandle(), code.code(), false, false);
        Http2NotSentException failure = Http2NotSentException.streamClosed(code.code(), false);
        assertThat(closed.http11Required()).isEqualTo(expected);
        assertThat(failure.http11Required()).isEqualTo(expected);
        assertThat(Http2NotSentException.http11Required(new IllegalStateException(failure)))
                .isEqualTo(expected);
        assertThat(new StreamEnd(StreamEnd.Kind.RESET_BY_PEER, code.code(), false).http11Required())
                .isEqualTo(expected);
        assertThat(new StreamEnd(StreamEnd.Kind.RESET, code.code(), false).http11Required())
                .isFalse();
        assertThat(Http2NotSentException.http11Required(null)).isFalse();
    }
}
