package io.h2session.netty;

import static io.h2session.netty.Events.get;
import static io.h2session.netty.Events.post;
import static io.h2session.netty.Events.status;
import static io.h2session.netty.Events.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.DataResult;
import io.h2session.api.DataSource;
import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SessionListener;
import io.h2session.api.Http2SessionOptions;
import io.h2session.api.Http2SubmitException;
import io.h2session.api.SendAnswer;
import io.h2session.frame.AltSvcFrame;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.ExtensionFrame;
import io.h2session.frame.Frame;
import io.h2session.frame.OriginFrame;
import io.h2session.frame.PriorityUpdateFrame;
import io.h2session.frame.Setting;
import io.h2session.frame.SettingId;
import io.h2session.hpack.HeaderList;
import io.h2session.priority.Priority;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.util.AsciiString;
import io.netty.util.CharsetUtil;
import io.netty.util.ReferenceCountUtil;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a session can do beside messages is a write, too, and each write's promise tells when it was done. */
class ControlWriteTest {
    private static final int EXTENSION = 0x42;

    private static Http2StreamHandle requestOf(SessionPair pair) {
        return pair.serverEvents.of(Http2SessionEvent.Headers.class).get(0).stream();
    }

    private static ChannelFuture atServer(SessionPair pair, Http2SessionWrite write) {
        ChannelFuture written = pair.server.writeAndFlush(write);
        pair.exchange();
        return written;
    }

    /** A client whose body is kept at the server, unconsumed, until its windows are used up. */
    private static ChannelFuture uploadUntilBlocked(SessionPair pair, int bytes) {
        pair.serverEvents.keepData = true;
        ChannelFuture written = pair.request(Http2SessionWrite.request(
                new Http2StreamHandle(), post("/"), Unpooled.buffer().writeZero(bytes)));
        assertThat(written.isDone()).isFalse();
        return written;
    }

    // ---- windows ---------------------------------------------------------------------------------------------------

    @Test
    void newSettingsEnlargeTheWindowsOfRunningStreams() {
        try (SessionPair pair = new SessionPair()) {
            ChannelFuture written = uploadUntilBlocked(pair, 900_000);

            ChannelFuture settings = atServer(
                    pair, Http2SessionWrite.settings(List.of(new Setting(SettingId.INITIAL_WINDOW_SIZE, 1_000_000))));

            assertThat(settings.isSuccess()).isTrue();
            assertThat(written.isSuccess()).isTrue();
            assertThat(pair.serverEvents.bytes).isEqualTo(900_000);
        }
    }

    @Test
    void theWindowsOfStreamAndConnectionAreSetAtRunTime() {
        try (SessionPair pair = new SessionPair()) {
            ChannelFuture written = uploadUntilBlocked(pair, 3_000_000);

            assertThat(atServer(pair, Http2SessionWrite.localWindow(requestOf(pair), 4_000_000))
                            .isSuccess())
                    .isTrue();
            long withStream = pair.serverEvents.bytes;
            assertThat(withStream).isLessThan(3_000_000);
            assertThat(atServer(pair, Http2SessionWrite.localWindow(null, 4_000_000))
                            .isSuccess())
                    .isTrue();

            assertThat(written.isSuccess()).isTrue();
            assertThat(pair.serverEvents.bytes).isEqualTo(3_000_000).isGreaterThan(withStream);
            assertThat(pair.serverHandler.session().effectiveLocalWindow(0)).isEqualTo(4_000_000);
        }
    }

    @Test
    void aWindowCanBeMadeSmallerAtRunTime() {
        try (SessionPair pair = new SessionPair()) {
            pair.request(Http2SessionWrite.requestHead(new Http2StreamHandle(), post("/")));
            Http2StreamHandle request = requestOf(pair);

            assertThat(atServer(pair, Http2SessionWrite.localWindow(request, 1000))
                            .isSuccess())
                    .isTrue();

            assertThat(pair.serverHandler.session().effectiveLocalWindow(request.id()))
                    .isEqualTo(1000);
        }
    }

    @Test
    void windowCreditBeyondWhatWasReceivedEnlargesTheWindow() {
        try (SessionPair pair = new SessionPair()) {
            ChannelFuture written = uploadUntilBlocked(pair, 900_000);

            assertThat(atServer(pair, Http2SessionWrite.windowUpdate(requestOf(pair), 1_000_000))
                            .isSuccess())
                    .isTrue();

            assertThat(written.isSuccess()).isTrue();
        }
    }

