package io.h2session.netty;

import static io.h2session.netty.Events.get;
import static io.h2session.netty.Events.post;
import static io.h2session.netty.Events.status;
import static io.h2session.netty.Events.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.Http2Glitch;
import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SessionMetrics;
import io.h2session.api.Http2SessionOptions;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.FrameType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is counted of a session, and what it costs nobody to ask. */
class MetricsTest {
    /** Counts everything by name. */
    private static final class Counts implements Http2SessionMetrics {
        final Map<String, Long> counts = new TreeMap<>();
        final List<Long> roundTrips = new ArrayList<>();

        private void count(String name, long by) {
            counts.merge(name, by, Long::sum);
        }

        long of(String name) {
            return counts.getOrDefault(name, 0L);
        }

        @Override
        public void sessionBegun(Http2SessionContext session) {
            count("begun", 1);
        }

        @Override
        public void sessionEnded(Http2SessionContext session, String reason) {
            count("ended " + reason, 1);
        }

        @Override
        public void frameReceived(Http2SessionContext session, int type, int flags, int streamId, int length) {
            count("in " + FrameType.name(type), 1);
            count("frame bytes in", 9 + length);
        }

        @Override
        public void frameSent(Http2SessionContext session, int type, int flags, int streamId, int length) {
            count("out " + FrameType.name(type), 1);
            count("frame bytes out", 9 + length);
        }

        @Override
        public void bytesReceived(Http2SessionContext session, int bytes) {
            count("bytes in", bytes);
        }

        @Override
        public void bytesSent(Http2SessionContext session, int bytes) {
            count("bytes out", bytes);
        }

        @Override
        public void streamOpened(Http2SessionContext session, int streamId, boolean local) {
            count(local ? "opened by us" : "opened by peer", 1);
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
            count((local ? "closed ours " : "closed theirs ") + ErrorCode.name(errorCode), 1);
        }

        @Override
        public void resetReceived(Http2SessionContext session, long errorCode) {
            count("reset in " + ErrorCode.name(errorCode), 1);
        }

        @Override
        public void resetSent(Http2SessionContext session, long errorCode) {
            count("reset out " + ErrorCode.name(errorCode), 1);
        }

        @Override
        public void glitch(Http2SessionContext session, Http2Glitch cause) {
            count("glitch " + cause, 1);
        }

        @Override
        public void roundTrip(Http2SessionContext session, long nanos) {
            roundTrips.add(nanos);
        }
    }

    private final Counts client = new Counts();
    private final Counts server = new Counts();

    private SessionPair pair() {
        return new SessionPair(builder -> builder.metrics(client), builder -> builder.metrics(server));
    }

    @Test
    void whatOneEndSendsTheOtherReceives() {
        Http2SessionOptions longHeaders =
                Http2SessionOptions.builder().maxHeaderListSize(65_536).build();
        try (SessionPair pair = new SessionPair(builder -> builder.metrics(client), builder -> builder.metrics(server)
                .options(longHeaders))) {
            pair.serverEvents.on((ctx, event) -> {
                if (event instanceof Http2SessionEvent.Headers request && request.endStream()) {
                    ctx.writeAndFlush(
                            Http2SessionWrite.response(request.stream(), status(200), text("x".repeat(100_000))));
                }
            });
            for (int i = 0; i < 10; i++) {
                pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/" + i)));
            }
            pair.request(Http2SessionWrite.request(
                    new Http2StreamHandle(),
                    io.h2session.hpack.HeaderList.of(
                            ":method",
                            "POST",
                            ":scheme",
                            "http",
                            ":path",
                            "/",
                            ":authority",
                            "test",
                            "long",
                            "~".repeat(40_000)),
                    text("x".repeat(50_000))));
            pair.request(Http2SessionWrite.ping(1));
        }

        assertThat(client.of("out HEADERS")).isEqualTo(11).isEqualTo(server.of("in HEADERS"));
        assertThat(client.of("out CONTINUATION")).isPositive().isEqualTo(server.of("in CONTINUATION"));
        assertThat(client.of("out DATA")).isPositive().isEqualTo(server.of("in DATA"));
        assertThat(server.of("out DATA")).isPositive().isEqualTo(client.of("in DATA"));
        assertThat(client.of("out PING")).isEqualTo(1).isEqualTo(server.of("in PING"));
        assertThat(server.of("out PING")).isEqualTo(1);
        assertThat(server.of("bytes out")).isGreaterThan(1_000_000).isEqualTo(client.of("bytes in"));
        assertThat(client.of("bytes out")).isGreaterThan(50_000).isEqualTo(server.of("bytes in"));
        // All bytes are those of frames, but for the client's preface.
        assertThat(client.of("bytes out")).isEqualTo(client.of("frame bytes out") + 24);
        assertThat(server.of("bytes out")).isEqualTo(server.of("frame bytes out"));
        assertThat(server.of("bytes in")).isEqualTo(server.of("frame bytes in") + 24);
        assertThat(client.of("bytes in")).isEqualTo(client.of("frame bytes in"));
    }

