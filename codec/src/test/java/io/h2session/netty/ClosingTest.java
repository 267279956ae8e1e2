package io.h2session.netty;

import static io.h2session.netty.Events.get;
import static io.h2session.netty.Events.post;
import static io.h2session.netty.Events.status;
import static io.h2session.netty.Events.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SessionListener;
import io.h2session.api.Http2SessionOptions;
import io.h2session.api.Http2SessionResult;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.Frame;
import io.h2session.frame.FrameType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.concurrent.DefaultEventExecutor;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How sessions and their channels end. */
class ClosingTest {
    /** A WINDOW_UPDATE of 0 for the connection: an error. */
    private static final byte[] ZERO_WINDOW_UPDATE = {0, 0, 4, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0};

    private static List<Http2SessionEvent.GoAway> goAways(Events events) {
        return events.of(Http2SessionEvent.GoAway.class);
    }

    /** As an application does it; EmbeddedChannel's own close() would cancel every timer. */
    private static ChannelFuture close(EmbeddedChannel channel) {
        return channel.pipeline().close();
    }

    @Test
    void theServersFirstCloseIsGraceful() {
        try (SessionPair pair = new SessionPair()) {
            List<Http2StreamHandle> requests = new ArrayList<>();
            pair.serverEvents.on((ctx, event) -> {
                if (event instanceof Http2SessionEvent.Headers request) {
                    requests.add(request.stream());
                }
            });
            pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/")));

            ChannelFuture closed = close(pair.server);
            pair.exchange();

            assertThat(goAways(pair.clientEvents)).hasSize(2);
            assertThat(goAways(pair.clientEvents).get(0).lastStreamId()).isEqualTo(Integer.MAX_VALUE);
            assertThat(goAways(pair.clientEvents).get(1).lastStreamId()).isEqualTo(1);
            assertThat(goAways(pair.clientEvents)).allMatch(goAway -> goAway.errorCode() == 0);
            assertThat(closed.isDone()).isFalse();

            pair.server.writeAndFlush(Http2SessionWrite.response(requests.get(0), status(200), text("done")));
            pair.exchange();

            assertThat(pair.clientEvents.body).hasToString("done");
            assertThat(pair.clientEvents
                            .one(Http2SessionEvent.StreamClosed.class)
                            .errorCode())
                    .isZero();
            assertThat(closed.isSuccess()).isTrue();
            assertThat(pair.server.isOpen()).isFalse();
            assertThat(pair.serverEvents
                            .one(Http2SessionEvent.SessionEnded.class)
                            .result())
                    .isEqualTo(Http2SessionResult.OK);
        }
    }

