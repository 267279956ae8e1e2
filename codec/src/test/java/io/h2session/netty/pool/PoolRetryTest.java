package io.h2session.netty.pool;

import static io.h2session.netty.pool.PoolWaitersTest.failure;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.frame.ErrorCode;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.h2session.testing.CapturedLog;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Requests without a channel, and which of them the pool sends again (RFC 9113 section 8.7). */
class PoolRetryTest {
    private static Origin origin() {
        return new Origin(100, options -> options.backOff(Duration.ofMillis(10)));
    }

    private static Future<Http2StreamHandle> ask(Origin origin, PooledRequest request) {
        Future<Http2StreamHandle> opened = origin.pool.open(request);
        origin.exchange();
        return opened;
    }

    @Test
    void aRequestWithoutAChannelIsSentAnsweredAndItsStreamFreeAgain() {
        try (Origin origin = origin()) {
            Asked asked = new Asked("/0", true);
            Future<Http2StreamHandle> opened = ask(origin, asked);
            assertThat(opened.getNow().id()).isOne();
            assertThat(origin.facts().openStreams()).isOne();
            origin.connection(0).answer("/0");
            origin.exchange();
            assertThat(asked.told).containsExactly("200", "COMPLETE");
            assertThat(origin.facts().openStreams()).isZero();
            assertThat(origin.facts().retries()).isZero();
        }
    }

    @Test
    void aRefusedStreamIsSentAgainAfterABackOff() {
        try (Origin origin = origin()) {
            Asked asked = new Asked("/0", true);
            ask(origin, asked);
            origin.connection(0).reset("/0", ErrorCode.REFUSED_STREAM);
            origin.exchange();
            assertThat(asked.sent).isOne();
            assertThat(asked.end).isNull();
            assertThat(origin.facts().waiters()).isOne();
            origin.pass(Duration.ofMillis(9));
            assertThat(asked.sent).isOne();
            origin.pass(Duration.ofMillis(1));
            assertThat(asked.sent).isEqualTo(2);
            origin.connection(0).answer("/0");
            origin.exchange();
            assertThat(asked.told).containsExactly("200", "COMPLETE");
            assertThat(origin.facts().retries()).isOne();
        }
    }

    @Test
    void itIsSentAgainOnAnotherConnectionIfThereIsOne() {
        try (Origin origin = new Origin(1, options -> options.backOff(Duration.ofMillis(10)))) {
            Asked first = new Asked("/0", true);
            Asked second = new Asked("/1", true);
            ask(origin, first);
            ask(origin, second);
            origin.connection(1).answer("/1");
            origin.connection(0).reset("/0", ErrorCode.REFUSED_STREAM);
            origin.exchange();
            origin.pass(Duration.ofMillis(10));
            assertThat(origin.connection(1).paths).containsExactly("/1", "/0");
        }
    }

    @Test
    void whatIsRefusedTooOftenEndsAndSaysThatARetryIsSafe() {
        try (Origin origin = origin()) {
            Asked asked = new Asked("/0", true);
            ask(origin, asked);
            for (int i = 0; i < 3; i++) {
                origin.connection(0).reset("/0", ErrorCode.REFUSED_STREAM);
                origin.exchange();
                origin.pass(Duration.ofMillis(40));
            }
            assertThat(asked.sent).isEqualTo(3);
            assertThat(asked.told).containsExactly("REFUSED");
            assertThat(asked.end.retryIsSafe()).isTrue();
        }
    }

    @Test
    void whatAGoAwayLeftOutIsSentAgainAtOnceAndNothingElse() {
        try (Origin origin = origin()) {
            Asked processed = new Asked("/0", true);
            Asked leftOut = new Asked("/1", true);
            ask(origin, processed);
            ask(origin, leftOut);
            origin.connection(0).goAwayAfter("/0", ErrorCode.NO_ERROR);
            origin.exchange();
            assertThat(origin.connection(1).paths).containsExactly("/1");
            origin.connection(0).die();
            origin.exchange();
            assertThat(processed.told).containsExactly("CONNECTION_ENDED");
            assertThat(processed.end.retryIsSafe()).isFalse();
            assertThat(processed.sent).isOne();
            assertThat(leftOut.end).isNull();
        }
    }