    @Test
    void creditMayBeAnotherMatterThanTheReleaseOfTheEvent() {
        try (SessionPair pair = new SessionPair(builder -> builder, builder -> builder.releaseConsumes(false))) {
            ChannelFuture written = pair.request(Http2SessionWrite.request(
                    new Http2StreamHandle(), post("/"), Unpooled.buffer().writeZero(900_000)));
            assertThat(written.isDone()).isFalse();

            for (int turn = 0; turn < 20 && !written.isDone(); turn++) {
                int unconsumed = pair.serverHandler
                        .session()
                        .effectiveReceived(requestOf(pair).id());
                atServer(pair, Http2SessionWrite.consume(requestOf(pair), unconsumed));
            }

            assertThat(written.isSuccess()).isTrue();
            int left = pair.serverHandler.session().effectiveReceived(0);
            assertThat(left).isPositive();
            // The stream is over by now, and so is its share of the window.
            assertThat(atServer(pair, Http2SessionWrite.consume(null, left)).isSuccess())
                    .isTrue();
        }
    }

    @Test
    void withAutomaticCreditThereIsNothingToConsume() {
        try (SessionPair pair = new SessionPair(builder -> builder, builder -> builder.automaticWindowUpdate(true))) {
            pair.exchange();
            assertThat(atServer(pair, Http2SessionWrite.consume(null, 1)).cause())
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void oneStreamIsPausedAndOthersGoOn() {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            Http2StreamHandle slow = new Http2StreamHandle();
            pair.request(Http2SessionWrite.requestHead(slow, post("/slow")));
            atServer(pair, Http2SessionWrite.pauseReading(requestOf(pair), true));
            ChannelFuture waiting = pair.request(Http2SessionWrite.data(slow, text("x".repeat(900_000)), true));
            ChannelFuture other = pair.request(
                    Http2SessionWrite.request(new Http2StreamHandle(), post("/fast"), text("y".repeat(900_000))));
            assertThat(waiting.isDone()).isFalse();
            assertThat(other.isSuccess()).isTrue();

            assertThat(atServer(pair, Http2SessionWrite.pauseReading(requestOf(pair), false))
                            .isSuccess())
                    .isTrue();
            assertThat(waiting.isSuccess()).isTrue();
        }
    }

    @Test
    void theRestOfARequestCanBeDiscarded() {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            Http2StreamHandle stream = new Http2StreamHandle();
            pair.client.write(Http2SessionWrite.requestHead(stream, post("/")));
            pair.request(Http2SessionWrite.data(stream, text("enough"), false));
            assertThat(atServer(pair, Http2SessionWrite.discardRequest(requestOf(pair)))
                            .isSuccess())
                    .isTrue();
            pair.request(Http2SessionWrite.data(stream, text(" and more"), false));
            atServer(pair, Http2SessionWrite.response(requestOf(pair), status(200)));

            assertThat(pair.serverEvents.body).hasToString("enough");
            assertThat(pair.clientEvents.statuses()).containsExactly("200");
            assertThat(pair.clientEvents.one(Http2SessionEvent.Reset.class).errorCode())
                    .isZero();
        }
    }

    // ---- connection ------------------------------------------------------------------------------------------------

    @Test
    void aPingIsAnsweredByTheApplicationIfItWantsTo() {
        Http2SessionOptions manual =
                Http2SessionOptions.builder().automaticPingAck(false).build();
        try (SessionPair pair = new SessionPair(builder -> builder, builder -> builder.options(manual))) {
            pair.request(Http2SessionWrite.ping(7));
            assertThat(pair.serverEvents.one(Http2SessionEvent.Ping.class))
                    .isEqualTo(new Http2SessionEvent.Ping(false, 7));
            assertThat(pair.clientEvents.of(Http2SessionEvent.Ping.class)).isEmpty();

            assertThat(atServer(pair, Http2SessionWrite.pingAck(7)).isSuccess()).isTrue();

            assertThat(pair.clientEvents.one(Http2SessionEvent.Ping.class))
                    .isEqualTo(new Http2SessionEvent.Ping(true, 7));
        }
    }

