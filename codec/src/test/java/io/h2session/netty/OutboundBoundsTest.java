package io.h2session.netty;

import static io.h2session.netty.Events.get;
import static io.h2session.netty.Events.post;
import static io.h2session.netty.Events.status;
import static io.h2session.netty.Events.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SessionMetrics;
import io.h2session.api.Http2SessionOptions;
import io.h2session.api.Http2SubmitException;
import io.h2session.frame.DataFrame;
import io.h2session.frame.ErrorCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What waits to be sent is bounded, whatever the application writes and whether the peer reads or not. */
class OutboundBoundsTest {
    private static void assertTooMany(ChannelFuture written) {
        assertThat(written.cause())
                .isInstanceOfSatisfying(Http2SubmitException.class, refused -> assertThat(refused.reason())
                        .isEqualTo(Http2SubmitException.Reason.TOO_MANY_PENDING));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void bodiesThatComeWithTheirHeadCountToo(boolean voidPromise) {
        try (SessionPair pair = new SessionPair(builder -> builder.maxPendingBytes(100_000), builder -> builder)) {
            pair.exchange();
            pair.client.waterMark(1).shut();
            // Makes the channel unwritable, so that nothing that follows is read from its body.
            pair.client.writeAndFlush(Http2SessionWrite.ping(1));
            Http2StreamHandle first = new Http2StreamHandle();
            ChannelPromise promise = voidPromise ? pair.client.voidPromise() : pair.client.newPromise();
            pair.client.writeAndFlush(
                    Http2SessionWrite.request(
                            first, post("/1"), Unpooled.buffer().writeZero(60_000)),
                    promise);
            assertThat(pair.clientHandler.pendingBytes()).isEqualTo(60_000);

            ByteBuf second = text("x".repeat(60_000));
            assertTooMany(
                    pair.client.writeAndFlush(Http2SessionWrite.request(new Http2StreamHandle(), post("/2"), second)));
            assertThat(second.refCnt()).isZero();
            ByteBuf third = text("x".repeat(60_000));
            pair.client.writeAndFlush(
                    Http2SessionWrite.request(new Http2StreamHandle(), post("/3"), third), pair.client.voidPromise());
            assertThat(third.refCnt()).isZero();
            assertThat(pair.clientHandler.pendingBytes()).isEqualTo(60_000);

            pair.client.open();
            pair.exchange();
            assertThat(pair.clientHandler.pendingBytes()).isZero();
            assertThat(pair.serverEvents.body).hasSize(60_000);
        }
    }

    @Test
    void aBodyThatIsResetCountsNoMore() {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            Http2StreamHandle whole = new Http2StreamHandle();
            pair.client.write(Http2SessionWrite.request(whole, post("/"), text("x".repeat(5000))));
            Http2StreamHandle unwatched = new Http2StreamHandle();
            pair.client.write(
                    Http2SessionWrite.request(unwatched, post("/"), text("x".repeat(5000))), pair.client.voidPromise());
            Http2StreamHandle pushed = new Http2StreamHandle();
            pair.client.write(Http2SessionWrite.requestHead(pushed, post("/")));
            pair.client.write(Http2SessionWrite.data(pushed, text("x".repeat(5000)), false));
            pair.client.write(Http2SessionWrite.data(pushed, text("x"), false));
            assertThat(pair.clientHandler.pendingBytes()).isEqualTo(15_064);

            pair.client.write(Http2SessionWrite.reset(whole, ErrorCode.CANCEL));
            pair.client.write(Http2SessionWrite.reset(unwatched, ErrorCode.CANCEL));
            pair.request(Http2SessionWrite.reset(pushed, ErrorCode.CANCEL));

            assertThat(pair.clientHandler.pendingBytes()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 64})
    void smallPiecesCountForTheMemoryTheyTake(int bytes) {
        try (SessionPair pair =
                new SessionPair(builder -> builder.maxPendingBytesPerStream(6_400), builder -> builder)) {
            pair.exchange();
            Http2StreamHandle stream = new Http2StreamHandle();
            pair.client.write(Http2SessionWrite.requestHead(stream, post("/")));
            List<ChannelFuture> fit = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                fit.add(pair.client.write(Http2SessionWrite.data(stream, text("x".repeat(bytes)), false)));
            }
            ByteBuf more = text("x".repeat(bytes));
            assertTooMany(pair.client.write(Http2SessionWrite.data(stream, more, false)));
            assertThat(more.refCnt()).isZero();

            pair.request(Http2SessionWrite.data(stream, text(""), true));
            assertThat(fit).allMatch(ChannelFuture::isSuccess);
            assertThat(pair.clientHandler.pendingBytes()).isZero();
            assertThat(pair.serverEvents.body).hasSize(100 * bytes);
        }
    }

