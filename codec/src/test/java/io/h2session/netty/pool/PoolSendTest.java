package io.h2session.netty.pool;

import static io.h2session.netty.pool.PoolWaitersTest.failure;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.Http2SubmitException;
import io.h2session.frame.ErrorCode;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.client.Http2Response;
import io.h2session.netty.client.Http2ResponseException;
import io.h2session.netty.client.Http2ResponseException.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A request to a pool, and the future of its whole response. */
class PoolSendTest {
    private static final int LIMIT = 100;

    private static Origin origin(int streams) {
        return new Origin(
                streams,
                options -> options.maxConnections(1).maxContentLength(LIMIT).backOff(Duration.ofMillis(10)));
    }

    private static ByteBuf body() {
        return Unpooled.copiedBuffer("body", StandardCharsets.US_ASCII);
    }

    private static HeaderList post(String path) {
        return HeaderList.of(":method", "POST", ":scheme", "http", ":authority", "test", ":path", path);
    }

    private static Future<Http2Response> send(Origin origin, String path, ByteBuf body) {
        Future<Http2Response> response = origin.pool.send(body == null ? Origin.get(path) : post(path), body);
        origin.exchange();
        return response;
    }

    private static void answer(Origin origin, String path, int length) {
        OriginConnection connection = origin.connection(0);
        connection.server.writeAndFlush(Http2SessionWrite.response(
                connection.requests.get(path),
                OriginConnection.OK,
                Unpooled.buffer().writeZero(length)));
        origin.exchange();
    }

    private static void assertFailed(Future<?> response, Reason reason, ErrorCode code, boolean retryIsSafe) {
        assertThat(response.cause()).isInstanceOfSatisfying(Http2ResponseException.class, failure -> {
            assertThat(failure.reason()).isEqualTo(reason);
            assertThat(failure.errorCode()).isEqualTo(code.code());
            assertThat(failure.retryIsSafe()).isEqualTo(retryIsSafe);
        });
        assertThat(PoolException.retryIsSafe(response.cause())).isEqualTo(retryIsSafe);
    }

    // ---- responses -------------------------------------------------------------------------------------------------