    @Test
    void aGoAwayNamesTheLastStreamAsTold() {
        try (SessionPair pair = new SessionPair()) {
            pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/1")));
            pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/3")));

            assertThat(atServer(pair, Http2SessionWrite.shutdownNotice()).isSuccess())
                    .isTrue();
            assertThat(atServer(pair, Http2SessionWrite.goAway(3, 0, new byte[0]))
                            .isSuccess())
                    .isTrue();
            assertThat(atServer(pair, Http2SessionWrite.goAway(0, new byte[0])).isSuccess())
                    .isTrue();
            atServer(pair, Http2SessionWrite.terminate(1, ErrorCode.CANCEL.code()));

            assertThat(pair.clientEvents.of(Http2SessionEvent.GoAway.class))
                    .extracting(Http2SessionEvent.GoAway::lastStreamId)
                    .containsExactly(Integer.MAX_VALUE, 3, 3, 1);
        }
    }

    @Test
    void aTerminatedSessionIsOverAtBothEnds() {
        try (SessionPair pair = new SessionPair()) {
            pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/")));

            atServer(pair, Http2SessionWrite.terminate(ErrorCode.ENHANCE_YOUR_CALM.code()));

            assertThat(pair.clientEvents.one(Http2SessionEvent.GoAway.class).errorCode())
                    .isEqualTo(ErrorCode.ENHANCE_YOUR_CALM.code());
            pair.serverEvents.one(Http2SessionEvent.SessionEnded.class);
        }
    }