    @Test
    void streamsAreCountedByWhoOpenedThemAndHowTheyEnded() {
        try (SessionPair pair = pair()) {
            pair.exchange();
            pair.serverEvents.on((ctx, event) -> {
                if (event instanceof Http2SessionEvent.Headers request) {
                    String path = request.headers().value(":path").toString();
                    ctx.writeAndFlush(
                            path.equals("/reset")
                                    ? Http2SessionWrite.reset(request.stream(), ErrorCode.ENHANCE_YOUR_CALM)
                                    : Http2SessionWrite.response(request.stream(), status(200)));
                }
            });
            pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/fine")));
            pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/reset")));
            Http2StreamHandle cancelled = new Http2StreamHandle();
            pair.serverEvents.on((ctx, event) -> {});
            pair.request(Http2SessionWrite.request(cancelled, get("/cancelled")));
            pair.request(Http2SessionWrite.reset(cancelled, ErrorCode.CANCEL));
            pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/abandoned")));
        }

        assertThat(client.of("opened by us")).isEqualTo(4);
        assertThat(client.of("opened by peer")).isZero();
        assertThat(server.of("opened by peer")).isEqualTo(4);
        assertThat(client.of("closed ours NO_ERROR")).isEqualTo(1);
        assertThat(client.of("closed ours ENHANCE_YOUR_CALM")).isEqualTo(1);
        assertThat(client.of("closed ours CANCEL")).isEqualTo(2);
        assertThat(server.of("closed theirs NO_ERROR")).isEqualTo(1);
        assertThat(server.of("reset out ENHANCE_YOUR_CALM")).isEqualTo(1);
        assertThat(client.of("reset in ENHANCE_YOUR_CALM")).isEqualTo(1);
        assertThat(client.of("reset out CANCEL")).isEqualTo(1);
        assertThat(server.of("reset in CANCEL")).isEqualTo(1);
        assertThat(client.of("begun")).isEqualTo(1);
        assertThat(client.of("ended transport_closed")).isEqualTo(1);
    }

    @Test
    void aDrainThatCutStreamsIsToldFromOneThatFinished() {
        try (SessionPair pair =
                new SessionPair(builder -> builder.metrics(client), builder -> builder.metrics(server))) {
            pair.request(Http2SessionWrite.requestHead(new Http2StreamHandle(), post("/")));
            pair.server.pipeline().close();
            pair.exchange();
            pair.server.advanceTimeBy(30, TimeUnit.SECONDS);
            pair.server.runScheduledPendingTasks();
        }
        assertThat(server.of("ended shutdown_timeout")).isEqualTo(1);

        try (SessionPair pair = new SessionPair(builder -> builder, builder -> builder.metrics(server))) {
            pair.exchange();
            pair.server.pipeline().close();
            pair.exchange();
        }
        assertThat(server.of("ended finished")).isEqualTo(1);
    }

    @Test
    void glitchesAreCountedByTheirCause() {
        Http2SessionOptions one =
                Http2SessionOptions.builder().maxConcurrentStreams(1).build();
        try (SessionPair pair = new SessionPair(
                builder -> builder, builder -> builder.metrics(server).options(one))) {
            pair.exchange();
            pair.request(Http2SessionWrite.requestHead(new Http2StreamHandle(), post("/")));
            // What no session of ours would send: PRIORITY, an unknown frame, empty DATA, a stream too many.
            pair.server.writeInbound(wire("0000050200000000010000000010"));
            pair.server.writeInbound(wire("0000010f000000000100"));
            pair.server.writeInbound(wire("000000000000000001"));
            pair.server.writeInbound(wire("000004010500000003828684" + "81"));
        }

        assertThat(server.of("glitch PRIORITY")).isEqualTo(1);
        assertThat(server.of("glitch IGNORED_FRAME")).isEqualTo(1);
        assertThat(server.of("glitch EMPTY_DATA")).isEqualTo(1);
        assertThat(server.of("glitch REFUSED_STREAM")).isEqualTo(1);
        assertThat(server.of("in PRIORITY")).isEqualTo(1);
        assertThat(server.of("in EXT_0f")).isEqualTo(1);
        assertThat(server.of("reset out REFUSED_STREAM")).isEqualTo(1);
    }