    @Test
    void anyOtherResetIsNotSentAgain() {
        for (ErrorCode code : ErrorCode.values()) {
            if (code == ErrorCode.REFUSED_STREAM) {
                continue;
            }
            try (Origin origin = origin()) {
                Asked asked = new Asked("/0", true);
                ask(origin, asked);
                origin.connection(0).reset("/0", code);
                origin.exchange();
                origin.pass(Duration.ofSeconds(1));
                assertThat(asked.sent).as(code.name()).isOne();
                assertThat(asked.end).as(code.name()).isNotNull();
            }
        }
    }

    @Test
    void whatCannotBeSentAgainIsNot() {
        try (Origin origin = origin()) {
            Asked asked = new Asked("/0", false);
            ask(origin, asked);
            origin.connection(0).reset("/0", ErrorCode.REFUSED_STREAM);
            origin.exchange();
            assertThat(asked.told).containsExactly("REFUSED");
            assertThat(asked.end.retryIsSafe()).isTrue();
        }
    }

    @Test
    void whatWaitsToBeSentAgainEndsWithTheRefusalWhenThePoolIsClosedOrItsTimeIsUp() {
        try (Origin origin = new Origin(100, options -> options.backOff(Duration.ofSeconds(1)))) {
            Asked asked = new Asked("/0", true);
            ask(origin, asked);
            origin.connection(0).reset("/0", ErrorCode.REFUSED_STREAM);
            origin.exchange();
            origin.pool.close();
            origin.exchange();
            assertThat(asked.told).containsExactly("REFUSED");
        }
        try (Origin origin =
                new Origin(1, options -> options.maxConnections(1).acquireTimeout(Duration.ofSeconds(2)))) {
            Asked asked = new Asked("/0", true);
            ask(origin, asked);
            origin.ask("/1");
            origin.connection(0).reset("/0", ErrorCode.REFUSED_STREAM);
            origin.exchange();
            origin.pass(Duration.ofMillis(1900));
            assertThat(asked.end).isNull();
            origin.pass(Duration.ofMillis(100));
            assertThat(asked.told).containsExactly("REFUSED");
            assertThat(origin.facts().waiters()).isZero();
        }
    }

    @Test
    void aRequestThatIsNotWrittenFailsAndHoldsNoStream() {
        try (Origin origin = origin()) {
            Future<Http2StreamHandle> opened = ask(origin, new Asked("/0", true) {
                @Override
                public void send(ChannelHandlerContext connection, Http2StreamHandle stream) {
                    connection.writeAndFlush(
                            Http2SessionWrite.request(stream, HeaderList.of(":method", "GET", "Bad Name", "x")));
                }
            });
            assertThat(failure(opened)).isEqualTo(PoolFailure.NOT_WRITTEN);
            assertThat(origin.facts().openStreams()).isZero();
            assertThat(origin.facts().failures()).containsOnlyKeys(PoolFailure.NOT_WRITTEN);
        }
    }

    @Test
    void whatARequestThrowsFailsItBeforeItIsWrittenAndResetsItAfterwards() {
        IllegalStateException thrown = new IllegalStateException("on purpose");
        try (Origin origin = origin();
                CapturedLog log = new CapturedLog()) {
            Future<Http2StreamHandle> before = ask(origin, new Asked("/0", true) {
                @Override
                public void send(ChannelHandlerContext connection, Http2StreamHandle stream) {
                    throw thrown;
                }
            });
            assertThat(before.cause()).hasCause(thrown);
            Asked after = new Asked("/1", true) {
                @Override
                public void send(ChannelHandlerContext connection, Http2StreamHandle stream) {
                    super.send(connection, stream);
                    throw thrown;
                }
            };
            ask(origin, after);
            assertThat(after.told).containsExactly("RESET");
            assertThat(log.lines()).singleElement().asString().contains("a request failed while it was written");
            assertThat(origin.facts().openStreams()).isZero();
        }
    }

