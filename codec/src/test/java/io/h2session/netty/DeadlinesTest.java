package io.h2session.netty;

import static io.h2session.netty.Events.get;
import static io.h2session.netty.Events.post;
import static io.h2session.netty.Events.status;
import static io.h2session.netty.Events.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.Http2SessionOptions;
import io.h2session.api.Http2SessionResult;
import io.h2session.api.Http2Timeouts;
import io.h2session.frame.FrameType;
import io.h2session.testing.Frames;
import io.h2session.testing.GatedChannel;
import io.h2session.testing.PeerView;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What a handler's one timer does to peers that keep it waiting. */
class DeadlinesTest {

    /** A handler in a channel, and its peer, whose frames are written by hand. */
    private static final class Stranger implements AutoCloseable {
        private final Events events = new Events();
        private final Frames peer = Frames.script();
        private final PeerView view;
        private final GatedChannel channel;
        private final long[] clock = new long[1];
        private int looksAtTheClock;

        Stranger(boolean server, UnaryOperator<Http2Timeouts> timeouts) {
            Http2SessionOptions options = Http2SessionOptions.builder()
                    .timeouts(timeouts.apply(Http2Timeouts.SAFE))
                    .clock(() -> {
                        looksAtTheClock++;
                        return clock[0];
                    })
                    .build();
            Http2SessionHandlerBuilder builder =
                    server ? Http2SessionHandler.forServer() : Http2SessionHandler.forClient();
            view = server ? PeerView.ofServer() : PeerView.ofClient();
            channel = new GatedChannel(builder.options(options).build(), events);
        }

        static Stranger toServer() {
            return new Stranger(true, timeouts -> timeouts);
        }

        Stranger greets() {
            sends(frames -> frames.preface().settings().settingsAck());
            hears();
            return this;
        }

        void sends(Consumer<Frames> script) {
            Frames frames = peer.fork();
            script.accept(frames);
            channel.writeInbound(frames.buf());
        }

        /** What the peer hears after this many more seconds. */
        List<String> after(int seconds) {
            clock[0] += TimeUnit.SECONDS.toNanos(seconds);
            channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
            channel.runScheduledPendingTasks();
            return hears();
        }

        List<String> hears() {
            channel.runPendingTasks();
            ByteBuf heard = Unpooled.buffer();
            for (ByteBuf bytes = channel.readOutbound(); bytes != null; bytes = channel.readOutbound()) {
                heard.writeBytes(bytes);
                bytes.release();
            }
            return view.read(heard);
        }

        String error() {
            return events.one(Http2SessionEvent.SessionError.class).reason();
        }

        @Override
        public void close() {
            events.releaseKept();
            channel.open();
            SessionPair.end(channel);
            channel.checkException();
        }
    }

    @Test
    void aPeerThatSaysNothingIsSentAwayAndClosed() {
        try (Stranger stranger = Stranger.toServer()) {
            stranger.hears();
            assertThat(stranger.after(9)).isEmpty();
            assertThat(stranger.after(1)).containsExactly("GOAWAY 0 PROTOCOL_ERROR handshake_timeout");
            assertThat(stranger.error()).isEqualTo("handshake_timeout");
            Http2SessionEvent.SessionEnded ended = stranger.events.one(Http2SessionEvent.SessionEnded.class);
            assertThat(ended.reason()).isEqualTo("handshake_timeout");
            assertThat(ended.result()).isEqualTo(Http2SessionResult.TIMED_OUT);
            assertThat(ended.endedBy()).isEqualTo(io.h2session.api.Http2EndedBy.TIMEOUT);
            assertThat(stranger.channel.isOpen()).isTrue();
            stranger.after(5);
            assertThat(stranger.channel.isOpen()).isFalse();
        }
    }

    @Test
    void aServerThatSaysNothingIsGivenUpByItsClient() {
        try (Stranger stranger = new Stranger(false, timeouts -> timeouts)) {
            stranger.hears();
            assertThat(stranger.after(10)).containsExactly("GOAWAY 0 PROTOCOL_ERROR handshake_timeout");
        }
    }

