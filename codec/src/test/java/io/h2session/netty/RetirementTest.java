package io.h2session.netty;

import static io.h2session.netty.Events.get;
import static io.h2session.netty.Events.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.Http2Limits;
import io.h2session.api.Http2SessionOptions;
import io.h2session.api.Http2SessionResult;
import io.h2session.api.Http2Timeouts;
import io.h2session.frame.ErrorCode;
import io.h2session.netty.Http2SessionEvent.FactChanged;
import io.netty.channel.ChannelFuture;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A connection that has served long enough is shut down gracefully, at either end. */
class RetirementTest {
    private static Http2Timeouts hour(Http2Timeouts timeouts) {
        return timeouts.withMaxAge(Duration.ofHours(1)).withMaxAgeJitter(0);
    }

    private static SessionPair aging(boolean server, UnaryOperator<Http2Timeouts> timeouts) {
        return limited(server, timeouts, limits -> limits);
    }

    private static SessionPair serving(boolean server, int requests) {
        return limited(server, timeouts -> timeouts, limits -> limits.withMaxRequests(requests));
    }

    private static SessionPair limited(
            boolean server, UnaryOperator<Http2Timeouts> timeouts, UnaryOperator<Http2Limits> limits) {
        SessionPair pair = new SessionPair(
                builder -> server ? patient(builder) : builder.options(options(timeouts, limits)),
                builder -> server ? builder.options(options(timeouts, limits)) : patient(builder));
        pair.serverEvents.on((ctx, event) -> {
            if (event instanceof Http2SessionEvent.Headers asked
                    && !asked.headers().contains("hold")) {
                ctx.writeAndFlush(Http2SessionWrite.response(asked.stream(), status(204)));
            }
        });
        return pair.exchange();
    }

    private static Http2SessionHandlerBuilder patient(Http2SessionHandlerBuilder builder) {
        return builder.options(options(timeouts -> timeouts, limits -> limits));
    }

    private static Http2SessionOptions options(
            UnaryOperator<Http2Timeouts> timeouts, UnaryOperator<Http2Limits> limits) {
        return Http2SessionOptions.builder()
                .timeouts(values -> timeouts.apply(values.withIdle(Duration.ZERO)))
                .limits(limits)
                .build();
    }

    private static ChannelFuture ask(SessionPair pair) {
        return pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/")));
    }

    /** A request that is answered by {@link #release}. */
    private static void hold(SessionPair pair) {
        pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/").plus("hold", "1")));
    }

    private static void release(SessionPair pair) {
        for (Http2StreamHandle stream : pair.serverHandler.streams()) {
            pair.server.writeAndFlush(Http2SessionWrite.response(stream, status(200)));
        }
        pair.exchange();
    }

    private static Events eventsOf(SessionPair pair, boolean server) {
        return server ? pair.serverEvents : pair.clientEvents;
    }

    private static void assertRetired(SessionPair pair, boolean server, String reason) {
        Events events = eventsOf(pair, server);
        assertThat(events.one(Http2SessionEvent.SessionError.class).reason()).isEqualTo(reason);
        assertThat(events.of(FactChanged.class)).contains(FactChanged.DRAINING);
        assertThat(eventsOf(pair, !server).of(Http2SessionEvent.GoAway.class))
                .isNotEmpty()
                .allMatch(goAway -> goAway.errorCode() == ErrorCode.NO_ERROR.code());
    }

    private static void assertEnded(SessionPair pair, boolean server, Http2SessionResult result, String reason) {
        Http2SessionEvent.SessionEnded ended = eventsOf(pair, server).one(Http2SessionEvent.SessionEnded.class);
        assertThat(ended.result()).isEqualTo(result);
        assertThat(ended.reason()).isEqualTo(reason);
    }