    private static ByteBuf wire(String hex) {
        return Unpooled.wrappedBuffer(io.netty.buffer.ByteBufUtil.decodeHexDump(hex));
    }

    @Test
    void theRoundTripIsMeasuredWithEveryPing() {
        try (SessionPair pair = pair()) {
            pair.exchange();
            assertThat(pair.clientHandler.session().roundTripNanos()).isEqualTo(-1);
            pair.client.writeAndFlush(Http2SessionWrite.ping(1));
            pair.client.writeAndFlush(Http2SessionWrite.ping(2));
            pair.client.advanceTimeBy(70, TimeUnit.MICROSECONDS);
            pair.exchange();

            assertThat(client.roundTrips).containsExactly(70_000L);
            assertThat(pair.clientHandler.session().roundTripNanos()).isEqualTo(70_000);
            pair.client.advanceTimeBy(1, TimeUnit.MILLISECONDS);
            pair.client.writeAndFlush(Http2SessionWrite.ping(1));
            pair.client.advanceTimeBy(30, TimeUnit.MICROSECONDS);
            pair.exchange();
            assertThat(client.roundTrips).containsExactly(70_000L, 30_000L);
        }
    }

    @Test
    void whatIsCurrentIsAskedForFromAnyThread() throws Exception {
        try (SessionPair pair = pair()) {
            pair.exchange();
            pair.serverEvents.keepData = true;
            Http2StreamHandle stream = new Http2StreamHandle();
            pair.client.write(Http2SessionWrite.requestHead(stream, post("/")));
            pair.request(Http2SessionWrite.data(stream, text("x".repeat(400_000)), false));
            var asked = new java.util.concurrent.atomic.AtomicReference<
                    io.netty.util.concurrent.Future<Http2SessionSnapshot>>();
            Thread other = new Thread(() -> asked.set(pair.clientHandler.snapshot()));
            other.start();
            other.join();
            pair.exchange();

            Http2SessionSnapshot snapshot = asked.get().get(1, TimeUnit.SECONDS);
            assertThat(snapshot.activeStreams()).isEqualTo(1);
            assertThat(snapshot.pendingBytes()).isEqualTo(400_000 - pair.serverEvents.bytes);
            assertThat(snapshot.remoteWindow()).isEqualTo(1024 * 1024 - (int) pair.serverEvents.bytes);
            assertThat(snapshot.encoderTableSize()).isPositive();
            assertThat(snapshot.reading()).isTrue();
            assertThat(snapshot.writable()).isTrue();
            assertThat(snapshot.roundTripNanos()).isEqualTo(-1);
            assertThat(pair.serverHandler.session().effectiveReceived(0)).isEqualTo((int) pair.serverEvents.bytes);
        }
    }

    @Test
    void metricsThatThrowEndTheirSessionAndLoseNothing() {
        for (String method : List.of(
                "frameReceived",
                "frameSent",
                "bytesReceived",
                "bytesSent",
                "streamOpened",
                "streamClosed",
                "sessionEnded")) {
            IllegalStateException thrown = new IllegalStateException(method);
            boolean[] armed = {false};
            Http2SessionMetrics throwing = (Http2SessionMetrics) java.lang.reflect.Proxy.newProxyInstance(
                    getClass().getClassLoader(),
                    new Class<?>[] {Http2SessionMetrics.class},
                    (proxy, called, arguments) -> {
                        if (armed[0] && called.getName().equals(method)) {
                            throw thrown;
                        }
                        return null;
                    });
            try (SessionPair pair = new SessionPair(builder -> builder.metrics(throwing), builder -> builder)) {
                pair.exchange();
                armed[0] = true;
                ByteBuf body = text("body");
                pair.serverEvents.on((ctx, event) -> {
                    if (event instanceof Http2SessionEvent.Data data && data.endStream()) {
                        ctx.writeAndFlush(Http2SessionWrite.response(data.stream(), status(200)));
                    }
                });
                var written = pair.request(Http2SessionWrite.request(new Http2StreamHandle(), post("/"), body));
                if (method.equals("sessionEnded")) {
                    SessionPair.end(pair.client);
                    assertThat(pair.clientEvents
                                    .one(Http2SessionEvent.SessionEnded.class)
                                    .cause())
                            .isSameAs(thrown);
                } else {
                    assertThat(pair.clientEvents.exceptions).as(method).contains(thrown);
                }

                assertThat(written.isDone()).as(method).isTrue();
                assertThat(body.refCnt()).as(method).isZero();
                assertThat(pair.clientEvents.of(Http2SessionEvent.SessionEnded.class))
                        .as(method)
                        .hasSize(1);
            }
        }
    }
}