    @Test
    void theWholeResponseIsTheResultAndTheStreamIsFreeAgain() {
        try (Origin origin = origin(1)) {
            ByteBuf body = body();
            Future<Http2Response> response = send(origin, "/0", body);
            OriginConnection connection = origin.connection(0);
            connection.server.write(
                    Http2SessionWrite.informational(connection.requests.get("/0"), HeaderList.of(":status", "103")));
            connection.server.write(Http2SessionWrite.responseHead(connection.requests.get("/0"), OriginConnection.OK));
            connection.server.write(Http2SessionWrite.data(connection.requests.get("/0"), body(), false));
            connection.server.writeAndFlush(
                    Http2SessionWrite.trailers(connection.requests.get("/0"), HeaderList.of("checksum", "1")));
            origin.exchange();
            assertThat(response.getNow().status()).isEqualTo(200);
            assertThat(new String(response.getNow().content(), StandardCharsets.US_ASCII))
                    .isEqualTo("body");
            assertThat(response.getNow().trailers()).isEqualTo(HeaderList.of("checksum", "1"));
            assertThat(body.refCnt()).isZero();
            assertThat(origin.facts().openStreams()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, LIMIT})
    void contentUpToTheLimitIsAccepted(int length) {
        try (Origin origin = origin(1)) {
            Future<Http2Response> response = send(origin, "/0", null);
            answer(origin, "/0", length);
            assertThat(response.getNow().content()).hasSize(length);
        }
    }

    @Test
    void contentBeyondTheLimitFailsAndItsStreamIsResetAndFreeAgain() {
        try (Origin origin = origin(1)) {
            Future<Http2Response> response = send(origin, "/0", null);
            Future<Http2Response> next = send(origin, "/1", null);
            OriginConnection connection = origin.connection(0);
            connection.server.write(Http2SessionWrite.responseHead(connection.requests.get("/0"), OriginConnection.OK));
            connection.server.writeAndFlush(Http2SessionWrite.data(
                    connection.requests.get("/0"), Unpooled.buffer().writeZero(LIMIT + 1), false));
            origin.exchange();
            assertFailed(response, Reason.TOO_LARGE, ErrorCode.CANCEL, false);
            assertThat(connection.requests).containsOnlyKeys("/1");
            answer(origin, "/1", 1);
            assertThat(next.isSuccess()).isTrue();
        }
    }

    // ---- cancelled -------------------------------------------------------------------------------------------------

    @Test
    void cancellingResetsTheStreamAndTheNextRequestHasItsPlace() {
        try (Origin origin = origin(1)) {
            ByteBuf body = body();
            Future<Http2Response> response = send(origin, "/0", body);
            Future<Http2Response> next = send(origin, "/1", null);
            assertThat(response.cancel(false)).isTrue();
            assertThat(body.refCnt()).isZero();
            origin.exchange();
            assertThat(response.cause()).isInstanceOf(CancellationException.class);
            assertThat(origin.connection(0).requests).containsOnlyKeys("/1");
            answer(origin, "/1", 1);
            assertThat(next.isSuccess()).isTrue();
            assertThat(next.cancel(false)).isFalse();
        }
    }

    @Test
    void cancellingARequestThatWaitsTakesItBack() {
        try (Origin origin = origin(1)) {
            send(origin, "/0", null);
            ByteBuf body = body();
            Future<Http2Response> waits = send(origin, "/1", body);
            assertThat(origin.facts().waiters()).isOne();
            waits.cancel(false);
            assertThat(origin.facts().waiters()).isZero();
            assertThat(body.refCnt()).isZero();
            answer(origin, "/0", 1);
            assertThat(origin.connection(0).paths).containsExactly("/0");
        }
    }

    @Test
    void cancellingARequestThatWaitsToBeSentAgainTakesItBack() {
        try (Origin origin = origin(10)) {
            ByteBuf body = body();
            Future<Http2Response> response = send(origin, "/0", body);
            origin.connection(0).reset("/0", ErrorCode.REFUSED_STREAM);
            origin.exchange();
            assertThat(origin.facts().waiters()).isOne();
            response.cancel(false);
            assertThat(origin.facts().waiters()).isZero();
            assertThat(body.refCnt()).isZero();
            origin.pass(Duration.ofSeconds(1));
            assertThat(origin.connection(0).paths).containsExactly("/0");
        }
    }

    // ---- sent again, and failed ------------------------------------------------------------------------------------

    @Test
    void whatThePeerHasNotBegunToProcessIsSentAgainWithItsBody() {
        try (Origin origin = origin(10)) {
            ByteBuf body = body();
            Future<Http2Response> response = send(origin, "/0", body);
            origin.connection(0).reset("/0", ErrorCode.REFUSED_STREAM);
            origin.exchange();
            assertThat(body.refCnt()).isPositive();
            origin.pass(Duration.ofMillis(10));
            assertThat(origin.connection(0).paths).containsExactly("/0", "/0");
            answer(origin, "/0", 1);
            assertThat(response.isSuccess()).isTrue();
            assertThat(body.refCnt()).isZero();
            assertThat(origin.facts().retries()).isOne();
        }
    }

    @Test
    void whatIsRefusedTooOftenFailsAndSaysThatARetryIsSafe() {
        try (Origin origin = origin(10)) {
            ByteBuf body = body();
            Future<Http2Response> response = send(origin, "/0", body);
            for (int i = 0; i < 3; i++) {
                assertThat(response.isDone()).isFalse();
                origin.connection(0).reset("/0", ErrorCode.REFUSED_STREAM);
                origin.exchange();
                origin.pass(Duration.ofMillis(40));
            }
            assertFailed(response, Reason.REFUSED, ErrorCode.REFUSED_STREAM, true);
            assertThat(body.refCnt()).isZero();
        }
    }

    @Test
    void aResetOrTheEndOfTheConnectionFailsItAndARetryIsNotSafe() {
        try (Origin origin = origin(10)) {
            Future<Http2Response> reset = send(origin, "/0", body());
            Future<Http2Response> http1 = send(origin, "/1", body());
            Future<Http2Response> cut = send(origin, "/2", body());
            origin.connection(0).reset("/0", ErrorCode.INTERNAL_ERROR);
            origin.connection(0).reset("/1", ErrorCode.HTTP_1_1_REQUIRED);
            origin.exchange();
            origin.connection(0).die();
            origin.exchange();
            assertFailed(reset, Reason.RESET_BY_PEER, ErrorCode.INTERNAL_ERROR, false);
            assertFailed(http1, Reason.HTTP_1_1_REQUIRED, ErrorCode.HTTP_1_1_REQUIRED, false);
            assertFailed(cut, Reason.CONNECTION_ENDED, ErrorCode.CANCEL, false);
        }
    }

    @Test
    void aMalformedRequestFailsWithWhatIsWrongAndHoldsNothing() {
        try (Origin origin = origin(1)) {
            ByteBuf body = body();
            Future<Http2Response> response = origin.pool.send(HeaderList.of(":method", "POST", "Bad Name", "x"), body);
            origin.exchange();
            assertThat(failure(response)).isEqualTo(PoolFailure.NOT_WRITTEN);
            assertThat(response.cause()).hasCauseInstanceOf(Http2SubmitException.class);
            assertThat(body.refCnt()).isZero();
            assertThat(origin.facts().openStreams()).isZero();
        }
    }

    @Test
    void withoutAConnectionItFailsAsEachRequestDoes() {
        try (Origin origin = new Origin(1, options -> options.retries(0))) {
            origin.refusal = new IOException("refused");
            ByteBuf body = body();
            Future<Http2Response> response = send(origin, "/0", body);
            assertThat(failure(response)).isEqualTo(PoolFailure.CONNECT_FAILED);
            assertThat(response.cause()).hasRootCauseMessage("refused");
            assertThat(body.refCnt()).isZero();

            origin.pool.close();
            ByteBuf late = body();
            assertThat(failure(send(origin, "/1", late))).isEqualTo(PoolFailure.CLOSED);
            assertThat(late.refCnt()).isZero();
        }
    }
}