    @Test
    void settingsThatAreNotAcknowledgedEndTheConnection() {
        try (Stranger stranger = Stranger.toServer()) {
            stranger.sends(frames -> frames.preface().settings());
            stranger.hears();
            assertThat(stranger.after(10)).containsExactly("GOAWAY 0 SETTINGS_TIMEOUT settings_timeout");
            assertThat(stranger.error()).isEqualTo("settings_timeout");
        }
    }

    @Test
    void aHeaderBlockThatDoesNotEndEndsTheConnection() {
        try (Stranger stranger = Stranger.toServer().greets()) {
            stranger.sends(frames -> frames.headersBegin(1, true, frames.block(":method", "GET")));
            assertThat(stranger.after(9)).isEmpty();
            stranger.sends(frames -> frames.header(100, FrameType.CONTINUATION, 0, 1));
            assertThat(stranger.after(1)).containsExactly("GOAWAY 1 ENHANCE_YOUR_CALM header_block_timeout");
            assertThat(stranger.error()).isEqualTo("header_block_timeout");
        }
    }

    @Test
    void aFrameThatStallsEndsTheConnection() {
        try (Stranger stranger = Stranger.toServer().greets()) {
            stranger.sends(frames -> frames.header(8, FrameType.PING, 0, 0));
            assertThat(stranger.after(19)).isEmpty();
            assertThat(stranger.after(1)).containsExactly("GOAWAY 0 PROTOCOL_ERROR frame_timeout");
            assertThat(stranger.error()).isEqualTo("frame_timeout");
        }
    }

    @Test
    void aBodyThatDoesNotComeResetsItsStream() {
        try (Stranger stranger = Stranger.toServer().greets()) {
            stranger.sends(frames -> frames.request(1, false, "/", "content-length", "5"));
            assertThat(stranger.after(30)).containsExactly("RST_STREAM 1 CANCEL");
            assertThat(stranger.error()).isEqualTo("stream_read_timeout");
            assertThat(stranger.events.of(Http2SessionEvent.StreamClosed.class)).hasSize(1);
            assertThat(stranger.channel.isOpen()).isTrue();
        }
    }

    @Test
    void aWindowThatDoesNotOpenResetsTheStreamAndReleasesWhatWaited() {
        try (Stranger stranger = Stranger.toServer()) {
            stranger.sends(frames -> frames.preface().settings(4, 10).settingsAck());
            ByteBuf content = text("x".repeat(100));
            List<ChannelFuture> written = new ArrayList<>();
            stranger.events.on((ctx, event) -> {
                if (event instanceof Http2SessionEvent.Headers request) {
                    written.add(ctx.writeAndFlush(Http2SessionWrite.response(request.stream(), status(200), content)));
                }
            });
            stranger.sends(frames -> frames.request(1, true, "/"));
            assertThat(stranger.hears()).contains("DATA 1 xxxxxxxxxx");
            assertThat(stranger.after(59)).isEmpty();
            stranger.sends(frames -> frames.windowUpdate(1, 1));
            assertThat(stranger.hears()).containsExactly("DATA 1 x");
            assertThat(stranger.after(1)).containsExactly("RST_STREAM 1 CANCEL");
            assertThat(stranger.error()).isEqualTo("stream_write_timeout");
            assertThat(written.get(0).cause()).isInstanceOf(Http2NotSentException.class);
            assertThat(content.refCnt()).isZero();
        }
    }

    @Test
    void aConnectionWindowThatDoesNotOpenEndsTheStreamsThatWaitAndThenTheConnection() {
        try (Stranger stranger = Stranger.toServer()) {
            stranger.sends(frames -> frames.preface().settings(4, 1_000_000).settingsAck());
            stranger.events.on((ctx, event) -> {
                if (event instanceof Http2SessionEvent.Headers request) {
                    ctx.writeAndFlush(
                            Http2SessionWrite.response(request.stream(), status(200), text("x".repeat(100_000))));
                }
            });
            stranger.sends(frames -> frames.request(1, true, "/"));
            stranger.hears();
            assertThat(stranger.after(60)).containsExactly("RST_STREAM 1 CANCEL");
            stranger.sends(frames -> frames.request(3, true, "/"));
            stranger.hears();
            assertThat(stranger.after(60)).containsExactly("GOAWAY 3 ENHANCE_YOUR_CALM connection_window_timeout");
        }
    }

