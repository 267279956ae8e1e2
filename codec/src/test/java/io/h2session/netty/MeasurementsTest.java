package io.h2session.netty;

import static io.h2session.netty.Events.get;
import static io.h2session.netty.Events.status;
import static io.h2session.netty.Events.text;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.DataResult;
import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SessionMetrics;
import io.h2session.api.Http2SessionOptions;
import io.h2session.api.Http2Stall;
import io.h2session.frame.ErrorCode;
import io.h2session.hpack.HeaderList;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How long things take, and what they wait for, on a clock of the test's. */
class MeasurementsTest {
    /** Writes down what is measured, in milliseconds. */
    private static final class Diary implements Http2SessionMetrics {
        final List<String> lines = new ArrayList<>();
        final List<Http2SessionContext> sessions = new ArrayList<>();

        private void line(Http2SessionContext session, String line) {
            sessions.add(session);
            lines.add(line);
        }

        private static String millis(long nanos) {
            return nanos < 0 ? "never" : TimeUnit.NANOSECONDS.toMillis(nanos) + " ms";
        }

        @Override
        public void stallBegun(Http2SessionContext session, int streamId, Http2Stall cause) {
            line(session, streamId + " waits for " + cause);
        }

        @Override
        public void stallEnded(Http2SessionContext session, int streamId, Http2Stall cause, long nanos) {
            line(session, streamId + " waited for " + cause + " " + millis(nanos));
        }

        @Override
        public void requestSent(Http2SessionContext session, int streamId, long queuedNanos) {
            line(session, streamId + " queued " + millis(queuedNanos));
        }

        @Override
        public void streamClosed(
                Http2SessionContext session,
                int streamId,
                boolean local,
                long errorCode,
                boolean inboundComplete,
                long firstByteNanos,
                long nanos) {
            line(
                    session,
                    streamId + " closed " + ErrorCode.name(errorCode) + ", first byte " + millis(firstByteNanos)
                            + ", all " + millis(nanos));
        }

        @Override
        public void headersReceived(Http2SessionContext session, int encodedBytes, int listSize) {
            line(session, "block in " + encodedBytes + " " + listSize);
        }

        @Override
        public void headersSent(Http2SessionContext session, int encodedBytes, int listSize) {
            line(session, "block out " + encodedBytes + " " + listSize);
        }

        @Override
        public void goAwayReceived(Http2SessionContext session, int lastStreamId, long errorCode) {
            line(session, "GOAWAY in " + lastStreamId + " " + ErrorCode.name(errorCode));
        }

        @Override
        public void goAwaySent(Http2SessionContext session, int lastStreamId, long errorCode) {
            line(session, "GOAWAY out " + lastStreamId + " " + ErrorCode.name(errorCode));
        }

        List<String> about(String pattern) {
            return lines.stream().filter(line -> line.matches(pattern)).toList();
        }
    }

    private final Diary client = new Diary();
    private final Diary server = new Diary();
    private SessionPair pair;

    @AfterEach
    void everySessionIsTheOneThatIsNamed() {
        Http2SessionContext ofClient = pair.clientHandler.session();
        Http2SessionContext ofServer = pair.serverHandler.session();
        pair.close();
        assertThat(client.sessions).allMatch(session -> session == ofClient);
        assertThat(server.sessions).allMatch(session -> session == ofServer);
    }

    private void pair(
            UnaryOperator<Http2SessionOptions.Builder> ofClient, UnaryOperator<Http2SessionOptions.Builder> ofServer) {
        pair = new SessionPair(
                builder -> builder.metrics(client)
                        .options(ofClient.apply(Http2SessionOptions.builder()).build()),
                builder -> builder.metrics(server)
                        .options(ofServer.apply(Http2SessionOptions.builder()).build()));
        pair.exchange();
    }

    private Http2StreamHandle answering(Http2SessionWriter answer) {
        Http2StreamHandle[] asked = new Http2StreamHandle[1];
        pair.serverEvents.on((ctx, event) -> {
            if (event instanceof Http2SessionEvent.Headers request) {
                asked[0] = request.stream();
                ctx.writeAndFlush(answer.write(request.stream()));
            }
        });
        pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/")));
        return asked[0];
    }

    private interface Http2SessionWriter {
        Http2SessionWrite write(Http2StreamHandle stream);
    }

