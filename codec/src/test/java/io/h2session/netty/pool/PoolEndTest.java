package io.h2session.netty.pool;

import static io.h2session.netty.pool.PoolWaitersTest.failure;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.netty.channel.StreamChannel;
import io.h2session.netty.channel.StreamEnd;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How connections end, by age, idleness and number of requests, and how a pool does. */
class PoolEndTest {
    @Test
    void aConnectionThatIsTooOldGivesNoMoreAndLetsItsStreamsEnd() {
        try (Origin origin = new Origin(100, options -> options.maxAge(Duration.ofMinutes(1)))) {
            Future<StreamChannel> old = origin.asked("/0");
            origin.pass(Duration.ofSeconds(59));
            origin.asked("/1");
            assertThat(origin.connects).isOne();
            origin.pass(Duration.ofSeconds(1));
            assertThat(origin.facts().draining()).isOne();
            origin.asked("/2");
            assertThat(origin.connection(1).paths).containsExactly("/2");
            origin.connection(0).answer("/0");
            origin.exchange();
            assertThat(old.getNow().end().kind()).isEqualTo(StreamEnd.Kind.COMPLETE);
            assertThat(origin.open()).hasSize(2);
            origin.connection(0).answer("/1");
            origin.exchange();
            assertThat(origin.open()).containsExactly(origin.connection(1));
        }
    }

    @Test
    void theAgeIsLessByAPartAtRandom() {
        // The origin's random numbers are all 0.5.
        try (Origin origin =
                new Origin(100, options -> options.maxAge(Duration.ofMinutes(1)).maxAgeJitter(0.2))) {
            origin.asked("/0");
            origin.pass(Duration.ofSeconds(53));
            assertThat(origin.facts().draining()).isZero();
            origin.pass(Duration.ofSeconds(1));
            assertThat(origin.facts().draining()).isOne();
        }
    }

    @Test
    void whatDrainsForTooLongIsCut() {
        try (Origin origin =
                new Origin(100, options -> options.maxAge(Duration.ofMinutes(1)).drainTimeout(Duration.ofSeconds(5)))) {
            Future<StreamChannel> old = origin.asked("/0");
            origin.pass(Duration.ofMinutes(1));
            origin.pass(Duration.ofSeconds(4));
            assertThat(old.getNow().isOpen()).isTrue();
            origin.pass(Duration.ofSeconds(1));
            origin.pass(Duration.ofSeconds(1));
            assertThat(old.getNow().isOpen()).isFalse();
            assertThat(origin.open()).isEmpty();
        }
    }

    @Test
    void aConnectionIsClosedWhenItWasIdleForLongEnough() {
        try (Origin origin = new Origin(100, options -> options.maxIdle(Duration.ofSeconds(10)))) {
            origin.asked("/0");
            origin.pass(Duration.ofSeconds(20));
            assertThat(origin.open()).hasSize(1);
            origin.connection(0).answer("/0");
            origin.exchange();
            origin.pass(Duration.ofSeconds(9));
            assertThat(origin.open()).hasSize(1);
            origin.pass(Duration.ofSeconds(1));
            assertThat(origin.open()).isEmpty();
            assertThat(origin.facts().failures()).isEmpty();
            assertThat(origin.connects).isOne();
        }
    }

    @Test
    void asManyConnectionsAsAreWantedAreMadeAtOnceKeptAndReplaced() {
        try (Origin origin =
                new Origin(100, options -> options.minConnections(2).maxIdle(Duration.ofSeconds(10)))) {
            origin.exchange();
            assertThat(origin.facts().connections()).isEqualTo(2);
            origin.pass(Duration.ofSeconds(30));
            assertThat(origin.open()).hasSize(2);
            origin.connection(0).die();
            origin.exchange();
            origin.pass(Duration.ofSeconds(1));
            assertThat(origin.connects).isEqualTo(3);
            assertThat(origin.open()).hasSize(2);
        }
    }

    @Test
    void aConnectionGivesAsManyStreamsAsItMay() {
        try (Origin origin = new Origin(100, options -> options.maxRequests(2))) {
            for (int i = 0; i < 5; i++) {
                origin.asked("/" + i);
            }
            assertThat(origin.connections).hasSize(3);
            assertThat(origin.connections).allMatch(one -> one.paths.size() <= 2);
            assertThat(origin.facts().draining()).isEqualTo(2);
        }
    }

