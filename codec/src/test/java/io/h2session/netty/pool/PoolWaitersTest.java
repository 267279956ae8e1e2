package io.h2session.netty.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.netty.channel.StreamChannel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.ProtocolException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Those that wait for a stream: in order, bounded, woken, cancelled, timed out; and what they are told when there is none. */
class PoolWaitersTest {
    static PoolFailure failure(Future<?> failed) {
        assertThat(failed.cause()).isInstanceOf(PoolException.class);
        assertThat(PoolException.retryIsSafe(failed.cause())).isTrue();
        return ((PoolException) failed.cause()).failure();
    }

    private static Origin origin(int waiters) {
        return new Origin(
                1, options -> options.maxConnections(1).maxWaiters(waiters).acquireTimeout(Duration.ofSeconds(5)));
    }

    @Test
    void theyAreServedInTheirOrderWhenStreamsEnd() {
        try (Origin origin = origin(10)) {
            for (int i = 0; i < 4; i++) {
                origin.ask("/" + i);
            }
            origin.exchange();
            OriginConnection connection = origin.connection(0);
            for (int i = 0; i < 4; i++) {
                assertThat(connection.requests).containsOnlyKeys("/" + i);
                connection.answer("/" + i);
                origin.exchange();
            }
            assertThat(connection.excess).isZero();
            assertThat(origin.facts().waiters()).isZero();
        }
    }

    @Test
    void oneThatComesWhileOthersWaitDoesNotOvertakeThem() {
        try (Origin origin = origin(10)) {
            origin.asked("/0");
            origin.asked("/1");
            // The stream is free, and no one has been served yet.
            origin.connection(0).answer("/0");
            origin.connection(0).move();
            origin.ask("/2");
            origin.exchange();
            assertThat(origin.connection(0).requests).containsOnlyKeys("/1");
        }
    }

    @Test
    void moreThanTheBoundFailAtOnce() {
        try (Origin origin = origin(2)) {
            origin.asked("/0");
            origin.ask("/1");
            origin.ask("/2");
            Future<StreamChannel> tooMany = origin.ask("/3");
            assertThat(failure(tooMany)).isEqualTo(PoolFailure.TOO_MANY_WAITERS);
            assertThat(origin.facts().waiters()).isEqualTo(2);
            assertThat(origin.facts().failures()).containsEntry(PoolFailure.TOO_MANY_WAITERS, 1L);
        }
    }

    @Test
    void oneThatIsCancelledLeavesAndTheNextIsServed() {
        try (Origin origin = origin(2)) {
            origin.asked("/0");
            Future<StreamChannel> cancelled = origin.ask("/1");
            Future<StreamChannel> next = origin.ask("/2");
            assertThat(cancelled.cancel(false)).isTrue();
            assertThat(origin.facts().waiters()).isOne();
            assertThat(origin.ask("/3").isDone()).isFalse();
            origin.connection(0).answer("/0");
            origin.exchange();
            assertThat(next.isSuccess()).isTrue();
            assertThat(next.cancel(false)).isFalse();
            assertThat(origin.connection(0).paths).containsExactly("/0", "/2");
        }
    }

    @Test
    void eachHasATimeoutOfItsOwn() {
        try (Origin origin = origin(10)) {
            origin.asked("/0");
            Future<StreamChannel> first = origin.ask("/1");
            origin.pass(Duration.ofSeconds(3));
            Future<StreamChannel> second = origin.ask("/2");
            origin.pass(Duration.ofSeconds(2));
            assertThat(failure(first)).isEqualTo(PoolFailure.ACQUIRE_TIMEOUT);
            assertThat(second.isDone()).isFalse();
            origin.pass(Duration.ofSeconds(3));
            assertThat(failure(second)).isEqualTo(PoolFailure.ACQUIRE_TIMEOUT);
            assertThat(origin.facts().waiters()).isZero();
        }
    }