    // ---- age -------------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aConnectionEndsWhenItIsThatOldAndNotBefore(boolean server) {
        try (SessionPair pair = aging(server, RetirementTest::hour)) {
            ask(pair);
            pair.pass(TimeUnit.HOURS.toNanos(1) - 1, TimeUnit.NANOSECONDS);
            ask(pair);
            assertThat(pair.clientEvents.statuses()).containsExactly("204", "204");
            assertThat(eventsOf(pair, server).of(Http2SessionEvent.SessionError.class))
                    .isEmpty();
            pair.pass(1, TimeUnit.NANOSECONDS);
            assertRetired(pair, server, "max_age");
            assertEnded(pair, server, Http2SessionResult.OK, "finished");
            assertThat(ask(pair).isSuccess()).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void openStreamsMayFinishHoweverLongThatTakes(boolean server) {
        try (SessionPair pair = aging(server, RetirementTest::hour)) {
            hold(pair);
            pair.pass(1, TimeUnit.HOURS);
            assertRetired(pair, server, "max_age");
            pair.pass(100, TimeUnit.DAYS);
            assertThat(pair.client.isActive()).isTrue();
            release(pair);
            assertThat(pair.clientEvents.statuses()).containsExactly("200");
            assertEnded(pair, server, Http2SessionResult.OK, "finished");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void streamsAreCutWhenTheGraceIsOver(boolean server) {
        try (SessionPair pair = aging(server, timeouts -> hour(timeouts).withMaxAgeGrace(Duration.ofMinutes(5)))) {
            hold(pair);
            pair.pass(1, TimeUnit.HOURS);
            pair.pass(TimeUnit.MINUTES.toNanos(5) - 1, TimeUnit.NANOSECONDS);
            assertThat(pair.serverHandler.streams()).hasSize(1);
            pair.pass(1, TimeUnit.NANOSECONDS);
            assertEnded(pair, server, Http2SessionResult.TIMED_OUT, "shutdown_timeout");
            assertThat(eventsOf(pair, !server).of(Http2SessionEvent.Reset.class))
                    .hasSize(1);
        }
    }

    @Test
    void aRequestThatCrossesTheNoticeIsServed() {
        try (SessionPair pair = aging(true, RetirementTest::hour)) {
            pair.server.advanceTimeBy(1, TimeUnit.HOURS);
            pair.server.runScheduledPendingTasks();
            // The client does not know yet.
            ChannelFuture crossing = ask(pair);
            assertThat(crossing.isSuccess()).isTrue();
            assertThat(pair.clientEvents.statuses()).containsExactly("204");
            assertThat(pair.clientEvents.of(Http2SessionEvent.GoAway.class))
                    .extracting(Http2SessionEvent.GoAway::lastStreamId)
                    .startsWith(Integer.MAX_VALUE);
        }
    }

    @Test
    void theAgesOfConnectionsDifferByTheJitter() {
        Set<Long> ages = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            try (SessionPair pair = aging(true, timeouts -> timeouts.withMaxAge(Duration.ofSeconds(100))
                    .withMaxAgeJitter(50))) {
                pair.pass(50_000 - 1, TimeUnit.MILLISECONDS);
                assertThat(pair.serverHandler.facts().draining()).isFalse();
                long age = 49_999;
                while (!pair.serverHandler.facts().draining()) {
                    pair.pass(1000, TimeUnit.MILLISECONDS);
                    age += 1000;
                }
                assertThat(age).isLessThanOrEqualTo(150_999);
                ages.add(age);
            }
        }
        assertThat(ages).hasSizeGreaterThan(1);
    }

    @Test
    void theFirstCloseOfARetiringConnectionIsStillGraceful() {
        try (SessionPair pair = aging(true, RetirementTest::hour)) {
            hold(pair);
            pair.pass(1, TimeUnit.HOURS);
            pair.server.pipeline().close();
            pair.pass(29, TimeUnit.SECONDS);
            assertThat(pair.serverHandler.streams()).hasSize(1);
            pair.pass(1, TimeUnit.SECONDS);
            assertEnded(pair, true, Http2SessionResult.TIMED_OUT, "shutdown_timeout");
        }
    }

    @Test
    void theSecondCloseOfARetiringConnectionCutsItsStreams() {
        try (SessionPair pair = aging(true, RetirementTest::hour)) {
            hold(pair);
            pair.pass(1, TimeUnit.HOURS);
            pair.server.pipeline().close();
            pair.server.pipeline().close();
            assertThat(pair.serverEvents.of(Http2SessionEvent.SessionEnded.class))
                    .hasSize(1);
        }
    }

    @Test
    void aConnectionThatIsClosingAlreadyIsNotRetired() {
        try (SessionPair pair = aging(
                true, timeouts -> timeouts.withMaxAge(Duration.ofSeconds(10)).withMaxAgeJitter(0))) {
            hold(pair);
            pair.server.pipeline().close();
            pair.pass(10, TimeUnit.SECONDS);
            assertThat(pair.serverEvents.of(Http2SessionEvent.SessionError.class))
                    .isEmpty();
            assertThat(pair.serverHandler.streams()).hasSize(1);
        }
    }

    // ---- requests --------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aConnectionEndsWithItsLastRequest(boolean server) {
        try (SessionPair pair = serving(server, 3)) {
            ask(pair);
            ask(pair);
            assertThat(pair.clientHandler.facts().draining()).isFalse();
            ask(pair);
            assertThat(pair.clientEvents.statuses()).containsExactly("204", "204", "204");
            assertRetired(pair, server, "max_requests");
            assertEnded(pair, server, Http2SessionResult.OK, "finished");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void oneRequestIsTheLeast(boolean server) {
        try (SessionPair pair = serving(server, 1)) {
            ask(pair);
            assertThat(pair.clientEvents.statuses()).containsExactly("204");
            assertRetired(pair, server, "max_requests");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatCameWithTheLastRequestIsServed(boolean server) {
        try (SessionPair pair = serving(server, 2)) {
            for (int i = 0; i < 5; i++) {
                pair.client.write(Http2SessionWrite.request(new Http2StreamHandle(), get("/" + i)));
            }
            pair.client.flush();
            pair.exchange();
            assertThat(pair.clientEvents.statuses()).hasSize(5).containsOnly("204");
            assertRetired(pair, server, "max_requests");
        }
    }

    @Test
    void theRequestThatSwitchedProtocolsCounts() {
        try (SessionPair pair = new SessionPair(
                builder -> builder,
                builder -> builder.options(options(timeouts -> timeouts, limits -> limits.withMaxRequests(1))))) {
            pair.serverHandler.upgrade(new byte[0], get("/"));
            assertThat(pair.serverHandler.session().requests()).isEqualTo(1);
            assertThat(pair.serverHandler.facts().draining()).isTrue();
        }
    }

    // ---- idle ------------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anIdleConnectionEndsWithGoAway(boolean server) {
        UnaryOperator<Http2SessionHandlerBuilder> idle = builder -> builder.options(Http2SessionOptions.builder()
                .timeouts(timeouts -> timeouts.withIdle(Duration.ofMinutes(1)))
                .build());
        UnaryOperator<Http2SessionHandlerBuilder> never = RetirementTest::patient;
        try (SessionPair pair = new SessionPair(server ? never : idle, server ? idle : never)) {
            pair.exchange();
            hold(pair);
            pair.pass(10, TimeUnit.MINUTES);
            release(pair);
            pair.pass(59, TimeUnit.SECONDS);
            assertThat(eventsOf(pair, !server).of(Http2SessionEvent.GoAway.class))
                    .isEmpty();
            pair.pass(1, TimeUnit.SECONDS);
            assertThat(eventsOf(pair, !server).of(Http2SessionEvent.GoAway.class))
                    .singleElement()
                    .matches(goAway -> goAway.errorCode() == ErrorCode.NO_ERROR.code());
            assertEnded(pair, server, Http2SessionResult.TIMED_OUT, "idle_timeout");
            pair.pass(5, TimeUnit.SECONDS);
            assertThat(List.of(pair.client.isOpen(), pair.server.isOpen())).containsOnly(false);
        }
    }
}