    @Test
    void aPoolThatIsClosedFailsWhatWaitsAndLetsStreamsEnd() {
        try (Origin origin = new Origin(1, options -> options.maxConnections(1))) {
            Future<StreamChannel> open = origin.asked("/0");
            Future<StreamChannel> waits = origin.asked("/1");
            Future<Void> closed = origin.pool.close(Duration.ofSeconds(10));
            assertThat(failure(waits)).isEqualTo(PoolFailure.CLOSED);
            assertThat(failure(origin.ask("/2"))).isEqualTo(PoolFailure.CLOSED);
            origin.exchange();
            assertThat(closed.isDone()).isFalse();
            origin.connection(0).answer("/0");
            origin.exchange();
            assertThat(open.getNow().end().kind()).isEqualTo(StreamEnd.Kind.COMPLETE);
            assertThat(closed.isSuccess()).isTrue();
            assertThat(origin.open()).isEmpty();
        }
    }

    @Test
    void whatIsLeftAtTheDeadlineOfACloseIsCut() {
        try (Origin origin = new Origin(1, options -> options)) {
            Future<StreamChannel> open = origin.asked("/0");
            Future<Void> closed = origin.pool.close(Duration.ofSeconds(10));
            origin.pass(Duration.ofSeconds(9));
            assertThat(open.getNow().isOpen()).isTrue();
            origin.pass(Duration.ofSeconds(1));
            origin.pass(Duration.ofSeconds(1));
            assertThat(open.getNow().isOpen()).isFalse();
            assertThat(closed.isSuccess()).isTrue();
        }
    }

    @Test
    void aLaterCloseMayBeShorter() {
        try (Origin origin = new Origin(1, options -> options)) {
            origin.asked("/0");
            Future<Void> closed = origin.pool.close();
            origin.pool.close(Duration.ZERO);
            origin.exchange();
            origin.pass(Duration.ofSeconds(1));
            assertThat(closed.isSuccess()).isTrue();
        }
    }

    @Test
    void aConnectionThatIsBeingMadeIsGivenUpWhenThePoolIsClosed() {
        try (Origin origin = new Origin(1, options -> options)) {
            Future<StreamChannel> waits = origin.ask("/0");
            Future<Void> closed = origin.pool.close();
            origin.exchange();
            assertThat(failure(waits)).isEqualTo(PoolFailure.CLOSED);
            assertThat(closed.isSuccess()).isTrue();
            assertThat(origin.open()).isEmpty();
            assertThat(origin.facts().failures()).containsOnlyKeys(PoolFailure.CLOSED);
        }
    }

    @Test
    void aLaterCloseMayNotBeLonger() {
        try (Origin origin = new Origin(1, options -> options)) {
            origin.asked("/0");
            Future<Void> closed = origin.pool.close(Duration.ofSeconds(1));
            origin.pool.close(Duration.ofSeconds(60));
            origin.exchange();
            origin.pass(Duration.ofSeconds(1));
            origin.pass(Duration.ofSeconds(1));
            assertThat(closed.isSuccess()).isTrue();
        }
    }

    @Test
    void aConnectionThatEndsUnusedBecauseOfItsAgeHasNotFailed() {
        try (Origin origin =
                new Origin(100, options -> options.minConnections(1).maxAge(Duration.ofSeconds(30)))) {
            origin.exchange();
            origin.pass(Duration.ofSeconds(30));
            assertThat(origin.connects).isEqualTo(2);
            assertThat(origin.open()).containsExactly(origin.connection(1));
            assertThat(origin.facts().failures()).isEmpty();
        }
    }

    @Test
    void aSpareConnectionThatWasNotNeededIsClosedAndHasNotFailed() {
        try (Origin origin = new Origin(1, options -> options.spareStreams(1).maxIdle(Duration.ofSeconds(10)))) {
            origin.asked("/0");
            assertThat(origin.facts().connections()).isEqualTo(2);
            origin.pass(Duration.ofSeconds(20));
            // The other has a stream, and this one is what is kept in reserve for the next.
            assertThat(origin.open()).hasSize(2);
            origin.connection(0).answer("/0");
            origin.exchange();
            origin.pass(Duration.ofSeconds(10));
            assertThat(origin.open()).isEmpty();
            assertThat(origin.facts().failures()).isEmpty();
        }
    }
}