    @Test
    void streamNumbersCanBeSkipped() {
        try (SessionPair pair = new SessionPair()) {
            pair.request(Http2SessionWrite.nextStreamId(101));
            Http2StreamHandle stream = new Http2StreamHandle();
            pair.request(Http2SessionWrite.request(stream, get("/")));

            assertThat(stream.id()).isEqualTo(101);
            assertThat(pair.request(Http2SessionWrite.nextStreamId(1)).cause())
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void alternativeServicesAndOriginsReachAClientThatWantsThem() {
        Http2SessionOptions wants = Http2SessionOptions.builder()
                .receiveAltSvc(true)
                .receiveOrigin(true)
                .build();
        try (SessionPair pair = new SessionPair(builder -> builder.options(wants), builder -> builder)) {
            pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/")));
            AsciiString origin = AsciiString.of("https://example.org");
            AsciiString service = AsciiString.of("h3=\":443\"");

            assertThat(atServer(pair, Http2SessionWrite.altSvc(null, origin, service))
                            .isSuccess())
                    .isTrue();
            assertThat(atServer(pair, Http2SessionWrite.altSvc(requestOf(pair), AsciiString.EMPTY_STRING, service))
                            .isSuccess())
                    .isTrue();
            assertThat(atServer(pair, Http2SessionWrite.origin(List.of(origin))).isSuccess())
                    .isTrue();

            assertThat(pair.clientEvents.of(Http2SessionEvent.Extension.class))
                    .extracting(Http2SessionEvent.Extension::frame)
                    .containsExactly(
                            new AltSvcFrame(0, origin, service),
                            new AltSvcFrame(1, AsciiString.EMPTY_STRING, service),
                            new OriginFrame(List.of(origin)));
        }
    }

    @Test
    void aClientsPriorityUpdateReachesTheServersScheduler() {
        try (SessionPair pair = new SessionPair()) {
            Http2StreamHandle stream = new Http2StreamHandle();
            pair.request(Http2SessionWrite.request(stream, get("/")));

            ChannelFuture written = pair.request(Http2SessionWrite.priorityUpdate(stream, AsciiString.of("u=1, i")));

            assertThat(written.isSuccess()).isTrue();
            assertThat(pair.serverEvents.one(Http2SessionEvent.Extension.class).frame())
                    .isInstanceOf(PriorityUpdateFrame.class);
            assertThat(pair.serverHandler.session().priority(1)).isEqualTo(new Priority(1, true));
        }
    }

    @Test
    void aServersPriorityDecidesWhoseBodyGoesFirst() {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            pair.client.write(Http2SessionWrite.request(new Http2StreamHandle(), get("/1")));
            pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/3")));
            List<Http2StreamHandle> streams = pair.serverEvents.of(Http2SessionEvent.Headers.class).stream()
                    .map(Http2SessionEvent.Headers::stream)
                    .toList();

            pair.server.write(Http2SessionWrite.changePriority(streams.get(1), new Priority(0, false), true));
            for (Http2StreamHandle stream : streams) {
                pair.server.write(Http2SessionWrite.response(
                        stream, status(200), Unpooled.buffer().writeZero(40_000)));
            }
            pair.server.flush();
            pair.exchange();

            assertThat(pair.clientEvents.of(Http2SessionEvent.StreamClosed.class))
                    .extracting(closed -> closed.stream().id())
                    .containsExactly(3, 1);
        }
    }

    // ---- extensions ------------------------------------------------------------------------------------------------

    /** Packs and unpacks frames of the application's own type. */
    private static final class Extensions implements Http2SessionListener {
        @Override
        public SendAnswer packExtension(Http2SessionContext session, ExtensionFrame frame, ByteBuf target) {
            target.writeCharSequence((String) frame.payload(), CharsetUtil.US_ASCII);
            return SendAnswer.PROCEED;
        }

        @Override
        public Object unpackExtension(Http2SessionContext session, int type, int flags, int streamId, int length) {
            return "unpacked " + length;
        }
    }

    @Test
    void anExtensionOfTheApplicationsOwnGoesThereAndItsPiecesAreEventsIfAskedFor() {
        Http2SessionOptions options =
                Http2SessionOptions.builder().receiveExtension(EXTENSION).build();
        try (SessionPair pair = new SessionPair(
                builder -> builder.listener(Extensions::new)
                        .events(EnumSet.of(Http2EventKind.BEFORE_FRAME_SEND, Http2EventKind.FRAME_SENT)),
                builder -> builder.options(options)
                        .listener(Extensions::new)
                        .events(EnumSet.of(Http2EventKind.EXTENSION_CHUNK)))) {
            pair.exchange();
            StringBuilder pieces = new StringBuilder();
            pair.serverEvents.on((ctx, event) -> {
                if (event instanceof Http2SessionEvent.ExtensionChunk chunk) {
                    pieces.append(chunk.content().toString(CharsetUtil.US_ASCII));
                    assertThat(chunk.type()).isEqualTo(EXTENSION);
                    assertThat(chunk.flags()).isEqualTo(5);
                    assertThat(chunk.streamId()).isZero();
                }
            });

            ChannelFuture written =
                    pair.piecewise(7).request(Http2SessionWrite.extension(EXTENSION, 5, null, "payload"));

            assertThat(written.isSuccess()).isTrue();
            assertThat(pieces).hasToString("payload");
            ExtensionFrame received = (ExtensionFrame)
                    pair.serverEvents.one(Http2SessionEvent.Extension.class).frame();
            assertThat(received.payload()).isEqualTo("unpacked 7");
            Frame sent = pair.clientEvents.of(Http2SessionEvent.FrameSent.class).stream()
                    .map(Http2SessionEvent.FrameSent::frame)
                    .filter(frame -> frame.type() == EXTENSION)
                    .findFirst()
                    .orElseThrow();
            int before = pair.clientEvents.all.indexOf(new Http2SessionEvent.BeforeFrameSend(sent));
            assertThat(before).isNotNegative();
            assertThat(pair.clientEvents.all.indexOf(new Http2SessionEvent.FrameSent(sent)))
                    .isGreaterThan(before);
        }
    }

    @Test
    void anExtensionWithoutAPackerIsRefusedAndItsPayloadReleased() {
        try (SessionPair pair = new SessionPair()) {
            ByteBuf payload = text("payload");

            ChannelFuture written = pair.request(Http2SessionWrite.extension(EXTENSION, 0, null, payload));

            assertThat(written.cause())
                    .isInstanceOfSatisfying(Http2SubmitException.class, refused -> assertThat(refused.reason())
                            .isEqualTo(Http2SubmitException.Reason.INVALID_STATE));
            assertThat(payload.refCnt()).isZero();
        }
    }

    // ---- the rest of a body ----------------------------------------------------------------------------------------

    /** Gives one word for each read, and counts how often it is closed. */
    private static final class Words implements DataSource {
        final AtomicInteger closed = new AtomicInteger();
        private final java.util.ArrayDeque<String> words;

        Words(String... words) {
            this.words = new java.util.ArrayDeque<>(List.of(words));
        }

        @Override
        public DataResult read(int streamId, int maxLength, io.h2session.api.BodySink sink) {
            sink.add(text(words.remove()));
            return words.isEmpty() ? DataResult.END : DataResult.MORE;
        }

        @Override
        public void close() {
            closed.incrementAndGet();
        }
    }

    @Test
    void aSourceMayFollowPushedData() {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            Http2StreamHandle stream = new Http2StreamHandle();
            Words rest = new Words("three ", "four");
            pair.client.write(Http2SessionWrite.requestHead(stream, post("/")));
            pair.client.write(Http2SessionWrite.data(stream, text("one "), false));
            pair.request(Http2SessionWrite.data(stream, text("two "), false));

            ChannelFuture written = pair.request(Http2SessionWrite.body(stream, rest));

            assertThat(written.isSuccess()).isTrue();
            assertThat(pair.serverEvents.body).hasToString("one two three four");
            assertThat(rest.closed).hasValue(1);
            assertThat(pair.request(Http2SessionWrite.data(stream, text("late"), true))
                            .cause())
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void trailersMayFollowASource() {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            Http2StreamHandle stream = new Http2StreamHandle();
            pair.client.write(Http2SessionWrite.requestHead(stream, post("/")));
            pair.client.write(Http2SessionWrite.body(stream, new Words("body")));
            pair.request(Http2SessionWrite.trailers(stream, HeaderList.of("checksum", "1")));

            assertThat(pair.serverEvents.body).hasToString("body");
            List<Http2SessionEvent.Headers> blocks = pair.serverEvents.of(Http2SessionEvent.Headers.class);
            assertThat(blocks).hasSize(2);
            assertThat(String.valueOf(blocks.get(1).headers().value("checksum")))
                    .isEqualTo("1");
        }
    }

    @Test
    void aSourceThatHasNoPlaceIsClosed() {
        try (SessionPair pair = new SessionPair()) {
            Words homeless = new Words("body");
            assertThat(pair.request(Http2SessionWrite.body(new Http2StreamHandle(), homeless))
                            .cause())
                    .isInstanceOf(IllegalStateException.class);
            assertThat(homeless.closed).hasValue(1);

            Http2StreamHandle stream = new Http2StreamHandle();
            Words unread = new Words("never");
            pair.client.write(Http2SessionWrite.requestHead(stream, post("/")));
            ChannelFuture written = pair.client.write(Http2SessionWrite.body(stream, unread));
            pair.request(Http2SessionWrite.reset(stream, ErrorCode.CANCEL));
            assertThat(written.cause()).isInstanceOf(Http2NotSentException.class);
            assertThat(unread.closed).hasValue(1);

            Words unwritten = new Words("never");
            ReferenceCountUtil.release(Http2SessionWrite.body(stream, unwritten));
            assertThat(unwritten.closed).hasValue(1);
        }
    }

    @Test
    void aPausedSessionGoesOnWithAWrite() {
        boolean[] pause = {true};
        Http2SessionListener pausing = new Http2SessionListener() {
            @Override
            public io.h2session.api.ReceiveAnswer onDataChunk(
                    Http2SessionContext session, int streamId, int flags, ByteBuf data) {
                return pause[0] ? io.h2session.api.ReceiveAnswer.PAUSE : io.h2session.api.ReceiveAnswer.CONTINUE;
            }
        };
        try (SessionPair pair = new SessionPair(builder -> builder, builder -> builder.listener(() -> pausing))) {
            pair.exchange();
            Http2StreamHandle stream = new Http2StreamHandle();
            pair.client.write(Http2SessionWrite.requestHead(stream, post("/")));
            pair.request(Http2SessionWrite.data(stream, text("one"), false));
            pair.request(Http2SessionWrite.data(stream, text("two"), true));
            assertThat(pair.serverEvents.body).hasToString("one");

            pause[0] = false;
            assertThat(atServer(pair, Http2SessionWrite.resumeReceiving()).isSuccess())
                    .isTrue();

            assertThat(pair.serverEvents.body).hasToString("onetwo");
        }
    }
}
