package io.h2session.netty.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.frame.ErrorCode;
import io.h2session.netty.channel.StreamChannel;
import io.h2session.netty.channel.StreamEnd;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which connection a stream is opened on, when one is made, and the limits of the peer. */
class PoolStreamsTest {
    @Test
    void aStreamIsOpenedOnAConnectionThatIsMadeForItAndUsedAgain() {
        try (Origin origin = new Origin(100, options -> options)) {
            assertThat(origin.connects).isZero();
            Future<StreamChannel> first = origin.ask("/a");
            assertThat(first.isDone()).isFalse();
            assertThat(origin.facts().connecting()).isOne();
            assertThat(origin.facts().waiters()).isOne();
            origin.exchange();
            assertThat(first.isSuccess()).isTrue();
            origin.connection(0).answer("/a");
            origin.exchange();
            assertThat(first.getNow().end().kind()).isEqualTo(StreamEnd.Kind.COMPLETE);

            Future<StreamChannel> second = origin.ask("/b");
            assertThat(second.isSuccess()).isTrue();
            origin.exchange();
            assertThat(origin.connections).hasSize(1);
            assertThat(origin.connection(0).paths).containsExactly("/a", "/b");
            PoolFacts facts = origin.facts();
            assertThat(facts).isEqualTo(new PoolFacts(0, 1, 0, 1, 99, 0, 2, 1, 0, facts.failures()));
            assertThat(facts.failures()).isEmpty();
        }
    }

    @Test
    void theConnectionWithTheFewestOpenStreamsGivesTheNext() {
        try (Origin origin = new Origin(2, options -> options)) {
            for (String path : List.of("/0", "/1", "/2")) {
                origin.asked(path);
            }
            assertThat(origin.connections).hasSize(2);
            assertThat(origin.connection(0).paths).containsExactly("/0", "/1");
            origin.connection(0).answer("/0");
            origin.connection(0).answer("/1");
            origin.exchange();
            origin.asked("/3");
            assertThat(origin.connection(0).paths).endsWith("/3");
            origin.connection(1).answer("/2");
            origin.exchange();
            origin.asked("/4");
            assertThat(origin.connection(1).paths).containsExactly("/2", "/4");
        }
    }

    @Test
    void aBurstMakesAsManyConnectionsAsItNeedsAndNoMore() {
        try (Origin origin = new Origin(100, options -> options)) {
            for (int i = 0; i < 100; i++) {
                origin.ask("/" + i);
            }
            assertThat(origin.connects).isOne();
            origin.ask("/100");
            assertThat(origin.connects).isEqualTo(2);
            origin.exchange();
            assertThat(origin.connects).isEqualTo(2);
            assertThat(origin.facts().openStreams()).isEqualTo(101);
        }
    }

    @Test
    void aConnectionIsBegunAheadOfNeed() {
        try (Origin origin = new Origin(4, options -> options.spareStreams(2))) {
            origin.asked("/0");
            origin.asked("/1");
            assertThat(origin.connects).isOne();
            origin.ask("/2");
            assertThat(origin.connects).isEqualTo(2);
            origin.ask("/3");
            assertThat(origin.connects).isEqualTo(2);
            assertThat(origin.connection(0).client.isOpen()).isTrue();
            origin.exchange();
            assertThat(origin.connections).hasSize(2);
        }
    }