    @Test
    void aBodyThatWaitsForTheWindowOfItsStream() {
        pair(options -> options.initialWindowSize(10), options -> options);
        pair.clientEvents.keepData = true;
        answering(stream -> Http2SessionWrite.response(stream, status(200), text("x".repeat(15))));
        pair.pass(70, MILLISECONDS);
        assertThat(server.about(".*wait.*")).containsExactly("1 waits for STREAM_WINDOW");

        pair.clientEvents.releaseKept();
        pair.clientEvents.keepData = false;
        pair.exchange();
        assertThat(server.about(".*wait.*"))
                .containsExactly("1 waits for STREAM_WINDOW", "1 waited for STREAM_WINDOW 70 ms");
        assertThat(server.about(".*closed.*")).containsExactly("1 closed NO_ERROR, first byte 0 ms, all 70 ms");
        assertThat(client.about(".*closed.*")).containsExactly("1 closed NO_ERROR, first byte 0 ms, all 70 ms");
    }

    @Test
    void bodiesThatWaitForTheWindowOfTheConnection() {
        pair(options -> options.initialWindowSize(200_000).connectionWindowSize(65_535), options -> options);
        pair.clientEvents.keepData = true;
        answering(stream -> Http2SessionWrite.response(stream, status(200), text("x".repeat(70_000))));
        pair.pass(30, MILLISECONDS);
        assertThat(server.about(".*waits for CONN.*")).containsExactly("0 waits for CONNECTION_WINDOW");

        pair.clientEvents.releaseKept();
        pair.clientEvents.keepData = false;
        pair.exchange();
        assertThat(server.about(".*waited for CONN.*")).containsExactly("0 waited for CONNECTION_WINDOW 30 ms");
    }

    @Test
    void framesThatWaitForTheTransport() {
        pair(options -> options.initialWindowSize(1_000_000).connectionWindowSize(1_000_000), options -> options);
        pair.server.shut();
        answering(stream -> Http2SessionWrite.response(stream, status(200), text("x".repeat(500_000))));
        pair.pass(20, MILLISECONDS);
        assertThat(server.about(".*wait.*")).containsExactly("0 waits for SOCKET");

        pair.server.open();
        pair.exchange();
        assertThat(server.about(".*waited.*")).containsExactly("0 waited for SOCKET 20 ms");
    }

    @Test
    void requestsThatWaitForThePeersLimit() {
        pair(options -> options, options -> options.maxConcurrentStreams(1));
        Http2StreamHandle first = answering(stream -> Http2SessionWrite.responseHead(stream, status(200)));
        pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/")));
        pair.pass(50, MILLISECONDS);
        assertThat(client.about("0 wait.*")).containsExactly("0 waits for PEER_STREAM_LIMIT");

        pair.server.writeAndFlush(Http2SessionWrite.data(first, text("x"), true));
        pair.exchange();
        assertThat(client.about("0 waited.*")).containsExactly("0 waited for PEER_STREAM_LIMIT 50 ms");
        assertThat(client.about(".*queued.*")).containsExactly("1 queued 0 ms", "3 queued 50 ms");
        assertThat(server.about(".*queued.*")).isEmpty();
    }

    @Test
    void aBodyThatWaitsForTheApplication() {
        pair(options -> options, options -> options);
        boolean[] ready = new boolean[1];
        Http2StreamHandle stream = answering(asked -> Http2SessionWrite.response(
                asked, status(200), (id, max, sink) -> ready[0] ? DataResult.END : DataResult.DEFERRED));
        pair.pass(40, MILLISECONDS);
        assertThat(server.about(".*wait.*")).containsExactly("1 waits for APPLICATION");

        ready[0] = true;
        pair.server.writeAndFlush(Http2SessionWrite.resume(stream));
        pair.exchange();
        assertThat(server.about(".*waited.*")).containsExactly("1 waited for APPLICATION 40 ms");
    }

    @Test
    void aStallEndsWithItsStreamOrItsSession() {
        pair(options -> options.initialWindowSize(10), options -> options);
        pair.clientEvents.keepData = true;
        Http2StreamHandle stream =
                answering(asked -> Http2SessionWrite.response(asked, status(200), text("x".repeat(15))));
        answering(asked -> Http2SessionWrite.response(asked, status(200), text("x".repeat(15))));
        pair.pass(5, MILLISECONDS);
        pair.server.writeAndFlush(Http2SessionWrite.reset(stream, ErrorCode.CANCEL));
        pair.exchange();
        assertThat(server.about("1 .*"))
                .containsExactly(
                        "1 waits for STREAM_WINDOW",
                        "1 waited for STREAM_WINDOW 5 ms",
                        "1 closed CANCEL, first byte 0 ms, all 5 ms");
        SessionPair.end(pair.server);
        assertThat(server.about("3 waited.*")).containsExactly("3 waited for STREAM_WINDOW 5 ms");
    }