    @Test
    void aRequestCanBeCancelledWhileItWaits() {
        try (Origin origin = new Origin(1, options -> options.maxConnections(1))) {
            ask(origin, new Asked("/0", true));
            Asked waits = new Asked("/1", true);
            Future<Http2StreamHandle> opened = ask(origin, waits);
            assertThat(opened.cancel(false)).isTrue();
            assertThat(origin.facts().waiters()).isZero();
            origin.connection(0).answer("/0");
            origin.exchange();
            assertThat(waits.sent).isZero();
        }
    }

    @Test
    void aServerThatRequiresHttp1SaysSoInTheFailure() {
        try (Origin origin = new Origin(0, options -> options.retries(5))) {
            Future<Http2StreamHandle> waits = ask(origin, new Asked("/0", true));
            origin.connection(0).goAwayAfter(null, ErrorCode.HTTP_1_1_REQUIRED);
            origin.exchange();
            assertThat(failure(waits)).isEqualTo(PoolFailure.HTTP_1_1_REQUIRED);
        }
        try (Origin origin = origin()) {
            Asked asked = new Asked("/0", true);
            ask(origin, asked);
            origin.connection(0).reset("/0", ErrorCode.HTTP_1_1_REQUIRED);
            origin.exchange();
            assertThat(asked.end.errorCode()).isEqualTo(ErrorCode.HTTP_1_1_REQUIRED.code());
            assertThat(origin.facts().failures()).containsEntry(PoolFailure.HTTP_1_1_REQUIRED, 1L);
        }
    }

    @Test
    void whatWasAnsweredIsNotSentAgainWhateverTheServerSaysLater() {
        try (Origin origin = origin()) {
            Asked asked = new Asked("/0", true);
            ask(origin, asked);
            OriginConnection connection = origin.connection(0);
            connection.server.writeAndFlush(
                    Http2SessionWrite.responseHead(connection.requests.get("/0"), OriginConnection.OK));
            origin.exchange();
            connection.reset("/0", ErrorCode.REFUSED_STREAM);
            origin.exchange();
            origin.pass(Duration.ofSeconds(1));
            assertThat(asked.sent).isOne();
            assertThat(asked.told).hasSize(2).startsWith("200");
        }
    }

    @Test
    void timeToWaitBeginsAnewWithARefusal() {
        try (Origin origin = new Origin(1, options -> options.maxConnections(1)
                .acquireTimeout(Duration.ofSeconds(2))
                .backOff(Duration.ofMillis(10)))) {
            Asked asked = new Asked("/0", true);
            ask(origin, asked);
            origin.pass(Duration.ofSeconds(10));
            origin.ask("/1");
            origin.connection(0).reset("/0", ErrorCode.REFUSED_STREAM);
            origin.exchange();
            origin.pass(Duration.ofMillis(1900));
            assertThat(asked.end).isNull();
            origin.connection(0).answer("/1");
            origin.exchange();
            assertThat(asked.sent).isEqualTo(2);
        }
    }

    @Test
    void whatWaitsToBeSentAgainIsAmongThoseThatMayWait() {
        try (Origin origin =
                new Origin(1, options -> options.maxConnections(1).maxWaiters(1).backOff(Duration.ofSeconds(1)))) {
            ask(origin, new Asked("/0", true));
            origin.connection(0).reset("/0", ErrorCode.REFUSED_STREAM);
            origin.exchange();
            assertThat(ask(origin, new Asked("/1", true)).isSuccess()).isTrue();
            assertThat(failure(ask(origin, new Asked("/2", true)))).isEqualTo(PoolFailure.TOO_MANY_WAITERS);
        }
    }
}
