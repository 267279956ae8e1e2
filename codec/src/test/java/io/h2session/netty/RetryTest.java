package io.h2session.netty;

import static io.h2session.netty.Events.get;
import static io.h2session.netty.Events.post;
import static io.h2session.netty.Events.status;
import static io.h2session.netty.Events.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.Http2SessionOptions;
import io.h2session.frame.ErrorCode;
import io.netty.channel.ChannelFuture;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which requests a client may send again, since the peer has certainly not begun to process them. */
class RetryTest {
    private static List<Integer> safeOnes(SessionPair pair) {
        return pair.clientEvents.of(Http2SessionEvent.StreamClosed.class).stream()
                .filter(Http2SessionEvent.StreamClosed::retryIsSafe)
                .map(closed -> closed.stream().id())
                .toList();
    }

    /** Heads that have arrived, and bodies that have no end yet. */
    private static List<ChannelFuture> openUploads(SessionPair pair, int count) {
        List<ChannelFuture> bodies = new ArrayList<>();
        pair.serverEvents.keepData = true;
        pair.exchange();
        for (int i = 0; i < count; i++) {
            Http2StreamHandle stream = new Http2StreamHandle();
            pair.client.write(Http2SessionWrite.requestHead(stream, post("/" + i)));
            bodies.add(pair.request(Http2SessionWrite.data(stream, text("x".repeat(500_000)), true)));
        }
        assertThat(bodies).noneMatch(ChannelFuture::isDone);
        return bodies;
    }

    @Test
    void aGoAwayFailsExactlyTheRequestsItLeavesOut() {
        try (SessionPair pair = new SessionPair()) {
            List<ChannelFuture> bodies = openUploads(pair, 4);

            pair.server.writeAndFlush(Http2SessionWrite.goAway(3, 0, new byte[0]));
            pair.exchange();

            assertThat(safeOnes(pair)).containsExactly(5, 7);
            assertThat(bodies.subList(2, 4)).allSatisfy(body -> {
                assertThat(Http2NotSentException.retryIsSafe(body.cause())).isTrue();
                assertThat(((Http2NotSentException) body.cause()).errorCode())
                        .isEqualTo(ErrorCode.REFUSED_STREAM.code());
            });
            pair.serverEvents.keepData = false;
            pair.serverEvents.releaseKept();
            pair.exchange();
            assertThat(bodies.subList(0, 2)).allMatch(ChannelFuture::isSuccess);

            ChannelFuture late = pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/late")));
            assertThat(Http2NotSentException.retryIsSafe(late.cause())).isTrue();
            // It was refused at once, and never had a stream.
            assertThat(safeOnes(pair)).containsExactly(5, 7);
        }
    }

    @Test
    void aGoAwayFailsTheRequestsThatStillWait() {
        Http2SessionOptions one =
                Http2SessionOptions.builder().maxConcurrentStreams(1).build();
        try (SessionPair pair = new SessionPair(builder -> builder, builder -> builder.options(one))) {
            pair.exchange();
            ChannelFuture running = pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/1")));
            ChannelFuture waiting = pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/3")));
            ChannelFuture withBody =
                    pair.request(Http2SessionWrite.request(new Http2StreamHandle(), post("/5"), text("body")));
            assertThat(running.isSuccess()).isTrue();

            pair.server.writeAndFlush(Http2SessionWrite.goAway(0, new byte[0]));
            pair.exchange();
            pair.server.writeAndFlush(Http2SessionWrite.response(
                    pair.serverEvents.one(Http2SessionEvent.Headers.class).stream(), status(200)));
            pair.exchange();

            assertThat(pair.clientEvents.statuses()).containsExactly("200");
            assertThat(Http2NotSentException.retryIsSafe(waiting.cause())).isTrue();
            assertThat(Http2NotSentException.retryIsSafe(withBody.cause())).isTrue();
            assertThat(safeOnes(pair)).containsExactlyInAnyOrder(3, 5);
        }
    }