    @Test
    void aLimitThatGrowsWakesAsManyAsItAllows() {
        try (Origin origin = origin(10)) {
            List<Future<StreamChannel>> asked = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                asked.add(origin.asked("/" + i));
            }
            origin.connection(0).allow(3);
            origin.exchange();
            assertThat(asked).filteredOn(Future::isSuccess).hasSize(3);
        }
    }

    @Test
    void aConnectThatFailsIsTriedAgainAfterABackOffAndThenFailsThem() {
        try (Origin origin = new Origin(1, options -> options.retries(2).backOff(Duration.ofMillis(100)))) {
            origin.refusal = new IOException("refused");
            Future<StreamChannel> asked = origin.asked("/0");
            assertThat(origin.connects).isOne();
            origin.pass(Duration.ofMillis(99));
            assertThat(origin.connects).isOne();
            origin.pass(Duration.ofMillis(1));
            assertThat(origin.connects).isEqualTo(2);
            assertThat(asked.isDone()).isFalse();
            origin.pass(Duration.ofMillis(199));
            assertThat(origin.connects).isEqualTo(2);
            origin.pass(Duration.ofMillis(1));
            assertThat(failure(asked)).isEqualTo(PoolFailure.CONNECT_FAILED);
            assertThat(asked.cause()).hasRootCauseMessage("refused");
            origin.pass(Duration.ofSeconds(10));
            assertThat(origin.connects).isEqualTo(3);
        }
    }

    @Test
    void aConnectThatSucceedsInTheEndServesThem() {
        try (Origin origin = new Origin(1, options -> options.backOff(Duration.ofMillis(100)))) {
            origin.refusal = new IOException("refused");
            Future<StreamChannel> asked = origin.asked("/0");
            origin.refusal = null;
            origin.pass(Duration.ofMillis(100));
            assertThat(asked.isSuccess()).isTrue();
            assertThat(origin.facts().failures()).containsOnlyKeys(PoolFailure.CONNECT_FAILED);
        }
    }

    @Test
    void aConnectorOrASetupThatDoesNotDoItsPartFailsThemAndHoldsNothing() {
        List<EmbeddedChannel> made = new ArrayList<>();
        List<Connector> connectors = List.of(
                initializer -> {
                    throw new IllegalStateException("on purpose");
                },
                // The initializer is not added, or nothing is added by the setup that speaks HTTP/2.
                initializer -> {
                    made.add(new EmbeddedChannel());
                    return made.get(0).newSucceededFuture();
                },
                initializer -> {
                    made.add(new EmbeddedChannel(initializer));
                    return made.get(1).newSucceededFuture();
                });
        List<PoolFailure> failures = new ArrayList<>();
        for (Connector connector : connectors) {
            EmbeddedChannel loop = new EmbeddedChannel();
            Http2ConnectionPool pool = Http2ConnectionPool.with(connector, loop.eventLoop())
                    .setup(ConnectionSetup.priorKnowledge(pipeline -> {}))
                    .options(PoolOptions.builder().retries(0).build())
                    .build();
            failures.add(failure(pool.open(new ChannelInboundHandlerAdapter())));
            loop.close();
        }
        assertThat(failures)
                .containsExactly(PoolFailure.CONNECT_FAILED, PoolFailure.CONNECT_FAILED, PoolFailure.NOT_HTTP2);
        assertThat(made).hasSize(2).noneMatch(EmbeddedChannel::isOpen);
    }

    @Test
    void aConnectionThatIsNotReadyInTimeIsGivenUp() {
        try (Origin origin = new Origin(1, options -> options.retries(0).connectTimeout(Duration.ofSeconds(2)))) {
            Future<StreamChannel> asked = origin.ask("/0");
            origin.passWithoutTheWire(Duration.ofSeconds(2));
            assertThat(failure(asked)).isEqualTo(PoolFailure.CONNECT_TIMEOUT);
            assertThat(origin.connection(0).client.isOpen()).isFalse();
            assertThat(origin.facts().connecting()).isZero();
        }
    }

    @Test
    void aServerThatEndsEveryConnectionAtOnceIsNotConnectedToInALoop() {
        try (Origin origin = new Origin(0, options -> options.retries(1).backOff(Duration.ofSeconds(1)))) {
            Future<StreamChannel> asked = origin.asked("/0");
            origin.connection(0).drain();
            origin.exchange();
            assertThat(origin.connects).isOne();
            assertThat(asked.isDone()).isFalse();
            origin.pass(Duration.ofSeconds(1));
            assertThat(origin.connects).isEqualTo(2);
            origin.connection(1).drain();
            origin.exchange();
            assertThat(failure(asked)).isEqualTo(PoolFailure.CONNECT_FAILED);
        }
    }

    @Test
    void aTimeoutTellsWhyTheLatestConnectFailedUntilOneSucceeds() {
        try (Origin origin = new Origin(0, options -> options.retries(100)
                .maxConnections(1)
                .acquireTimeout(Duration.ofSeconds(1))
                .backOff(Duration.ofSeconds(3)))) {
            origin.refusal = new IOException("refused");
            Future<StreamChannel> first = origin.asked("/0");
            origin.pass(Duration.ofSeconds(1));
            assertThat(failure(first)).isEqualTo(PoolFailure.ACQUIRE_TIMEOUT);
            assertThat(first.cause()).hasRootCauseMessage("refused");

            origin.refusal = null;
            origin.pass(Duration.ofSeconds(3));
            Future<StreamChannel> second = origin.asked("/1");
            assertThat(origin.facts().connections()).isOne();
            origin.pass(Duration.ofSeconds(1));
            assertThat(failure(second)).isEqualTo(PoolFailure.ACQUIRE_TIMEOUT);
            assertThat(second.cause()).hasNoCause();
        }
    }

    @Test
    void whileTheNextConnectIsNotDueRequestsFailAtOnceAsTheLatestConnectDid() {
        try (Origin origin = new Origin(1, options -> options.retries(1).backOff(Duration.ofSeconds(1)))) {
            origin.refusal = new IOException("refused");
            Future<StreamChannel> first = origin.asked("/0");
            // Within the retries it is waited for.
            Future<StreamChannel> second = origin.asked("/1");
            assertThat(first.isDone() || second.isDone()).isFalse();
            origin.pass(Duration.ofSeconds(1));
            assertThat(failure(first)).isEqualTo(PoolFailure.CONNECT_FAILED);
            assertThat(failure(second)).isEqualTo(PoolFailure.CONNECT_FAILED);

            Future<StreamChannel> third = origin.ask("/2");
            assertThat(failure(third)).isEqualTo(PoolFailure.CONNECT_FAILED);
            assertThat(third.cause()).hasRootCauseMessage("refused");
            assertThat(origin.connects).isEqualTo(2);
            assertThat(origin.facts().waiters()).isZero();

            // When it is due, a request has it tried, and fails with it.
            origin.pass(Duration.ofSeconds(2));
            Future<StreamChannel> fourth = origin.asked("/3");
            assertThat(origin.connects).isEqualTo(3);
            assertThat(failure(fourth)).isEqualTo(PoolFailure.CONNECT_FAILED);

            origin.refusal = null;
            origin.pass(Duration.ofSeconds(4));
            assertThat(origin.asked("/4").isSuccess()).isTrue();
        }
    }

    @Test
    void requestsWaitForTheNextConnectIfThatIsWanted() {
        try (Origin origin =
                new Origin(1, options -> options.retries(0).failFast(false).backOff(Duration.ofSeconds(1)))) {
            origin.refusal = new IOException("refused");
            assertThat(failure(origin.asked("/0"))).isEqualTo(PoolFailure.CONNECT_FAILED);
            Future<StreamChannel> second = origin.asked("/1");
            assertThat(second.isDone()).isFalse();
            origin.refusal = null;
            origin.pass(Duration.ofSeconds(1));
            assertThat(second.isSuccess()).isTrue();
        }
    }

    @Test
    void requestsWaitAsLongAsAnotherConnectionIsThere() {
        try (Origin origin = new Origin(1, options -> options.retries(0).backOff(Duration.ofSeconds(1)))) {
            origin.asked("/0");
            origin.refusal = new IOException("refused");
            Future<StreamChannel> second = origin.asked("/1");
            assertThat(origin.connects).isEqualTo(2);
            assertThat(second.isDone()).isFalse();
            origin.connection(0).die();
            origin.exchange();
            assertThat(failure(second)).isEqualTo(PoolFailure.CONNECT_FAILED);
            assertThat(origin.connects).isEqualTo(2);
        }
    }

    @Test
    void aServerThatDoesNotSpeakHttp2IsNotWaitedFor() {
        try (Origin origin = new Origin(1, options -> options.retries(5).backOff(Duration.ofSeconds(1)))) {
            origin.refusal = new ProtocolException("http/1.1 was chosen");
            assertThat(failure(origin.asked("/0"))).isEqualTo(PoolFailure.NOT_HTTP2);
            assertThat(failure(origin.asked("/1"))).isEqualTo(PoolFailure.NOT_HTTP2);
            assertThat(origin.connects).isOne();
        }
    }

    @Test
    void aStreamThatIsGivenEndsTheBackOff() {
        try (Origin origin =
                new Origin(1, options -> options.retries(5).maxConnections(1).backOff(Duration.ofMillis(100)))) {
            origin.refusal = new IOException("refused");
            origin.asked("/0");
            origin.pass(Duration.ofMillis(100));
            assertThat(origin.connects).isEqualTo(2);
            origin.refusal = null;
            origin.pass(Duration.ofMillis(200));
            assertThat(origin.connection(0).paths).containsExactly("/0");

            origin.refusal = new IOException("refused");
            origin.connection(0).die();
            origin.exchange();
            origin.asked("/1");
            assertThat(origin.connects).isEqualTo(4);
            origin.pass(Duration.ofMillis(99));
            assertThat(origin.connects).isEqualTo(4);
            origin.pass(Duration.ofMillis(1));
            assertThat(origin.connects).isEqualTo(5);
        }
    }
}
