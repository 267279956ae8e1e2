package io.h2session.netty;

import static io.h2session.netty.Events.get;
import static io.h2session.netty.Events.post;
import static io.h2session.netty.Events.status;
import static io.h2session.netty.Events.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.DataResult;
import io.h2session.api.DataSource;
import io.h2session.api.Http2SubmitException;
import io.h2session.frame.ErrorCode;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Windows, water marks, and channels that take no more. */
class BackPressureTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 100, 20_000, 65_536})
    void aChannelThatTakesOneFrameAtATimeGetsTheSameBytes(int highWaterMark) {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            pair.server.waterMark(highWaterMark).shut();
            pair.serverEvents.on((ctx, event) -> {
                if (event instanceof Http2SessionEvent.Headers request) {
                    ctx.write(Http2SessionWrite.informational(request.stream(), status(103)));
                    ctx.writeAndFlush(Http2SessionWrite.response(
                            request.stream(), status(200), text("0123456789".repeat(20_000))));
                }
            });
            pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/")));
            assertThat(pair.clientEvents.statuses()).isEmpty();

            int turns = 0;
            while (pair.clientEvents.of(Http2SessionEvent.StreamClosed.class).isEmpty() && ++turns < 1000) {
                pair.server.letThrough();
                pair.exchange();
            }

            assertThat(pair.clientEvents.statuses()).containsExactly("103", "200");
            assertThat(pair.clientEvents.body).hasSize(200_000);
            assertThat(turns).isGreaterThanOrEqualTo(200_000 / (highWaterMark + 16_384 + 100));
        }
    }

    @Test
    void nothingIsReadAheadForAChannelThatIsNotWritable() {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            pair.server.waterMark(50_000).shut();
            AtomicInteger read = new AtomicInteger();
            pair.serverEvents.on((ctx, event) -> {
                if (event instanceof Http2SessionEvent.Headers request) {
                    ctx.writeAndFlush(Http2SessionWrite.response(request.stream(), status(200), (id, max, sink) -> {
                        sink.add(text("x".repeat(max)));
                        read.addAndGet(max);
                        return DataResult.MORE;
                    }));
                }
            });
            pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/")));

            assertThat(read.get()).isBetween(40_000, 50_000 + 16_384);
        }
    }

    @Test
    void windowCreditReturnsWithTheRelease() {
        try (SessionPair pair = new SessionPair()) {
            pair.serverEvents.keepData = true;
            ChannelFuture written = pair.request(
                    Http2SessionWrite.request(new Http2StreamHandle(), post("/"), text("x".repeat(1_000_000))));
            int window = pair.serverEvents.body.length();
            assertThat(window).isLessThan(1_000_000);
            assertThat(written.isDone()).isFalse();

            pair.serverEvents.keepData = false;
            pair.serverEvents.releaseKept();
            pair.exchange();

            assertThat(written.isSuccess()).isTrue();
            assertThat(pair.serverEvents.body).hasSize(1_000_000);
        }
    }

    @Test
    void windowCreditReturnsWithConsumeBeforeTheRelease() {
        try (SessionPair pair = new SessionPair()) {
            pair.serverEvents.keepData = true;
            pair.serverEvents.on((ctx, event) -> {
                if (event instanceof Http2SessionEvent.Data data) {
                    data.consume(data.content().readableBytes());
                    data.consume(1_000_000);
                }
            });
            ChannelFuture written = pair.request(
                    Http2SessionWrite.request(new Http2StreamHandle(), post("/"), text("x".repeat(1_000_000))));

            assertThat(written.isSuccess()).isTrue();
            int credit = pair.serverHandler.session().effectiveReceived(0);
            pair.serverEvents.releaseKept();
            pair.exchange();
            assertThat(pair.serverHandler.session().effectiveReceived(0)).isEqualTo(credit);
        }
    }

    @Test
    void creditThatWasTakenOverReturnsByTheHandleAndNotByTheRelease() {
        try (SessionPair pair = new SessionPair()) {
            int[] taken = new int[2];
            pair.serverEvents.on((ctx, event) -> {
                if (event instanceof Http2SessionEvent.Data data) {
                    taken[0] += data.takeCredit();
                    taken[1] += data.takeCredit();
                    data.consume(1_000_000);
                }
            });
            Http2StreamHandle stream = new Http2StreamHandle();
            ChannelFuture written =
                    pair.request(Http2SessionWrite.request(stream, post("/"), text("x".repeat(1_000_000))));
            assertThat(taken).containsExactly(pair.serverEvents.body.length(), 0);
            assertThat(written.isDone()).isFalse();

            Http2StreamHandle atServer = pair.serverEvents.one(Http2SessionEvent.Headers.class).stream();
            while (taken[0] > 0) {
                int credit = taken[0];
                taken[0] = 0;
                atServer.consume(credit);
                pair.exchange();
            }
            assertThat(written.isSuccess()).isTrue();
        }
    }

    @Test
    void creditReleasedAfterTheStreamClosedReturnsToTheConnection() {
        try (SessionPair pair = new SessionPair()) {
            pair.serverEvents.keepData = true;
            for (int i = 0; i < 20; i++) {
                Http2StreamHandle stream = new Http2StreamHandle();
                pair.client.write(Http2SessionWrite.requestHead(stream, post("/")));
                pair.request(Http2SessionWrite.data(stream, text("x".repeat(200_000)), false));
                pair.request(Http2SessionWrite.reset(stream, ErrorCode.CANCEL));
                pair.serverEvents.releaseKept();
                pair.exchange();
            }
            assertThat(pair.serverEvents.body).hasSize(20 * 200_000);
        }
    }

    @Test
    void creditGivenByAnotherThreadArrives() throws InterruptedException {
        try (SessionPair pair = new SessionPair()) {
            pair.serverEvents.keepData = true;
            ChannelFuture written = pair.request(
                    Http2SessionWrite.request(new Http2StreamHandle(), post("/"), text("x".repeat(400_000))));
            assertThat(written.isDone()).isFalse();

            while (!written.isDone()) {
                Thread other = new Thread(pair.serverEvents::releaseKept);
                other.start();
                other.join();
                pair.exchange();
            }

            assertThat(written.isSuccess()).isTrue();
        }
    }

    @Test
    void withAutomaticWindowUpdatesTheApplicationNeedNotReportConsumption() {
        try (SessionPair pair = new SessionPair(builder -> builder, builder -> builder.automaticWindowUpdate(true))) {
            pair.serverEvents.keepData = true;
            ChannelFuture written = pair.request(
                    Http2SessionWrite.request(new Http2StreamHandle(), post("/"), text("x".repeat(2_000_000))));

            assertThat(written.isSuccess()).isTrue();
        }
    }

    @Test
    void aStreamIsUnwritableAboveItsHighMarkAndWritableBelowItsLowMark() {
        try (SessionPair pair = new SessionPair(builder -> builder.streamWriteMarks(1000, 5000), builder -> builder)) {
            pair.exchange();
            Http2StreamHandle stream = new Http2StreamHandle();
            pair.client.write(Http2SessionWrite.requestHead(stream, post("/")));
            pair.client.write(Http2SessionWrite.data(stream, text("x".repeat(5000)), false));
            assertThat(stream.isWritable()).isTrue();
            pair.client.write(Http2SessionWrite.data(stream, text("x"), false));
            assertThat(stream.isWritable()).isFalse();

            pair.client.flush();

            assertThat(stream.isWritable()).isTrue();
            assertThat(pair.clientEvents.of(Http2SessionEvent.StreamWritability.class))
                    .isNotEmpty()
                    .last()
                    .isEqualTo(new Http2SessionEvent.StreamWritability(stream, true));
        }
    }

    @Test
    void theUnwritableEventFiresWithoutAFlush() {
        try (SessionPair pair = new SessionPair(builder -> builder.streamWriteMarks(1000, 5000), builder -> builder)) {
            pair.exchange();
            Http2StreamHandle stream = new Http2StreamHandle();
            pair.client.write(Http2SessionWrite.requestHead(stream, post("/")));
            pair.client.write(Http2SessionWrite.data(stream, text("x".repeat(5001)), false));

            assertThat(pair.clientEvents.of(Http2SessionEvent.StreamWritability.class))
                    .containsExactly(new Http2SessionEvent.StreamWritability(stream, false));
        }
    }

    @Test
    void dataBeyondTheCapOfAStreamFailsAndIsReleased() {
        try (SessionPair pair =
                new SessionPair(builder -> builder.maxPendingBytesPerStream(10_000), builder -> builder)) {
            pair.exchange();
            Http2StreamHandle stream = new Http2StreamHandle();
            pair.client.write(Http2SessionWrite.requestHead(stream, post("/")));
            ChannelFuture fits = pair.client.write(Http2SessionWrite.data(stream, text("x".repeat(10_000)), false));
            ByteBuf more = text("y");
            ChannelFuture tooMuch = pair.client.write(Http2SessionWrite.data(stream, more, false));

            assertThat(tooMuch.cause()).isInstanceOf(Http2SubmitException.class);
            assertThat(more.refCnt()).isZero();
            pair.client.flush();
            assertThat(fits.isSuccess()).isTrue();
            assertThat(pair.request(Http2SessionWrite.data(stream, text("z"), true))
                            .isSuccess())
                    .isTrue();
        }
    }

    @Test
    void dataBeyondTheCapOfTheConnectionFailsUntilSomeIsGone() {
        try (SessionPair pair = new SessionPair(builder -> builder.maxPendingBytes(10_000), builder -> builder)) {
            pair.exchange();
            Http2StreamHandle one = new Http2StreamHandle();
            Http2StreamHandle two = new Http2StreamHandle();
            pair.client.write(Http2SessionWrite.requestHead(one, post("/1")));
            pair.client.write(Http2SessionWrite.requestHead(two, post("/2")));
            pair.client.write(Http2SessionWrite.data(one, text("x".repeat(9_000)), false));
            assertThat(pair.client
                            .write(Http2SessionWrite.data(two, text("x".repeat(2_000)), false))
                            .cause())
                    .isInstanceOf(Http2SubmitException.class);

            pair.request(Http2SessionWrite.reset(one, ErrorCode.CANCEL));

            assertThat(pair.request(Http2SessionWrite.data(two, text("x".repeat(10_000)), true))
                            .isSuccess())
                    .isTrue();
        }
    }

    @Test
    void oneTurnOfTheLoopSendsNoMoreThanItsBudget() {
        try (SessionPair pair = new SessionPair(
                builder -> builder.options(io.h2session.api.Http2SessionOptions.builder()
                        .initialWindowSize(8 << 20)
                        .connectionWindowSize(8 << 20)
                        .build()),
                builder -> builder)) {
            pair.exchange();
            pair.serverEvents.on((ctx, event) -> {
                if (event instanceof Http2SessionEvent.Headers request) {
                    ctx.writeAndFlush(Http2SessionWrite.response(
                            request.stream(), status(200), io.netty.buffer.Unpooled.wrappedBuffer(new byte[4 << 20])));
                }
            });
            pair.client.writeAndFlush(Http2SessionWrite.request(new Http2StreamHandle(), get("/")));
            List<Object> inbound = new ArrayList<>(pair.client.outboundMessages());
            pair.client.outboundMessages().clear();
            // With autoRead the channel would run all tasks behind the read: here it is one read, one turn.
            pair.server.config().setAutoRead(false);
            for (Object bytes : inbound) {
                pair.server.pipeline().fireChannelRead(bytes);
            }
            pair.server.pipeline().fireChannelReadComplete();
            long bytes = pair.server.outboundMessages().stream()
                    .mapToLong(message -> ((ByteBuf) message).readableBytes())
                    .sum();

            assertThat(bytes).isBetween((long) SendLoop.TURN, (long) SendLoop.TURN + 100_000);
            pair.exchange();
            assertThat(pair.clientEvents.of(Http2SessionEvent.StreamClosed.class))
                    .hasSize(1);
        }
    }

    @Test
    void aDeferredBodyGoesOnWhenResumedAndAPausedOneAtTheNextFlush() {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            Iterator<DataResult> answers = List.of(DataResult.DEFERRED, DataResult.PAUSED, DataResult.END)
                    .iterator();
            DataSource body = (id, max, sink) -> {
                DataResult answer = answers.next();
                if (answer != DataResult.PAUSED) {
                    sink.add(text(answer + " "));
                }
                return answer;
            };
            Http2StreamHandle stream = new Http2StreamHandle();
            ChannelFuture written = pair.request(Http2SessionWrite.request(stream, post("/"), body));
            assertThat(pair.serverEvents.body).hasToString("DEFERRED ");

            pair.request(Http2SessionWrite.resume(stream));
            assertThat(written.isDone()).isFalse();
            pair.client.flush();
            pair.exchange();

            assertThat(written.isSuccess()).isTrue();
            assertThat(pair.serverEvents.body).hasToString("DEFERRED END ");
        }
    }

    @Test
    void aBodyThatFailsResetsItsStreamAndFailsItsPromise() {
        try (SessionPair pair = new SessionPair()) {
            ChannelFuture written = pair.request(Http2SessionWrite.request(
                    new Http2StreamHandle(), post("/"), (id, max, sink) -> DataResult.FAILED));

            assertThat(written.cause()).isInstanceOf(Http2NotSentException.class);
            assertThat(pair.serverEvents.one(Http2SessionEvent.Reset.class).errorCode())
                    .isEqualTo(ErrorCode.INTERNAL_ERROR.code());
        }
    }

    @Test
    void aBodyThatThrowsEndsTheSessionAndItsExceptionTravelsOn() {
        IllegalStateException thrown = new IllegalStateException("the body's");
        try (SessionPair pair = new SessionPair()) {
            ChannelFuture written =
                    pair.request(Http2SessionWrite.request(new Http2StreamHandle(), post("/"), (id, max, sink) -> {
                        throw thrown;
                    }));

            assertThat(written.cause()).isNotNull();
            assertThat(pair.clientEvents.exceptions).containsExactly(thrown);
            assertThat(pair.clientEvents
                            .one(Http2SessionEvent.SessionEnded.class)
                            .cause())
                    .isSameAs(thrown);
        }
    }

    @Test
    void aStreamWithoutWindowBecomesUnwritableThoughItsChannelIsNot() {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            pair.serverEvents.keepData = true;
            Http2StreamHandle stream = new Http2StreamHandle();
            pair.request(Http2SessionWrite.requestHead(stream, post("/")));
            int written = 0;
            for (; stream.isWritable() && written < 1_000_000; written += 10_000) {
                pair.request(Http2SessionWrite.data(stream, text("x".repeat(10_000)), false));
            }

            assertThat(stream.isWritable()).isFalse();
            assertThat(pair.client.isWritable()).isTrue();
            assertThat(pair.clientHandler.pendingBytes()).isBetween(64 * 1024L, 64 * 1024L + 10_000);
            pair.serverEvents.keepData = false;
            pair.serverEvents.releaseKept();
            pair.exchange();
            assertThat(stream.isWritable()).isTrue();
        }
    }

    /** Streams whose DATA nobody consumes use up the connection's window, unless that is credited at once. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void streamsThatAreNotConsumedStopOthersUnlessTheConnectionsWindowIsAutomatic(boolean automatic) {
        try (SessionPair pair =
                new SessionPair(builder -> builder, builder -> builder.automaticConnectionWindow(automatic))) {
            pair.exchange();
            pair.serverEvents.keepData = true;
            for (int i = 0; i < 6; i++) {
                pair.request(
                        Http2SessionWrite.request(new Http2StreamHandle(), post("/slow"), text("x".repeat(300_000))));
            }
            pair.serverEvents.keepData = false;
            ChannelFuture other = pair.request(
                    Http2SessionWrite.request(new Http2StreamHandle(), post("/fast"), text("y".repeat(1_000_000))));

            assertThat(other.isSuccess()).isEqualTo(automatic);
            pair.serverEvents.releaseKept();
            pair.exchange();
            assertThat(other.isSuccess()).isTrue();
            assertThat(pair.serverEvents.bytes).isEqualTo(2_800_000);
        }
    }

    /** Three ways in which others have lost the connection's window bit by bit: here it is whole again after many rounds. */
    @Test
    void noStreamTakesWindowOfTheConnectionWithIt() {
        try (SessionPair pair = new SessionPair(
                builder -> builder.listener(() -> new io.h2session.api.Http2SessionListener() {
                    @Override
                    public int selectPadding(
                            io.h2session.api.Http2SessionContext session,
                            io.h2session.frame.Frame frame,
                            int length,
                            int max) {
                        return max;
                    }
                }),
                builder -> builder)) {
            pair.exchange();
            List<Http2StreamHandle> requests = new ArrayList<>();
            pair.serverEvents.on((ctx, event) -> {
                if (event instanceof Http2SessionEvent.Headers request) {
                    requests.add(request.stream());
                }
            });
            pair.serverEvents.keepData = true;
            for (int round = 0; round < 40; round++) {
                Http2StreamHandle padded = new Http2StreamHandle();
                pair.client.write(Http2SessionWrite.requestHead(padded, post("/")));
                pair.request(Http2SessionWrite.data(padded, text("x".repeat(50_000)), false));
                Http2StreamHandle mine = requests.get(requests.size() - 1);
                // DATA is under way while the stream is reset by the server.
                pair.client.writeAndFlush(Http2SessionWrite.data(padded, text("x".repeat(50_000)), false));
                pair.server.writeAndFlush(Http2SessionWrite.reset(mine, ErrorCode.CANCEL));
                pair.exchange();
                if (round % 2 == 0) {
                    pair.serverEvents.releaseKept();
                }
                pair.exchange();
            }
            pair.serverEvents.releaseKept();
            pair.exchange();

            assertThat(pair.serverHandler.session().effectiveReceived(0)).isLessThan(1024 * 1024 / 2);
            Http2StreamHandle last = new Http2StreamHandle();
            pair.serverEvents.keepData = false;
            assertThat(pair.request(Http2SessionWrite.request(last, post("/"), text("x".repeat(2_000_000))))
                            .isSuccess())
                    .isTrue();
        }
    }

    @Test
    void dataBehindAGoAwayIsCreditedToTheConnection() {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            Http2StreamHandle kept = new Http2StreamHandle();
            Http2StreamHandle left = new Http2StreamHandle();
            pair.request(Http2SessionWrite.requestHead(kept, post("/1")));
            pair.request(Http2SessionWrite.requestHead(left, post("/3")));
            pair.server.writeAndFlush(Http2SessionWrite.goAway(1, 0, new byte[0]));
            // Sent before the client knows.
            pair.client.writeAndFlush(Http2SessionWrite.data(left, text("x".repeat(250_000)), false));
            pair.exchange();

            assertThat(pair.request(Http2SessionWrite.data(kept, text("y".repeat(3_000_000)), true))
                            .isSuccess())
                    .isTrue();
        }
    }
}