    @Test
    void theTimeToTheFirstByteIsThatOfTheFinalResponse() {
        pair(options -> options, options -> options);
        Http2StreamHandle stream =
                answering(asked -> Http2SessionWrite.informational(asked, HeaderList.of(":status", "103")));
        pair.pass(25, MILLISECONDS);
        pair.server.writeAndFlush(Http2SessionWrite.responseHead(stream, status(200)));
        pair.exchange();
        pair.pass(25, MILLISECONDS);
        pair.server.writeAndFlush(Http2SessionWrite.trailers(stream, HeaderList.of("a", "b")));
        pair.exchange();
        for (Diary diary : List.of(client, server)) {
            assertThat(diary.about(".*closed.*")).containsExactly("1 closed NO_ERROR, first byte 25 ms, all 50 ms");
        }
    }

    @Test
    void aStreamWithoutAnAnswerHasNoFirstByte() {
        pair(options -> options, options -> options);
        answering(stream -> Http2SessionWrite.reset(stream, ErrorCode.REFUSED_STREAM));
        assertThat(client.about(".*closed.*")).containsExactly("1 closed REFUSED_STREAM, first byte never, all 0 ms");
    }

    @Test
    void headerBlocksAreMeasuredOnTheWireAndAsLists() {
        pair(options -> options, options -> options);
        answering(stream -> Http2SessionWrite.response(stream, status(200)));
        answering(stream -> Http2SessionWrite.response(stream, status(200)));
        String list = Integer.toString(get("/").listSize());
        assertThat(client.about("block out.*")).hasSize(2).allMatch(line -> line.endsWith(" " + list));
        assertThat(server.about("block in.*"))
                .isEqualTo(client.about("block out.*").stream()
                        .map(line -> line.replace("out", "in"))
                        .toList());
        // The second time everything is in the table.
        assertThat(client.about("block out.*").get(1)).isEqualTo("block out 4 " + list);
        assertThat(client.about("block in.*")).containsExactly("block in 1 42", "block in 1 42");
    }

    @Test
    void goAwayIsToldInBothDirections() {
        pair(options -> options, options -> options);
        answering(stream -> Http2SessionWrite.responseHead(stream, status(200)));
        pair.server.writeAndFlush(Http2SessionWrite.shutdownNotice());
        pair.exchange();
        pair.server.writeAndFlush(Http2SessionWrite.terminate(ErrorCode.ENHANCE_YOUR_CALM.code()));
        pair.exchange();
        assertThat(server.about("GOAWAY out.*"))
                .containsExactly("GOAWAY out 2147483647 NO_ERROR", "GOAWAY out 1 ENHANCE_YOUR_CALM");
        assertThat(client.about("GOAWAY in.*"))
                .containsExactly("GOAWAY in 2147483647 NO_ERROR", "GOAWAY in 1 ENHANCE_YOUR_CALM");
    }

    @Test
    void sessionsAreListedWhileTheyExist() {
        Http2SessionRegistry registry = new Http2SessionRegistry();
        pair = new SessionPair(builder -> builder.registry(registry), builder -> builder.registry(registry));
        assertThat(registry.sessions()).containsExactlyInAnyOrder(pair.clientHandler, pair.serverHandler);
        pair.exchange();
        SessionPair.end(pair.client);
        assertThat(registry.sessions()).containsExactly(pair.serverHandler);
        SessionPair.end(pair.server);
        assertThat(registry.sessions()).isEmpty();
    }

    @Test
    void severalCanMeasureOneSession() {
        Diary other = new Diary();
        pair = new SessionPair(builder -> builder, builder -> builder.metrics(Http2SessionMetrics.all(server, other))
                .frameLog());
        pair.exchange();
        answering(stream -> Http2SessionWrite.response(stream, status(200)));
        assertThat(server.lines).isNotEmpty().isEqualTo(other.lines);
    }
}