    @Test
    void aPieceSentInPartsIsPaidForInParts() {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            pair.serverEvents.keepData = true;
            Http2StreamHandle stream = new Http2StreamHandle();
            pair.client.write(Http2SessionWrite.requestHead(stream, post("/")));
            pair.request(Http2SessionWrite.data(stream, text("x".repeat(1_000_000)), true));
            int arrived = pair.serverEvents.body.length();
            assertThat(arrived).isLessThan(1_000_000);

            assertThat(pair.clientHandler.pendingBytes()).isEqualTo(1_000_000 - arrived);
            pair.serverEvents.keepData = false;
            pair.serverEvents.releaseKept();
            pair.exchange();
            assertThat(pair.clientHandler.pendingBytes()).isZero();
        }
    }

    /** Applications that look at their streams keep little for a peer that opens no window, however many streams it has. */
    @Test
    void whatIsPushedBesideAClosedWindowIsShownEarly() {
        List<String> told = new ArrayList<>();
        Http2SessionMetrics metrics = new Http2SessionMetrics() {
            @Override
            public void pendingOutput(Http2SessionContext session, long bytes, boolean high) {
                told.add((high ? "above " : "below ") + (bytes >> 10));
            }
        };
        try (SessionPair pair = new SessionPair(builder -> builder, builder -> builder.metrics(metrics))) {
            pair.exchange();
            // Nothing is consumed: what fits into the connection's window goes, and nothing else.
            pair.clientEvents.keepData = true;
            pair.clientEvents.remember = false;
            List<Http2StreamHandle> open = new ArrayList<>();
            pair.serverEvents.on((ctx, event) -> {
                if (event instanceof Http2SessionEvent.Headers request) {
                    ctx.writeAndFlush(Http2SessionWrite.responseHead(request.stream(), status(200)));
                    open.add(request.stream());
                }
            });
            for (int i = 0; i < 100; i++) {
                pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/")));
            }
            int pieces = 0;
            while (open.stream().anyMatch(Http2StreamHandle::isWritable)) {
                for (Http2StreamHandle stream : open) {
                    if (stream.isWritable()) {
                        pair.server.write(Http2SessionWrite.data(stream, text("x".repeat(4096)), false));
                        pieces++;
                    }
                }
                pair.server.flush();
                pair.exchange();
            }
            assertThat(told).singleElement().asString().isEqualTo("above 1028");
            assertThat(pair.serverHandler.pendingBytes()).isBetween(1L << 20, 100 * 24L * 1024);
            assertThat(pieces).isGreaterThan(500);

            // The peer reads after all.
            pair.clientEvents.keepData = false;
            pair.clientEvents.releaseKept();
            pair.exchange();
            assertThat(pair.serverHandler.pendingBytes()).isZero();
            assertThat(told).hasSize(2).last().asString().startsWith("below ");
            assertThat(open).allMatch(Http2StreamHandle::isWritable);
        }
    }

    @Test
    void controlFramesBeyondTheirCapFailAndTheSessionLives() {
        try (SessionPair pair = new SessionPair(builder -> builder.maxPendingFrames(10), builder -> builder)) {
            pair.exchange();
            pair.client.waterMark(1).shut();
            pair.client.writeAndFlush(Http2SessionWrite.ping(0));
            List<ChannelFuture> waiting = new ArrayList<>();
            for (int i = 1; i <= 10; i++) {
                waiting.add(pair.client.writeAndFlush(Http2SessionWrite.ping(i)));
            }
            assertTooMany(pair.client.writeAndFlush(Http2SessionWrite.ping(11)));
            assertTooMany(pair.client.writeAndFlush(Http2SessionWrite.settings(List.of())));
            assertTooMany(pair.client.writeAndFlush(Http2SessionWrite.windowUpdate(null, 1)));
            assertThat(waiting).noneMatch(ChannelFuture::isDone);

            pair.client.open();
            pair.exchange();
            assertThat(waiting).allMatch(ChannelFuture::isSuccess);
            assertThat(pair.request(Http2SessionWrite.ping(12)).isSuccess()).isTrue();
        }
    }

    @Test
    void requestsBeyondTheirCapFailAndOthersTakeTheirTurn() {
        Http2SessionOptions few = Http2SessionOptions.builder()
                .limits(limits -> limits.withMaxPendingRequests(5))
                .build();
        Http2SessionOptions one =
                Http2SessionOptions.builder().maxConcurrentStreams(1).build();
        try (SessionPair pair = new SessionPair(builder -> builder.options(few), builder -> builder.options(one))) {
            pair.exchange();
            List<ChannelFuture> heads = new ArrayList<>();
            List<Http2StreamHandle> streams = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                streams.add(new Http2StreamHandle());
                heads.add(pair.request(Http2SessionWrite.request(streams.get(i), get("/" + i))));
            }
            assertThat(heads.get(0).isSuccess()).isTrue();
            assertThat(heads.subList(1, 6)).noneMatch(ChannelFuture::isDone);
            assertThat(pair.clientHandler.session().pendingRequests()).isEqualTo(5);

            ByteBuf body = text("body");
            assertTooMany(pair.request(Http2SessionWrite.request(new Http2StreamHandle(), post("/6"), body)));
            assertThat(body.refCnt()).isZero();

            for (Http2StreamHandle stream : streams) {
                pair.server.writeAndFlush(Http2SessionWrite.response(
                        pair.serverEvents.of(Http2SessionEvent.Headers.class).stream()
                                .map(Http2SessionEvent.Headers::stream)
                                .filter(request -> request.id() == stream.id())
                                .findFirst()
                                .orElseThrow(),
                        status(200)));
                pair.exchange();
            }
            assertThat(heads).allMatch(ChannelFuture::isSuccess);
            assertThat(pair.clientEvents.statuses()).hasSize(6);
        }
    }

    @Test
    void manyRequestsOfOurOwnAreNotTakenForAFlood() {
        Http2SessionOptions many = Http2SessionOptions.builder()
                .limits(limits -> limits.withMaxPendingRequests(20_000))
                .build();
        Http2SessionOptions one =
                Http2SessionOptions.builder().maxConcurrentStreams(1).build();
        try (SessionPair pair = new SessionPair(builder -> builder.options(many), builder -> builder.options(one))) {
            pair.exchange();
            for (int i = 0; i < 10_000; i++) {
                pair.client.write(Http2SessionWrite.request(new Http2StreamHandle(), get("/")));
            }
            pair.client.flush();
            pair.exchange();
            pair.server.writeAndFlush(Http2SessionWrite.ping(1));
            pair.exchange();

            assertThat(pair.clientHandler.session().pendingRequests()).isEqualTo(9_999);
            assertThat(pair.clientHandler.session().terminated()).isFalse();
        }
    }

    @Test
    void promisesThatAreNotAnsweredAreBounded() {
        Http2SessionOptions push = Http2SessionOptions.builder()
                .enablePush(true)
                .limits(limits -> limits.withMaxReservedRemoteStreams(100))
                .build();
        try (SessionPair pair =
                new SessionPair(builder -> builder.options(push), builder -> builder.maxPendingFrames(3))) {
            pair.exchange();
            List<ChannelFuture> promises = new ArrayList<>();
            List<Http2StreamHandle> promised = new ArrayList<>();
            pair.serverEvents.on((ctx, event) -> {
                if (event instanceof Http2SessionEvent.Headers request) {
                    for (int i = 0; i < 4; i++) {
                        promised.add(new Http2StreamHandle());
                        promises.add(ctx.writeAndFlush(
                                Http2SessionWrite.pushPromise(request.stream(), promised.get(i), get("/" + i))));
                    }
                }
            });
            pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/")));
            assertThat(promises.subList(0, 3)).allMatch(ChannelFuture::isSuccess);
            assertTooMany(promises.get(3));

            pair.server.writeAndFlush(Http2SessionWrite.response(promised.get(0), status(200)));
            pair.exchange();
            Http2StreamHandle parent = pair.serverEvents.one(Http2SessionEvent.Headers.class).stream();
            assertThat(pair.server
                            .writeAndFlush(Http2SessionWrite.pushPromise(parent, promised.get(3), get("/again")))
                            .isSuccess())
                    .isTrue();
        }
    }

    @Test
    void thousandsOfWritesToAPeerThatReadsNothingStayWithinTheBounds() {
        List<ChannelFuture> all = new ArrayList<>();
        List<ByteBuf> buffers = new ArrayList<>();
        int capacity = 256 * 1024;
        try (SessionPair pair = new SessionPair(
                builder -> builder.maxPendingBytesPerStream(capacity / 2).maxPendingBytes(capacity),
                builder -> builder)) {
            pair.exchange();
            pair.client.waterMark(32 * 1024).shut();
            List<Http2StreamHandle> streams = new ArrayList<>();
            for (int i = 0; i < 20_000; i++) {
                ByteBuf bytes = text("0123456789".repeat(i % 400));
                buffers.add(bytes);
                if (i % 10 == 0) {
                    streams.add(new Http2StreamHandle());
                    all.add(pair.client.write(Http2SessionWrite.requestHead(streams.get(i / 10), post("/" + i))));
                }
                Http2StreamHandle stream = streams.get(i % streams.size());
                all.add(pair.client.write(
                        i % 7 == 0
                                ? Http2SessionWrite.request(new Http2StreamHandle(), post("/"), bytes)
                                : Http2SessionWrite.data(stream, bytes, false)));
                all.add(pair.client.writeAndFlush(Http2SessionWrite.ping(i)));

                assertThat(pair.clientHandler.pendingBytes()).isLessThanOrEqualTo(capacity);
                assertThat(pair.clientHandler.session().outboundQueueSize()).isLessThanOrEqualTo(1000 + 1000 + 100);
                assertThat(pair.client.unsafe().outboundBuffer().totalPendingWriteBytes())
                        .isLessThan(32 * 1024 + 17 * 1024);
            }
            assertThat(all).anyMatch(written -> written.cause() != null);
            assertThat(all)
                    .filteredOn(written -> written.cause() != null)
                    .allSatisfy(written -> assertThat(written.cause()).isInstanceOf(IllegalStateException.class));
            assertThat(pair.clientHandler.session().terminated()).isFalse();
        }
        assertThat(all).allMatch(ChannelFuture::isDone);
        assertThat(buffers).allMatch(bytes -> bytes.refCnt() == 0);
    }

    @Test
    void manySmallWritesAreOneFrameAndOneBuffer() {
        try (SessionPair pair = new SessionPair(
                builder -> builder, builder -> builder.events(EnumSet.of(Http2EventKind.FRAME_RECEIVED)))) {
            pair.exchange();
            Http2StreamHandle stream = new Http2StreamHandle();
            pair.request(Http2SessionWrite.requestHead(stream, post("/")));
            List<ChannelFuture> pieces = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                pieces.add(pair.client.write(Http2SessionWrite.data(stream, text("0123456789"), i == 999)));
            }
            pair.client.flush();

            assertThat(pair.client.outboundMessages()).hasSize(1);
            assertThat(pieces).allMatch(ChannelFuture::isSuccess);
            pair.exchange();
            assertThat(pair.serverEvents.of(Http2SessionEvent.FrameReceived.class))
                    .filteredOn(event -> event.frame() instanceof DataFrame)
                    .hasSize(1);
            assertThat(pair.serverEvents.body).hasSize(10_000);
        }
    }

    /** Both ends stop taking bytes again and again, and neither may stop reading for it (RFC 9113 section 5.2.2). */
    @Test
    void fiftyMegabytesComeBackBetweenTwoEndsThatAreBothUnwritable() {
        int total = 50 << 20;
        ByteBuf zeros = Unpooled.wrappedBuffer(new byte[16_384]);
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            pair.clientEvents.remember = false;
            pair.serverEvents.remember = false;
            pair.serverEvents.on(OutboundBoundsTest::echo);
            boolean[] over = {false};
            pair.clientEvents.on((ctx, event) -> over[0] |= event instanceof Http2SessionEvent.StreamClosed);
            pair.client.waterMark(65_536).shut();
            pair.server.waterMark(65_536).shut();
            int[] left = {total};
            pair.client.writeAndFlush(
                    Http2SessionWrite.request(new Http2StreamHandle(), post("/echo"), (id, max, sink) -> {
                        int bytes = Math.min(Math.min(max, zeros.capacity()), left[0]);
                        sink.add(zeros.retainedSlice(0, bytes));
                        left[0] -= bytes;
                        return left[0] == 0 ? io.h2session.api.DataResult.END : io.h2session.api.DataResult.MORE;
                    }));

            boolean bothUnwritable = false;
            for (int turn = 0; turn < 20_000 && !over[0]; turn++) {
                pair.client.letThrough();
                pair.exchange();
                bothUnwritable |= !pair.client.isWritable() && !pair.server.isWritable();
                pair.server.letThrough();
                pair.exchange();
                assertThat(pair.serverHandler.pendingBytes()).isLessThanOrEqualTo(256 * 1024);
            }

            assertThat(pair.clientEvents.bytes).isEqualTo(total);
            assertThat(over[0]).isTrue();
            assertThat(bothUnwritable).isTrue();
        }
        assertThat(zeros.refCnt()).isEqualTo(1);
        zeros.release();
    }

    private static void echo(io.netty.channel.ChannelHandlerContext ctx, Object event) {
        if (event instanceof Http2SessionEvent.Headers request) {
            ctx.writeAndFlush(Http2SessionWrite.responseHead(request.stream(), status(200)));
        } else if (event instanceof Http2SessionEvent.Data data) {
            data.retain();
            ctx.writeAndFlush(
                            Http2SessionWrite.data(data.stream(), data.content().retain(), data.endStream()))
                    .addListener(written -> data.release());
        }
    }
}
