package io.h2session.netty;

import static io.h2session.netty.Events.get;
import static io.h2session.netty.Events.post;
import static io.h2session.netty.Events.status;
import static io.h2session.netty.Events.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.Http2SessionOptions;
import io.h2session.api.NotSentReason;
import io.h2session.frame.ErrorCode;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A request waits for a free stream no longer than {@code requestWait}. */
class RequestWaitTest {
    private static SessionPair pair(Duration wait) {
        return new SessionPair(
                client -> client.options(Http2SessionOptions.builder()
                        .timeouts(timeouts -> timeouts.withRequestWait(wait))
                        .build()),
                server -> server.options(
                        Http2SessionOptions.builder().maxConcurrentStreams(1).build()));
    }

    private static void assertWaitedTooLong(ChannelFuture request) {
        assertThat(request.cause()).isInstanceOfSatisfying(Http2NotSentException.class, cause -> {
            assertThat(cause.reason()).isEqualTo(NotSentReason.WAITED_TOO_LONG);
            assertThat(cause.retryIsSafe()).isTrue();
        });
    }

    private static ChannelFuture ask(SessionPair pair, String path) {
        return pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get(path)));
    }

    @Test
    void aRequestIsGivenUpWhenItHasWaitedThatLongAndNotBefore() {
        try (SessionPair pair = pair(Duration.ofSeconds(10))) {
            pair.exchange();
            ask(pair, "/running");
            ByteBuf body = text("body");
            Http2StreamHandle stream = new Http2StreamHandle();
            ChannelFuture waiting = pair.request(Http2SessionWrite.request(stream, post("/waiting"), body));
            pair.pass(9_999, TimeUnit.MILLISECONDS);
            assertThat(waiting.isDone()).isFalse();
            pair.pass(1, TimeUnit.MILLISECONDS);
            assertWaitedTooLong(waiting);
            assertThat(body.refCnt()).isZero();
            assertThat(pair.clientEvents.one(Http2SessionEvent.StreamClosed.class))
                    .satisfies(closed -> {
                        assertThat(closed.stream()).isSameAs(stream);
                        assertThat(closed.errorCode()).isEqualTo(ErrorCode.REFUSED_STREAM.code());
                        assertThat(closed.retryIsSafe()).isTrue();
                    });
            assertThat(pair.serverEvents.of(Http2SessionEvent.Headers.class)).hasSize(1);
            assertThat(pair.client.isActive()).isTrue();
        }
    }

    @Test
    void eachRequestHasItsOwnTime() {
        try (SessionPair pair = pair(Duration.ofSeconds(10))) {
            pair.exchange();
            ask(pair, "/running");
            List<ChannelFuture> waiting = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                waiting.add(ask(pair, "/" + i));
                waiting.add(ask(pair, "/" + i));
                pair.pass(1, TimeUnit.SECONDS);
                int givenUp = Math.max(0, i - 8) * 2;
                assertThat(waiting.subList(0, givenUp)).allSatisfy(RequestWaitTest::assertWaitedTooLong);
                assertThat(waiting.subList(givenUp, waiting.size())).noneMatch(ChannelFuture::isDone);
            }
        }
    }

    @Test
    void requestsThatAreOpenedInTimeAreNotGivenUp() {
        try (SessionPair pair = pair(Duration.ofSeconds(10))) {
            pair.exchange();
            List<ChannelFuture> requests = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                requests.add(ask(pair, "/" + i));
            }
            for (int i = 0; i < 3; i++) {
                pair.pass(3, TimeUnit.SECONDS);
                pair.server.writeAndFlush(Http2SessionWrite.response(
                        pair.serverEvents.of(Http2SessionEvent.Headers.class).get(i).stream(), status(204)));
                pair.exchange();
            }
            pair.pass(30, TimeUnit.SECONDS);
            assertThat(requests).allMatch(ChannelFuture::isSuccess);
        }
    }

    @Test
    void aRequestThatWasResetWhileItWaitedIsNotToldTwice() {
        try (SessionPair pair = pair(Duration.ofSeconds(10))) {
            pair.exchange();
            ask(pair, "/running");
            Http2StreamHandle stream = new Http2StreamHandle();
            ChannelFuture waiting = pair.request(Http2SessionWrite.request(stream, get("/reset")));
            ChannelFuture behind = ask(pair, "/behind");
            pair.client.writeAndFlush(Http2SessionWrite.reset(stream, ErrorCode.CANCEL));
            pair.pass(10, TimeUnit.SECONDS);
            assertThat(((Http2NotSentException) waiting.cause()).reason()).isEqualTo(NotSentReason.CANCEL);
            assertWaitedTooLong(behind);
            assertThat(pair.clientEvents.of(Http2SessionEvent.StreamClosed.class))
                    .hasSize(2);
        }
    }

    @Test
    void withoutTheTimeoutARequestWaits() {
        try (SessionPair pair = new SessionPair(
                client -> client.options(Http2SessionOptions.builder()
                        .timeouts(timeouts ->
                                timeouts.withRequestWait(Duration.ZERO).withIdle(Duration.ZERO))
                        .build()),
                server -> server.options(
                        Http2SessionOptions.builder().maxConcurrentStreams(1).build()))) {
            pair.exchange();
            ask(pair, "/running");
            ChannelFuture waiting = ask(pair, "/waiting");
            pair.pass(2, TimeUnit.DAYS);
            assertThat(waiting.isDone()).isFalse();
        }
    }
}