    @Test
    void noMoreConnectionsAreMadeThanAllowed() {
        try (Origin origin = new Origin(1, options -> options.maxConnections(2))) {
            List<Future<StreamChannel>> asked = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                asked.add(origin.ask("/" + i));
            }
            origin.exchange();
            assertThat(origin.connects).isEqualTo(2);
            assertThat(asked).filteredOn(Future::isDone).hasSize(2);
            assertThat(origin.facts().waiters()).isEqualTo(3);
        }
    }

    @Test
    void thePeersLimitIsKeptHoweverItChanges() {
        try (Origin origin = new Origin(2, options -> options.maxConnections(1))) {
            for (int i = 0; i < 6; i++) {
                origin.ask("/" + i);
            }
            origin.exchange();
            OriginConnection connection = origin.connection(0);
            assertThat(connection.paths).hasSize(2);

            connection.allow(4);
            origin.exchange();
            assertThat(connection.paths).hasSize(4);

            connection.allow(1);
            origin.exchange();
            for (int i = 0; i < 3; i++) {
                connection.answer("/" + i);
            }
            origin.exchange();
            assertThat(connection.paths).hasSize(4);
            connection.answer("/3");
            origin.exchange();
            assertThat(connection.requests).containsOnlyKeys("/4");
            assertThat(connection.excess).isZero();
        }
    }

    @Test
    void aPeerThatAllowsNoStreamsIsWaitedForAndNoOtherConnectionIsMade() {
        try (Origin origin = new Origin(0, options -> options.acquireTimeout(Duration.ofSeconds(5)))) {
            Future<StreamChannel> first = origin.asked("/0");
            assertThat(first.isDone()).isFalse();
            assertThat(origin.facts().connections()).isOne();
            origin.pass(Duration.ofSeconds(5));
            assertThat(first.cause()).isInstanceOfSatisfying(PoolException.class, cause -> assertThat(cause.failure())
                    .isEqualTo(PoolFailure.ACQUIRE_TIMEOUT));
            Future<StreamChannel> second = origin.asked("/1");
            assertThat(origin.connects).isOne();
            origin.connection(0).allow(1);
            origin.exchange();
            assertThat(second.isSuccess()).isTrue();
            assertThat(origin.connection(0).excess).isZero();
        }
    }

    @Test
    void aLimitOfOurOwnIsKeptToo() {
        try (Origin origin = new Origin(100, options -> options.maxStreams(3).maxConnections(1))) {
            for (int i = 0; i < 5; i++) {
                origin.ask("/" + i);
            }
            origin.exchange();
            assertThat(origin.connection(0).paths).hasSize(3);
        }
    }

    @Test
    void aConnectionThatWasToldToGoAwayGivesNoMore() {
        try (Origin origin = new Origin(100, options -> options)) {
            Future<StreamChannel> first = origin.asked("/0");
            origin.connection(0).goAwayAfter("/0", ErrorCode.NO_ERROR);
            origin.exchange();
            assertThat(origin.facts().draining()).isOne();
            origin.asked("/1");
            assertThat(origin.connection(1).paths).containsExactly("/1");
            assertThat(first.getNow().isOpen()).isTrue();
            origin.connection(0).answer("/0");
            origin.exchange();
            assertThat(first.getNow().end().kind()).isEqualTo(StreamEnd.Kind.COMPLETE);
            assertThat(origin.connection(0).isOpen()).isFalse();
            assertThat(origin.facts().draining()).isZero();
        }
    }

    @Test
    void aServersGracefulEndIsFollowedByAnotherConnection() {
        try (Origin origin = new Origin(100, options -> options)) {
            Future<StreamChannel> first = origin.asked("/0");
            origin.connection(0).drain();
            origin.exchange();
            origin.asked("/1");
            assertThat(origin.connection(1).paths).containsExactly("/1");
            origin.connection(0).answer("/0");
            origin.exchange();
            assertThat(first.getNow().end().kind()).isEqualTo(StreamEnd.Kind.COMPLETE);
            assertThat(origin.open()).containsExactly(origin.connection(1));
        }
    }

    @Test
    void aConnectionThatDiesIsReplaced() {
        try (Origin origin = new Origin(1, options -> options.maxConnections(1))) {
            Future<StreamChannel> first = origin.asked("/0");
            Future<StreamChannel> second = origin.asked("/1");
            origin.connection(0).die();
            origin.exchange();
            assertThat(first.getNow().end().kind()).isEqualTo(StreamEnd.Kind.CONNECTION_ENDED);
            assertThat(first.getNow().end().retryIsSafe()).isFalse();
            assertThat(second.isSuccess()).isTrue();
            assertThat(origin.connection(1).paths).containsExactly("/1");
        }
    }

    @Test
    void aStreamThatIsClosedUnusedIsFreeAgain() {
        try (Origin origin = new Origin(1, options -> options.maxConnections(1))) {
            Future<StreamChannel> unused = origin.pool.open(new ChannelInboundHandlerAdapter());
            origin.exchange();
            assertThat(origin.facts().openStreams()).isOne();
            Future<StreamChannel> next = origin.asked("/0");
            assertThat(next.isDone()).isFalse();
            unused.getNow().close();
            origin.exchange();
            assertThat(next.isSuccess()).isTrue();
            assertThat(origin.connection(0).paths).containsExactly("/0");
        }
    }
}