    @Test
    void aPeerThatReadsNothingIsClosedThoughNoGoAwayReachesIt() {
        try (Stranger stranger = Stranger.toServer()) {
            stranger.sends(frames ->
                    frames.preface().settings(4, 1_000_000).settingsAck().windowUpdate(0, 1_000_000));
            stranger.channel.waterMark(1000).shut();
            stranger.events.on((ctx, event) -> {
                if (event instanceof Http2SessionEvent.Headers request) {
                    ctx.writeAndFlush(
                            Http2SessionWrite.response(request.stream(), status(200), text("x".repeat(100_000))));
                }
            });
            stranger.sends(frames -> frames.request(1, true, "/"));
            stranger.after(30);
            stranger.after(30);
            assertThat(stranger.events.of(Http2SessionEvent.SessionEnded.class)).isEmpty();
            stranger.after(30);
            assertThat(stranger.error()).isEqualTo("transport_timeout");
            assertThat(stranger.channel.isOpen()).isTrue();
            stranger.after(5);
            assertThat(stranger.channel.isOpen()).isFalse();
        }
    }

    @Test
    void aPeerThatReadsALittleKeepsItsConnection() {
        try (Stranger stranger = Stranger.toServer()) {
            stranger.sends(frames ->
                    frames.preface().settings(4, 1_000_000).settingsAck().windowUpdate(0, 1_000_000));
            stranger.channel.waterMark(10_000).shut();
            stranger.events.on((ctx, event) -> {
                if (event instanceof Http2SessionEvent.Headers request) {
                    ctx.writeAndFlush(
                            Http2SessionWrite.response(request.stream(), status(200), text("x".repeat(500_000))));
                }
            });
            stranger.sends(frames -> frames.request(1, true, "/"));
            for (int i = 0; i < 20; i++) {
                stranger.channel.letThrough();
                stranger.after(20);
            }
            assertThat(stranger.channel.isOpen()).isTrue();
            assertThat(stranger.events.of(Http2SessionEvent.SessionError.class)).isEmpty();
        }
    }

    /** The PING is written though the channel is not writable: it is to find out why. */
    @Test
    void aPeerWhoseTransportTakesNothingIsAskedWhetherItReads() {
        try (Stranger stranger = Stranger.toServer()) {
            stranger.sends(frames ->
                    frames.preface().settings(4, 1_000_000).settingsAck().windowUpdate(0, 1_000_000));
            stranger.hears();
            stranger.channel.waterMark(1000).shut();
            stranger.events.on((ctx, event) -> {
                if (event instanceof Http2SessionEvent.Headers request) {
                    ctx.writeAndFlush(
                            Http2SessionWrite.response(request.stream(), status(200), text("x".repeat(100_000))));
                }
            });
            stranger.sends(frames -> frames.request(1, true, "/"));
            assertThat(stranger.channel.isWritable()).isFalse();
            assertThat(stranger.after(30)).isEmpty();

            stranger.channel.letThrough();

            List<String> heard = stranger.hears();
            assertThat(heard).first().asString().startsWith("HEADERS 1");
            assertThat(heard).last().asString().startsWith("PING ");
        }
    }