    @Test
    void onlyThePeersRefusalMakesAResetSafe() {
        try (SessionPair pair = new SessionPair()) {
            List<ChannelFuture> bodies = openUploads(pair, 3);
            List<Http2StreamHandle> atServer = pair.serverEvents.of(Http2SessionEvent.Headers.class).stream()
                    .map(Http2SessionEvent.Headers::stream)
                    .toList();
            List<Http2StreamHandle> atClient = new ArrayList<>();
            pair.clientEvents.on((ctx, event) -> {
                if (event instanceof Http2SessionEvent.StreamClosed closed) {
                    atClient.add(closed.stream());
                }
            });

            pair.server.write(Http2SessionWrite.reset(atServer.get(0), ErrorCode.REFUSED_STREAM));
            pair.server.writeAndFlush(Http2SessionWrite.reset(atServer.get(1), ErrorCode.CANCEL));
            pair.exchange();

            assertThat(atClient).extracting(Http2StreamHandle::id).containsExactly(1, 3);
            assertThat(safeOnes(pair)).containsExactly(1);
            assertThat(Http2NotSentException.retryIsSafe(bodies.get(0).cause())).isTrue();
            assertThat(Http2NotSentException.retryIsSafe(bodies.get(1).cause())).isFalse();
            assertThat(pair.serverEvents.of(Http2SessionEvent.StreamClosed.class))
                    .noneMatch(Http2SessionEvent.StreamClosed::retryIsSafe);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 103, 200})
    void aRequestThatThePeerHasBegunToAnswerIsNotSafeWhateverItsRefusalSays(int status) {
        try (SessionPair pair = new SessionPair()) {
            List<ChannelFuture> bodies = openUploads(pair, 2);
            for (Http2SessionEvent.Headers request : pair.serverEvents.of(Http2SessionEvent.Headers.class)) {
                pair.server.write(
                        status < 200
                                ? Http2SessionWrite.informational(request.stream(), status(status))
                                : Http2SessionWrite.responseHead(request.stream(), status(status)));
            }
            pair.server.flush();
            pair.exchange();

            pair.server.write(Http2SessionWrite.reset(
                    pair.serverEvents.of(Http2SessionEvent.Headers.class).get(1).stream(), ErrorCode.REFUSED_STREAM));
            pair.server.writeAndFlush(Http2SessionWrite.goAway(0, 0, new byte[0]));
            pair.exchange();

            assertThat(pair.clientEvents.of(Http2SessionEvent.StreamClosed.class))
                    .hasSize(2)
                    .allMatch(closed -> closed.errorCode() == ErrorCode.REFUSED_STREAM.code());
            assertThat(safeOnes(pair)).isEmpty();
            assertThat(bodies).noneMatch(body -> Http2NotSentException.retryIsSafe(body.cause()));
        }
    }

    @Test
    void whatTheApplicationResetOrTerminatedIsNotThePeersRefusal() {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            Http2StreamHandle stream = new Http2StreamHandle();
            pair.request(Http2SessionWrite.request(stream, get("/1")));
            pair.request(Http2SessionWrite.reset(stream, ErrorCode.REFUSED_STREAM));
            pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/3")));
            pair.request(Http2SessionWrite.terminate(ErrorCode.REFUSED_STREAM.code()));

            assertThat(pair.clientEvents.of(Http2SessionEvent.StreamClosed.class))
                    .hasSize(2);
            assertThat(safeOnes(pair)).isEmpty();
        }
    }

    @Test
    void whenTheTransportFailsOnlyWhatWasNeverSentIsSafe() {
        Http2SessionOptions one =
                Http2SessionOptions.builder().maxConcurrentStreams(1).build();
        try (SessionPair pair = new SessionPair(builder -> builder, builder -> builder.options(one))) {
            pair.exchange();
            ChannelFuture sent = pair.request(Http2SessionWrite.request(
                    new Http2StreamHandle(), post("/1"), (id, max, sink) -> io.h2session.api.DataResult.DEFERRED));
            ChannelFuture waiting = pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/3")));
            ChannelFuture[] late = new ChannelFuture[1];
            pair.clientEvents.on((ctx, event) -> {
                if (event instanceof Http2SessionEvent.SessionEnded) {
                    late[0] = ctx.writeAndFlush(Http2SessionWrite.request(new Http2StreamHandle(), get("/5")));
                }
            });
            SessionPair.end(pair.client);

            assertThat(Http2NotSentException.retryIsSafe(sent.cause())).isFalse();
            assertThat(Http2NotSentException.retryIsSafe(waiting.cause())).isTrue();
            assertThat(late[0].cause()).isInstanceOf(ClosedChannelException.class);
            assertThat(Http2NotSentException.retryIsSafe(late[0].cause())).isTrue();
            assertThat(safeOnes(pair)).containsExactly(3);
        }
    }

    @Test
    void aRequestThatFoundNoRoomIsSafe() {
        Http2SessionOptions none = Http2SessionOptions.builder()
                .assumedPeerMaxConcurrentStreams(0)
                .limits(limits -> limits.withMaxPendingRequests(1))
                .build();
        try (SessionPair pair = new SessionPair(builder -> builder.options(none), builder -> builder)) {
            pair.client.write(Http2SessionWrite.request(new Http2StreamHandle(), get("/1")));
            ChannelFuture second = pair.client.write(Http2SessionWrite.request(new Http2StreamHandle(), get("/2")));

            assertThat(Http2NotSentException.retryIsSafe(second.cause())).isTrue();
            assertThat(Http2NotSentException.retryIsSafe(null)).isFalse();
        }
    }
}
