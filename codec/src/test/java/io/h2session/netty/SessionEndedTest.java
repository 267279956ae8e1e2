package io.h2session.netty;

import static io.h2session.netty.Events.get;
import static io.h2session.netty.Events.post;
import static io.h2session.netty.Events.status;
import static io.h2session.netty.Events.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.Http2EndedBy;
import io.h2session.api.Http2SessionOptions;
import io.h2session.api.Http2SessionResult;
import io.h2session.frame.ErrorCode;
import io.h2session.testing.Frames;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SessionEnded tells the result, the reason, and who ended it; requests that come too late are safe to send again. */
class SessionEndedTest {
    private static final byte[] ZERO_WINDOW_UPDATE = {0, 0, 4, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0};

    private static void assertEnded(Events events, Http2SessionResult result, String reason, Http2EndedBy by) {
        Http2SessionEvent.SessionEnded ended = events.one(Http2SessionEvent.SessionEnded.class);
        assertThat(ended.result()).isEqualTo(result);
        assertThat(ended.reason()).isEqualTo(reason);
        assertThat(ended.endedBy()).isEqualTo(by);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aViolationIsThePeersFault(boolean nghttp2) {
        Http2SessionOptions options = nghttp2 ? Http2SessionOptions.nghttp2() : Http2SessionOptions.safe();
        try (SessionPair pair = new SessionPair(builder -> builder, builder -> builder.options(options))) {
            if (nghttp2) {
                pair.server.writeAndFlush(Http2SessionWrite.settings(List.of()));
            }
            pair.exchange();
            pair.server.writeInbound(Unpooled.wrappedBuffer(ZERO_WINDOW_UPDATE));
            pair.exchange();
            Http2SessionEvent.SessionEnded ended = pair.serverEvents.one(Http2SessionEvent.SessionEnded.class);
            assertThat(ended.result()).isEqualTo(Http2SessionResult.PEER_FAULT);
            assertThat(ended.reason()).isEqualTo("zero_window_update");
            assertThat(ended.endedBy()).isEqualTo(Http2EndedBy.PEER);
        }
    }

    @Test
    void terminateIsOurs() {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            pair.server.writeAndFlush(Http2SessionWrite.terminate(ErrorCode.INTERNAL_ERROR.code()));
            assertEnded(pair.serverEvents, Http2SessionResult.OK, "terminated", Http2EndedBy.LOCAL);
        }
    }

    @Test
    void aShutdownThatCutStreamsShortTimedOut() {
        try (SessionPair pair = new SessionPair(
                builder -> builder, builder -> builder.gracefulShutdownTimeout(Duration.ofSeconds(10)))) {
            pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/")));
            pair.server.pipeline().close();
            pair.exchange();
            pair.pass(10, TimeUnit.SECONDS);
            assertEnded(pair.serverEvents, Http2SessionResult.TIMED_OUT, "shutdown_timeout", Http2EndedBy.TIMEOUT);
        }
    }

    @Test
    void anOrderlyEndIsAttributedToTheEndThatSentGoAwayFirst() {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            pair.server.pipeline().close();
            pair.exchange();
            pair.pass(1, TimeUnit.SECONDS);
            assertEnded(pair.serverEvents, Http2SessionResult.OK, "finished", Http2EndedBy.LOCAL);
            assertEnded(pair.clientEvents, Http2SessionResult.OK, "finished", Http2EndedBy.PEER);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anErrorThatThePeerReportsIsNoOrderlyEnd(boolean atServer) {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            byte[] goAway = Frames.script()
                    .goAway(0, ErrorCode.ENHANCE_YOUR_CALM, "too_many_pings")
                    .bytes();
            (atServer ? pair.server : pair.client).writeInbound(Unpooled.wrappedBuffer(goAway));
            pair.exchange();
            Events told = atServer ? pair.serverEvents : pair.clientEvents;
            assertEnded(told, Http2SessionResult.OK, "goaway_with_error", Http2EndedBy.PEER);
            Http2SessionHandler handler = atServer ? pair.serverHandler : pair.clientHandler;
            assertThat(handler.facts().goAwayErrorCode()).isEqualTo(ErrorCode.ENHANCE_YOUR_CALM.code());
        }
    }

    @Test
    void aTransportThatClosesIsTold() {
        SessionPair pair = new SessionPair();
        pair.exchange();
        SessionPair.end(pair.client);
        assertEnded(pair.clientEvents, Http2SessionResult.EOF, "transport_closed", Http2EndedBy.TRANSPORT);
        pair.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"the peer's GOAWAY", "our own close"})
    void requestsThatWaitForAStreamFailAtOnceAndAreSafeToRetry(String end) {
        try (SessionPair pair = new SessionPair(
                builder -> builder,
                builder -> builder.options(
                        Http2SessionOptions.builder().maxConcurrentStreams(1).build()))) {
            pair.exchange();
            List<ChannelFuture> waiting = new ArrayList<>();
            Http2StreamHandle running = new Http2StreamHandle();
            pair.request(Http2SessionWrite.request(running, get("/running")));
            waiting.add(pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/waiting"))));
            waiting.add(pair.request(Http2SessionWrite.requestHead(new Http2StreamHandle(), post("/waiting"))));
            assertThat(waiting).noneMatch(ChannelFuture::isDone);

            if (end.equals("our own close")) {
                // Though the transport takes nothing.
                pair.client.waterMark(1).shut();
                pair.client.write(Http2SessionWrite.ping(1));
                pair.client.pipeline().close();
            } else {
                pair.server.pipeline().close();
                pair.exchange();
            }
            waiting.add(pair.client.write(Http2SessionWrite.request(new Http2StreamHandle(), get("/late"))));
            waiting.add(
                    pair.client.write(Http2SessionWrite.request(new Http2StreamHandle(), post("/late"), text("body"))));

            assertThat(waiting).allSatisfy(request -> assertThat(request.cause())
                    .isInstanceOfSatisfying(Http2NotSentException.class, notSent -> assertThat(notSent.retryIsSafe())
                            .isTrue()));
            assertThat(pair.clientEvents.of(Http2SessionEvent.StreamClosed.class))
                    .hasSize(2)
                    .allMatch(Http2SessionEvent.StreamClosed::retryIsSafe);

            pair.client.open();
            pair.exchange();
            for (Http2SessionEvent.Headers request : pair.serverEvents.of(Http2SessionEvent.Headers.class)) {
                pair.server.writeAndFlush(Http2SessionWrite.response(request.stream(), status(204)));
            }
            pair.exchange();
            assertThat(pair.clientEvents.statuses()).containsExactly("204");
        }
    }
}