    /** A browser, for example, reads no response before its upload has ended. */
    @Test
    void aPeerWhoseUploadIsHeldBackNeedNotReadTheResponse() {
        try (Stranger stranger = Stranger.toServer()) {
            stranger.sends(frames -> frames.preface().settings(4, 0).settingsAck());
            stranger.hears();
            stranger.events.on((ctx, event) -> {
                if (event instanceof Http2SessionEvent.Headers request) {
                    ctx.writeAndFlush(Http2SessionWrite.responseHead(request.stream(), status(200)));
                } else if (event instanceof Http2SessionEvent.Data data) {
                    data.retain();
                    ctx.writeAndFlush(Http2SessionWrite.data(
                                    data.stream(), data.content().retainedDuplicate(), false))
                            .addListener(sent -> data.release());
                }
            });
            stranger.sends(frames -> frames.request(1, false, "/echo"));
            for (int i = 0; i < 16; i++) {
                stranger.sends(frames -> frames.data(1, new byte[16_384], false));
            }
            assertThat(stranger.hears()).containsExactly("HEADERS 1 [:status: 200]");

            for (int i = 0; i < 10; i++) {
                assertThat(stranger.after(60)).isEmpty();
            }

            stranger.sends(frames -> frames.windowUpdate(1, 1_000_000).windowUpdate(0, 1_000_000));
            assertThat(stranger.hears())
                    .anyMatch(frame -> frame.startsWith("WINDOW_UPDATE 1 +"))
                    .filteredOn(frame -> frame.startsWith("DATA 1"))
                    .hasSize(16);
        }
    }

    @Test
    void anIdleConnectionEndsInGoodOrder() {
        try (Stranger stranger = Stranger.toServer().greets()) {
            for (int i = 0; i < 59; i++) {
                stranger.sends(frames -> frames.ping(1));
                assertThat(stranger.hears()).containsExactly("PING ACK 1");
                assertThat(stranger.after(1)).isEmpty();
            }
            assertThat(stranger.after(1)).containsExactly("GOAWAY 0 NO_ERROR");
            assertThat(stranger.events.one(Http2SessionEvent.SessionEnded.class).reason())
                    .isEqualTo("idle_timeout");
        }
    }

    @Test
    void aRequestAndItsAnswerInOneReadCostOneLookAtTheClock() {
        try (Stranger stranger = Stranger.toServer().greets()) {
            stranger.events.on((ctx, event) -> {
                if (event instanceof Http2SessionEvent.Headers request) {
                    ctx.writeAndFlush(Http2SessionWrite.response(request.stream(), status(200), text("hello")));
                }
            });
            stranger.looksAtTheClock = 0;
            stranger.sends(frames -> frames.request(1, true, "/"));
            assertThat(stranger.looksAtTheClock).isOne();
            assertThat(stranger.hears()).contains("DATA 1 END_STREAM hello");
        }
    }

    @Test
    void whatIsSentAfterTheReadIsSentAtItsOwnTime() {
        try (Stranger stranger = Stranger.toServer().greets()) {
            stranger.sends(frames -> frames.request(1, true, "/"));
            Http2SessionEvent.Headers request = stranger.events.one(Http2SessionEvent.Headers.class);
            stranger.after(1000);
            stranger.events.ctx.writeAndFlush(
                    Http2SessionWrite.response(request.stream(), status(200), text("at last")));
            assertThat(stranger.hears()).contains("DATA 1 END_STREAM at last");
            // The connection is idle from now on, and not from the request on.
            assertThat(stranger.after(59)).isEmpty();
            assertThat(stranger.after(1)).containsExactly("GOAWAY 1 NO_ERROR");
        }
    }

    @Test
    void aSilentPeerIsAskedForASignOfLife() {
        try (Stranger stranger = new Stranger(
                        true, timeouts -> timeouts.withIdle(Duration.ZERO).withKeepAlive(Duration.ofSeconds(30)))
                .greets()) {
            List<String> asked = stranger.after(30);
            assertThat(asked).hasSize(1).allMatch(frame -> frame.startsWith("PING "));
            stranger.sends(frames -> frames.pingAck(Long.parseLong(asked.get(0).substring(5))));
            assertThat(stranger.events.of(Http2SessionEvent.Ping.class)).isEmpty();
            assertThat(stranger.after(30)).hasSize(1);
            assertThat(stranger.after(15)).containsExactly("GOAWAY 0 PROTOCOL_ERROR keep_alive_timeout");
        }
    }