    @Test
    void aRequestThatCrossesTheNoticeIsServed() {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            pair.serverEvents.on((ctx, event) -> {
                if (event instanceof Http2SessionEvent.Headers request) {
                    ctx.writeAndFlush(Http2SessionWrite.response(request.stream(), status(204)));
                }
            });
            pair.client.writeAndFlush(Http2SessionWrite.request(new Http2StreamHandle(), get("/")));
            close(pair.server);

            pair.exchange();

            assertThat(pair.clientEvents.statuses()).containsExactly("204");
            assertThat(pair.server.isOpen()).isFalse();
        }
    }

    @Test
    void aPeerThatNeverAnswersThePingIsWaitedForFiveSeconds() {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            close(pair.server);
            pass(pair.server, 4999);
            assertThat(pair.server.isOpen()).isTrue();

            pass(pair.server, 1);
            assertThat(pair.server.isOpen()).isFalse();
        }
    }

    @Test
    void theNoticeIsOnTheWireBeforeThePing() {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/")));
            close(pair.server);

            ByteBuf bytes = pair.server.readOutbound();
            // Two frames: GOAWAY of 17 bytes, PING of 17.
            assertThat(bytes.readableBytes()).isEqualTo(34);
            assertThat(bytes.getByte(3)).isEqualTo((byte) FrameType.GOAWAY);
            assertThat(bytes.getByte(17 + 3)).isEqualTo((byte) FrameType.PING);
            pair.client.writeInbound(bytes);
        }
    }

    @Test
    void theRoundTripBeginsWhenTheNoticeIsWrittenThoughTheTransportWasBlocked() {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            pair.serverEvents.on((ctx, event) -> {
                if (event instanceof Http2SessionEvent.Headers request) {
                    ctx.writeAndFlush(Http2SessionWrite.response(request.stream(), status(204)));
                }
            });
            // One stream that goes on, and a transport that takes nothing for longer than a PING may take.
            pair.client.writeAndFlush(Http2SessionWrite.requestHead(new Http2StreamHandle(), post("/")));
            pair.exchange();
            pair.server.waterMark(1).shut();
            pair.server.writeAndFlush(Http2SessionWrite.ping(1));
            close(pair.server);
            pass(pair.server, 6000);
            assertThat(pair.server.isOpen()).isTrue();

            pair.server.open();
            List<ByteBuf> written = new ArrayList<>();
            for (ByteBuf one = pair.server.readOutbound(); one != null; one = pair.server.readOutbound()) {
                written.add(one);
            }
            pass(pair.server, 4000);
            // A request that crosses the notice.
            ChannelFuture crossing =
                    pair.client.writeAndFlush(Http2SessionWrite.request(new Http2StreamHandle(), get("/crossing")));
            written.forEach(pair.client::writeInbound);
            pair.exchange();

            assertThat(crossing.isSuccess()).isTrue();
            assertThat(pair.clientEvents.statuses()).containsExactly("204", "204");
            assertThat(goAways(pair.clientEvents))
                    .extracting(Http2SessionEvent.GoAway::lastStreamId)
                    .containsExactly(Integer.MAX_VALUE, 3);
        }
    }

    @Test
    void aNoticeTheApplicationGaveBeforeIsWaitedForToo() {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            pair.request(Http2SessionWrite.requestHead(new Http2StreamHandle(), post("/")));
            pair.server.write(Http2SessionWrite.shutdownNotice());
            close(pair.server);

            ByteBuf bytes = pair.server.readOutbound();
            assertThat(bytes.getByte(3)).isEqualTo((byte) FrameType.GOAWAY);
            assertThat(bytes.getByte(17 + 3)).isEqualTo((byte) FrameType.PING);
            pair.client.writeInbound(bytes);
        }
    }

    @Test
    void theDeadlineEndsStreamsThatDoNotFinish() {
        try (SessionPair pair = new SessionPair(
                builder -> builder, builder -> builder.gracefulShutdownTimeout(Duration.ofSeconds(10)))) {
            pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/")));
            ChannelFuture closed = close(pair.server);
            pair.exchange();
            assertThat(closed.isDone()).isFalse();

            pair.pass(10, TimeUnit.SECONDS);
            Http2SessionEvent.StreamClosed cut = pair.serverEvents.one(Http2SessionEvent.StreamClosed.class);
            assertThat(cut.errorCode()).isEqualTo(ErrorCode.CANCEL.code());
            assertThat(pair.clientEvents.one(Http2SessionEvent.Reset.class).errorCode())
                    .isEqualTo(ErrorCode.CANCEL.code());

            // The peer has been silent for a second: it has taken what we said last.
            pair.pass(1, TimeUnit.SECONDS);
            assertThat(closed.isSuccess()).isTrue();
        }
    }

    @Test
    void theSecondCloseCutsStreamsAtOnceAndGivesThePeerAMomentToHearOfIt() {
        try (SessionPair pair = new SessionPair()) {
            pair.request(Http2SessionWrite.requestHead(new Http2StreamHandle(), post("/")));
            ChannelFuture first = close(pair.server);
            ChannelFuture second = close(pair.server);
            assertThat(pair.serverEvents
                            .one(Http2SessionEvent.StreamClosed.class)
                            .errorCode())
                    .isEqualTo(ErrorCode.CANCEL.code());

            // What it is still sending is read, or the kernel would take back what it was told.
            ByteBuf upload = Unpooled.wrappedBuffer(new byte[100]);
            pair.server.writeInbound(upload);
            assertThat(upload.refCnt()).isZero();
            assertThat(pair.server.isOpen()).isTrue();
            pair.exchange();
            assertThat(pair.clientEvents.one(Http2SessionEvent.Reset.class).errorCode())
                    .isEqualTo(ErrorCode.CANCEL.code());
            assertThat(goAways(pair.clientEvents)).isNotEmpty();

            pass(pair.server, 999);
            pair.server.writeInbound(Unpooled.wrappedBuffer(new byte[100]));
            assertThat(first.isDone()).isFalse();
            pass(pair.server, 1);
            assertThat(first.isSuccess()).isTrue();
            assertThat(second.isSuccess()).isTrue();
        }
    }

    @Test
    void theThirdCloseWaitsForNothing() {
        try (SessionPair pair = new SessionPair()) {
            pair.request(Http2SessionWrite.requestHead(new Http2StreamHandle(), post("/")));
            for (int i = 0; i < 2; i++) {
                close(pair.server);
                assertThat(pair.server.isOpen()).isTrue();
            }
            assertThat(close(pair.server).isSuccess()).isTrue();
        }
    }

    @Test
    void theSecondCloseOfAnIdleConnectionIsImmediateAndStillSaysGoodbye() {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            ChannelFuture first = close(pair.server);
            ChannelFuture second = close(pair.server);

            assertThat(first.isSuccess()).isTrue();
            assertThat(second.isSuccess()).isTrue();
            pair.exchange();
            assertThat(goAways(pair.clientEvents)).isNotEmpty();
        }
    }

    /** Many applications close the channel when they hear of the end. */
    @Test
    void aChannelThatIsClosedWhenSessionEndedIsFiredStillTellsThePeer() {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            pair.serverEvents.on((ctx, event) -> {
                if (event instanceof Http2SessionEvent.SessionEnded) {
                    ctx.close();
                }
            });
            pair.server.writeInbound(Unpooled.wrappedBuffer(ZERO_WINDOW_UPDATE));
            assertThat(pair.server.isOpen()).isTrue();
            pair.exchange();
            assertThat(goAways(pair.clientEvents).get(0).errorCode()).isEqualTo(ErrorCode.PROTOCOL_ERROR.code());

            pass(pair.server, 1000);
            assertThat(pair.server.isOpen()).isFalse();
        }
    }

    @Test
    void anOrderlyEndLingersWhileThePeerTakesWhatIsLeft() {
        try (SessionPair pair =
                new SessionPair(builder -> builder, builder -> builder.closeLinger(Duration.ofSeconds(5))
                        .gracefulShutdownTimeout(Duration.ofSeconds(60)))) {
            Http2StreamHandle stream = request(pair);
            close(pair.server);
            pair.exchange();
            pair.server.waterMark(1 << 20).shut();
            pair.server.writeAndFlush(Http2SessionWrite.response(stream, status(200), text("x".repeat(120_000))));
            pair.serverEvents.one(Http2SessionEvent.SessionEnded.class);

            for (int i = 0; i < 4; i++) {
                pass(pair.server, 4900);
                assertThat(pair.server.isOpen()).isTrue();
                pair.server.letThrough(1);
            }
            for (int i = 0; i < 2; i++) {
                pass(pair.server, 5000);
            }
            assertThat(pair.server.isOpen()).isFalse();
        }
    }

    private static Http2StreamHandle request(SessionPair pair) {
        pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/")));
        return pair.serverEvents.one(Http2SessionEvent.Headers.class).stream();
    }

    @Test
    void afterTheEndOfTheInputTheChannelClosesOnceTheGoAwayIsWritten() {
        try (SessionPair pair =
                new SessionPair(builder -> builder, builder -> builder.closeLinger(Duration.ofSeconds(5)))) {
            pair.exchange();
            pair.server.shut();
            pair.server.writeInbound(Unpooled.wrappedBuffer(ZERO_WINDOW_UPDATE));
            pair.serverEvents.one(Http2SessionEvent.SessionEnded.class);
            pair.server.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
            assertThat(pair.server.isOpen()).isTrue();

            pair.server.open();
            assertThat(pair.server.isOpen()).isFalse();
        }
    }

    @Test
    void aClientClosesWhenItsStreamsAreDone() {
        try (SessionPair pair = new SessionPair()) {
            List<Http2StreamHandle> requests = new ArrayList<>();
            pair.serverEvents.on((ctx, event) -> {
                if (event instanceof Http2SessionEvent.Headers request) {
                    requests.add(request.stream());
                }
            });
            pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/")));
            ChannelFuture closed = close(pair.client);
            pair.exchange();
            assertThat(closed.isDone()).isFalse();
            ChannelFuture refused = pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/2")));
            assertThat(refused.cause()).isNotNull();

            pair.server.writeAndFlush(Http2SessionWrite.response(requests.get(0), status(204)));
            pair.exchange();

            assertThat(pair.clientEvents.statuses()).containsExactly("204");
            assertThat(closed.isSuccess()).isTrue();
        }
    }

    @Test
    void anIdleClientClosesAtOnce() {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            assertThat(close(pair.client).isSuccess()).isTrue();
            pair.exchange();
            assertThat(goAways(pair.serverEvents)).hasSize(1);
        }
    }

    @Test
    void aZeroTimeoutCutsStreamsAtOnce() {
        try (SessionPair pair =
                new SessionPair(builder -> builder, builder -> builder.gracefulShutdownTimeout(Duration.ZERO))) {
            pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/")));
            ChannelFuture closed = close(pair.server);
            pair.serverEvents.one(Http2SessionEvent.SessionEnded.class);
            pair.exchange();
            assertThat(goAways(pair.clientEvents)).hasSize(1);
            assertThat(pair.clientEvents.one(Http2SessionEvent.Reset.class).errorCode())
                    .isEqualTo(ErrorCode.CANCEL.code());

            pass(pair.server, 1000);
            assertThat(closed.isSuccess()).isTrue();
        }
    }

    @Test
    void closeInsideAnEventIsCarriedOut() {
        try (SessionPair pair = new SessionPair()) {
            pair.serverEvents.on((ctx, event) -> {
                if (event instanceof Http2SessionEvent.Headers) {
                    ctx.close();
                    ctx.close();
                }
            });
            pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/")));
            pass(pair.server, 1000);

            assertThat(pair.server.isOpen()).isFalse();
            assertThat(goAways(pair.clientEvents)).isNotEmpty();
            assertThat(pair.serverEvents.of(Http2SessionEvent.SessionEnded.class))
                    .hasSize(1);
            assertThat(pair.serverEvents.of(Http2SessionEvent.StreamClosed.class))
                    .hasSize(1);
        }
    }

    @Test
    void aPeersErrorIsToldWithGoAwayAndReadOutBeforeTheChannelCloses() {
        try (SessionPair pair =
                new SessionPair(builder -> builder, builder -> builder.closeLinger(Duration.ofSeconds(5)))) {
            pair.exchange();
            // A WINDOW_UPDATE of 0 for the connection.
            pair.server.writeInbound(Unpooled.wrappedBuffer(new byte[] {0, 0, 4, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0}));
            Http2SessionEvent.SessionEnded ended = pair.serverEvents.one(Http2SessionEvent.SessionEnded.class);
            assertThat(ended.reason()).isNotNull();
            assertThat(pair.serverEvents.exceptions).isEmpty();

            ByteBuf more = Unpooled.wrappedBuffer(new byte[100]);
            pair.server.writeInbound(more);
            assertThat(more.refCnt()).isZero();
            assertThat(pair.server.isOpen()).isTrue();
            pair.exchange();
            assertThat(goAways(pair.clientEvents).get(0).errorCode()).isEqualTo(ErrorCode.PROTOCOL_ERROR.code());

            pair.server.advanceTimeBy(5, TimeUnit.SECONDS);
            pair.server.runScheduledPendingTasks();
            assertThat(pair.server.isOpen()).isFalse();
        }
    }

    @Test
    void aPeerThatTakesNoGoAwayIsClosedAfterTheLinger() {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            pair.server.waterMark(1).shut();
            pair.server.writeAndFlush(Http2SessionWrite.ping(1));
            pair.server.writeInbound(Unpooled.wrappedBuffer(new byte[] {0, 0, 4, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0}));
            assertThat(pair.server.isOpen()).isTrue();

            pair.server.advanceTimeBy(5, TimeUnit.SECONDS);
            pair.server.runScheduledPendingTasks();

            assertThat(pair.server.isOpen()).isFalse();
            assertThat(pair.serverEvents.of(Http2SessionEvent.SessionEnded.class))
                    .hasSize(1);
        }
    }

    @Test
    void terminateEndsEveryStreamAndTheSession() {
        try (SessionPair pair = new SessionPair()) {
            pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/")));
            ChannelFuture terminated =
                    pair.server.writeAndFlush(Http2SessionWrite.terminate(ErrorCode.ENHANCE_YOUR_CALM.code()));
            pair.exchange();

            assertThat(terminated.isSuccess()).isTrue();
            assertThat(goAways(pair.clientEvents).get(0).errorCode()).isEqualTo(ErrorCode.ENHANCE_YOUR_CALM.code());
            assertThat(pair.serverEvents.of(Http2SessionEvent.StreamClosed.class))
                    .hasSize(1);
            assertThat(pair.serverEvents.of(Http2SessionEvent.SessionEnded.class))
                    .hasSize(1);
        }
    }

    @Test
    void aVanishedPeerEndsEveryStreamOnce() {
        SessionPair pair = new SessionPair();
        Http2StreamHandle stream = new Http2StreamHandle();
        pair.request(Http2SessionWrite.requestHead(stream, post("/")));
        SessionPair.end(pair.client);
        SessionPair.end(pair.server);

        assertThat(pair.clientEvents.one(Http2SessionEvent.StreamClosed.class).stream())
                .isSameAs(stream);
        assertThat(pair.serverEvents.of(Http2SessionEvent.StreamClosed.class)).hasSize(1);
        Http2SessionEvent.SessionEnded ended = pair.clientEvents.one(Http2SessionEvent.SessionEnded.class);
        assertThat(ended.result()).isEqualTo(Http2SessionResult.EOF);
        assertThat(pair.clientEvents.all.indexOf(ended)).isEqualTo(pair.clientEvents.all.size() - 1);
    }

    @Test
    void theEndOfTheInputEndsTheSession() {
        try (SessionPair pair = new SessionPair()) {
            pair.request(Http2SessionWrite.requestHead(new Http2StreamHandle(), post("/")));
            pair.server.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
            pair.server.runPendingTasks();

            assertThat(pair.serverEvents.of(Http2SessionEvent.StreamClosed.class))
                    .hasSize(1);
            assertThat(pair.serverEvents.all).contains(ChannelInputShutdownEvent.INSTANCE);
            assertThat(pair.server.isOpen()).isFalse();
        }
    }

    @Test
    void theNetworksFaultsAreEventsAndTheApplicationsAreExceptions() {
        RuntimeException fault = new IllegalStateException("the listener's");
        Http2SessionListener faulty = new Http2SessionListener() {
            @Override
            public void onFrameReceived(Http2SessionContext session, Frame frame) {
                if (frame.streamId() != 0) {
                    throw fault;
                }
            }
        };
        try (SessionPair pair = new SessionPair(builder -> builder, builder -> builder.listener(() -> faulty))) {
            pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/")));

            assertThat(pair.serverEvents.exceptions).containsExactly(fault);
            Http2SessionEvent.SessionEnded ended = pair.serverEvents.one(Http2SessionEvent.SessionEnded.class);
            assertThat(ended.result()).isEqualTo(Http2SessionResult.CALLBACK_FAILURE);
            assertThat(ended.cause()).isSameAs(fault);

            IOException reset = new IOException("connection reset by peer");
            pair.client.pipeline().fireExceptionCaught(reset);
            pair.client.runPendingTasks();
            assertThat(pair.clientEvents.exceptions).isEmpty();
            assertThat(pair.clientEvents
                            .one(Http2SessionEvent.SessionEnded.class)
                            .cause())
                    .isSameAs(reset);
            assertThat(pair.client.isOpen()).isFalse();
        }
    }

    @Test
    void otherExceptionsTravelOn() {
        try (SessionPair pair = new SessionPair()) {
            RuntimeException other = new IllegalArgumentException("a decoder's");
            pair.server.pipeline().fireExceptionCaught(other);
            assertThat(pair.serverEvents.exceptions).containsExactly(other);
        }
    }

    @Test
    void anExceptionOfAHandlerAboveLeavesTheSessionAlone() {
        try (SessionPair pair = new SessionPair()) {
            pair.serverEvents.on((ctx, event) -> {
                if (event instanceof Http2SessionEvent.Headers request) {
                    ctx.writeAndFlush(Http2SessionWrite.response(request.stream(), status(204)));
                    throw new IllegalStateException("above");
                }
            });
            pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/")));

            assertThat(pair.clientEvents.statuses()).containsExactly("204");
            assertThat(pair.server.isOpen()).isTrue();
        }
    }

    @Test
    @SuppressWarnings("deprecation") // 4.2 discourages what 4.1 has no other way to do
    void aForeignExecutorIsRefused() {
        DefaultEventExecutor executor = new DefaultEventExecutor();
        try {
            EmbeddedChannel channel = new EmbeddedChannel();
            channel.pipeline().addLast(executor, Http2SessionHandler.forServer().build());
            // The handler is added by the other executor.
            executor.submit(() -> {}).syncUninterruptibly();
            channel.runPendingTasks();
            assertThatThrownBy(channel::checkException).hasRootCauseInstanceOf(IllegalStateException.class);
            channel.finishAndReleaseAll();
        } finally {
            executor.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    @Test
    void aHandlerAddedToAnActiveChannelBeginsInTheNextTurn() {
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.pipeline().addLast(Http2SessionHandler.forClient().build());
        channel.runPendingTasks();

        ByteBuf preface = channel.readOutbound();
        assertThat(preface.toString(0, 3, java.nio.charset.StandardCharsets.US_ASCII))
                .isEqualTo("PRI");
        preface.release();
        channel.unsafe().close(channel.voidPromise());
        channel.runPendingTasks();
    }

    @Test
    void aHandlerThatIsRemovedReleasesWhatItHeld() {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            pair.client.shut();
            ByteBuf content = text("x".repeat(100_000));
            ChannelFuture waiting =
                    pair.client.writeAndFlush(Http2SessionWrite.request(new Http2StreamHandle(), post("/"), content));
            pair.client.pipeline().remove(pair.clientHandler);

            assertThat(waiting.cause()).isNotNull();
            pair.client.open();
            pair.client.releaseOutbound();
            assertThat(content.refCnt()).isZero();
        }
    }

    @Test
    void aChannelThatCannotBeHalfClosedIsClosedWhenThePeerHasBeenSilentForASecond() {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            pair.server.writeInbound(Unpooled.wrappedBuffer(new byte[] {0, 0, 4, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0}));
            for (int i = 0; i < 3; i++) {
                pass(pair.server, 900);
                pair.server.writeInbound(Unpooled.wrappedBuffer(new byte[10]));
            }
            assertThat(pair.server.isOpen()).isTrue();
            pass(pair.server, 1000);
            assertThat(pair.server.isOpen()).isFalse();
        }
    }

    private static void pass(EmbeddedChannel channel, long millis) {
        channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
    }

    @Test
    void aChannelThatWasToBeClosedIsClosedThoughTheHandlerIsRemoved() {
        try (SessionPair pair = new SessionPair()) {
            pair.request(Http2SessionWrite.requestHead(new Http2StreamHandle(), post("/")));
            ChannelFuture closed = close(pair.server);
            assertThat(closed.isDone()).isFalse();
            pair.server.pipeline().remove(pair.serverHandler);
            assertThat(closed.isSuccess()).isTrue();
            assertThat(pair.server.runScheduledPendingTasks()).isEqualTo(-1);
        }
    }

    @Test
    void aHandlerThatIsRemovedLeavesTheChannelOpenAndReadable() {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            pair.server.pipeline().remove(pair.serverHandler);
            assertThat(pair.server.isOpen()).isTrue();
            assertThat(pair.server.config().isAutoRead()).isTrue();
            assertThat(pair.serverEvents
                            .one(Http2SessionEvent.SessionEnded.class)
                            .result())
                    .isEqualTo(Http2SessionResult.EOF);
            assertThat(pair.server.runScheduledPendingTasks()).isEqualTo(-1);
        }
    }

    @Test
    void anExchangeThatIsHeldCountsUntilAnyThreadReleasesIt() throws InterruptedException {
        List<Runnable> holds = new ArrayList<>();
        try (SessionPair pair = new SessionPair(
                builder -> builder,
                builder -> builder.options(
                        Http2SessionOptions.builder().maxRunningExchanges(1).build()))) {
            pair.serverEvents.on((ctx, event) -> {
                if (event instanceof Http2SessionEvent.Headers request) {
                    holds.add(request.stream().holdExchange());
                }
            });
            for (int i = 0; i < 2; i++) {
                Http2StreamHandle stream = new Http2StreamHandle();
                pair.request(Http2SessionWrite.request(stream, get("/")));
                pair.request(Http2SessionWrite.reset(stream, ErrorCode.CANCEL));
            }
            assertThat(holds).hasSize(1);

            Thread other = new Thread(holds.get(0));
            other.start();
            other.join();
            pair.exchange();
            pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/")));
            assertThat(holds).hasSize(2);
        }
    }
}