    @Test
    void anApplicationThatDoesNotReadCausesNoTimeout() {
        try (Stranger stranger = Stranger.toServer().greets()) {
            stranger.sends(frames -> frames.request(1, false, "/", "content-length", "5"));
            stranger.channel.config().setAutoRead(false);
            assertThat(stranger.after(300)).isEmpty();
            stranger.channel.config().setAutoRead(true);
            stranger.channel.runPendingTasks();
            assertThat(stranger.after(29)).isEmpty();
            assertThat(stranger.after(1)).containsExactly("RST_STREAM 1 CANCEL");
        }
    }

    @Test
    void norDoesOneThatReadsByHandAndWaits() {
        try (Stranger stranger = Stranger.toServer().greets()) {
            stranger.channel.config().setAutoRead(false);
            stranger.sends(frames -> frames.request(1, false, "/", "content-length", "5"));
            assertThat(stranger.after(300)).isEmpty();
            stranger.channel.read();
            assertThat(stranger.after(29)).isEmpty();
            assertThat(stranger.after(1)).containsExactly("RST_STREAM 1 CANCEL");
        }
    }

    @Test
    void withThePresetOfNghttp2NoTimerRuns() {
        try (SessionPair pair = new SessionPair(
                builder -> builder,
                builder -> builder.options(Http2SessionOptions.nghttp2().toBuilder()
                        .automaticSettings(true)
                        .build()))) {
            pair.exchange();
            assertThat(pair.server.runScheduledPendingTasks()).isEqualTo(-1);
        }
    }

    @Test
    void oneTimerServesAWholeConnectionAndNoneIsLeftBehind() {
        try (SessionPair pair = new SessionPair()) {
            for (int i = 0; i < 100; i++) {
                Http2StreamHandle stream = new Http2StreamHandle();
                pair.client.write(Http2SessionWrite.requestHead(stream, post("/")));
                pair.request(Http2SessionWrite.data(stream, text("x"), true));
                pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/")));
            }
            SessionPair.end(pair.server);
            assertThat(pair.server.runScheduledPendingTasks()).isEqualTo(-1);
        }
    }

    @Test
    void aRequestInTimeIsServedAndTheTimerThenWaitsAgain() {
        try (Stranger stranger = Stranger.toServer().greets()) {
            stranger.events.on((ctx, event) -> {
                if (event instanceof Http2SessionEvent.Headers request) {
                    ctx.writeAndFlush(Http2SessionWrite.response(request.stream(), status(204)));
                }
            });
            stranger.after(50);
            stranger.sends(frames -> frames.request(1, true, "/"));
            assertThat(stranger.hears()).hasSize(1);
            assertThat(stranger.after(59)).isEmpty();
            assertThat(stranger.after(1)).containsExactly("GOAWAY 1 NO_ERROR");
        }
    }

    @Test
    void dribbledDataKeepsNoStreamAlive() {
        try (Stranger stranger = Stranger.toServer().greets()) {
            stranger.sends(frames -> frames.request(1, false, "/", "content-length", "1000"));
            for (int i = 0; i < 29; i++) {
                stranger.sends(frames -> frames.header(1, FrameType.DATA, 0, 1).raw((byte) 'x'));
                assertThat(stranger.after(1)).noneMatch(frame -> frame.startsWith("RST_STREAM"));
            }
            assertThat(stranger.after(1)).contains("RST_STREAM 1 CANCEL");
        }
    }

    @Test
    void aResponseBeforeTheRequestsEndFreesItsStream() {
        try (Stranger stranger = Stranger.toServer().greets()) {
            stranger.events.on((ctx, event) -> {
                if (event instanceof Http2SessionEvent.Headers request) {
                    ctx.writeAndFlush(Http2SessionWrite.response(request.stream(), status(413)));
                }
            });
            stranger.sends(frames ->
                    frames.headers(1, false, ":method", "POST", ":scheme", "https", ":authority", "a", ":path", "/"));
            stranger.hears();
            assertThat(stranger.after(30)).containsExactly("RST_STREAM 1 NO_ERROR");
        }
    }
}
