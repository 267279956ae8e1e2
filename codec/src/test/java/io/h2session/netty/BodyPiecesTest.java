package io.h2session.netty;

import static io.h2session.netty.Events.get;
import static io.h2session.netty.Events.post;
import static io.h2session.netty.Events.status;
import static io.h2session.netty.Events.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.frame.DataFrame;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.FrameFlags;
import io.h2session.testing.Frames;
import io.h2session.testing.GatedChannel;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Small pieces of bodies: what an application that keeps them keeps, and that one that does not keep them sees them at once. */
class BodyPiecesTest {
    private static final byte[] HELLO = "hello".getBytes(StandardCharsets.US_ASCII);

    /** What a Data event takes with its count, and a ByteBuf object, in bytes, rounded up. */
    private static final int EVENT = 64;

    private static final int BUFFER = 128;

    /** What a session may keep before the ratio counts: the events that are fired before anything is held back. */
    private static final int ALLOWANCE = BodyPieces.CONNECTION_DEBT;

    /** A server whose reads are made by hand, and what it has seen. */
    private static final class Reads implements AutoCloseable {
        final Events events = new Events();
        final Http2SessionHandler handler;
        final GatedChannel channel;
        final Frames peer = Frames.script();

        Reads(UnaryOperator<Http2SessionHandlerBuilder> settings) {
            Http2SessionHandlerBuilder builder = settings.apply(Http2SessionHandler.forServer());
            handler = builder.options(builder.settings.options.toBuilder()
                            .clock(this::time)
                            .build())
                    .build();
            channel = new GatedChannel(handler, events);
            hears(frames -> frames.preface().settings().settingsAck());
            events.all.clear();
        }

        private long time() {
            return channel == null ? 0 : channel.time();
        }

        byte[] frames(Consumer<Frames> script) {
            Frames frames = peer.fork();
            script.accept(frames);
            return frames.bytes();
        }

        void hears(Consumer<Frames> script) {
            read(frames(script));
        }

        /** A read of its own. */
        void read(byte[] bytes) {
            channel.writeInbound(Unpooled.wrappedBuffer(bytes));
            takeTurns();
        }

        /** Long reads take several turns of the loop. */
        private void takeTurns() {
            while (handler.channel.receiver.turnOver()) {
                channel.runScheduledPendingTasks();
            }
            channel.releaseOutbound();
        }

        /** Reads of their own of so many bytes, each into a buffer of that capacity. */
        void read(byte[] bytes, int segment, int capacity) {
            for (int at = 0; at < bytes.length; at += segment) {
                ByteBuf buffer = Unpooled.buffer(capacity, capacity);
                buffer.writeBytes(bytes, at, Math.min(segment, bytes.length - at));
                channel.writeInbound(buffer);
                takeTurns();
            }
        }

        List<Http2SessionEvent.Data> data() {
            return events.of(Http2SessionEvent.Data.class);
        }

        void passes(long millis) {
            channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
            channel.runScheduledPendingTasks();
        }

        @Override
        public void close() {
            events.releaseKept();
            SessionPair.end(channel);
            // What was held back is fired when the transport ends.
            events.releaseKept();
        }
    }

    /** How a body arrives. */
    enum Arrival {
        FRAMES_OF_ONE_BYTE_TOGETHER {
            @Override
            int arrive(Reads reads) {
                for (int i = 0; i < 30; i++) {
                    reads.hears(peer -> peer.times(1000, Frames.script().data(1, "x", false)));
                }
                return 30_000;
            }
        },
        FRAMES_OF_ONE_BYTE_APART {
            @Override
            int arrive(Reads reads) {
                byte[] piece = reads.frames(peer -> peer.data(1, "x", false));
                for (int i = 0; i < 20_000; i++) {
                    reads.read(piece);
                }
                return 20_000;
            }
        },
        LINES_OF_45_BYTES_APART {
            @Override
            int arrive(Reads reads) {
                for (int i = 0; i < 2000; i++) {
                    reads.hears(peer -> peer.data(1, new byte[45], false));
                }
                return 2000 * 45;
            }
        },
        LARGE_FRAMES_IN_SEGMENTS_OF_ONE_BYTE {
            @Override
            int arrive(Reads reads) {
                reads.read(reads.frames(peer -> peer.data(1, new byte[16_384], false)), 1, 2048);
                return 16_384;
            }
        },
        THE_LAST_FRAME_IN_SEGMENTS_OF_ONE_BYTE {
            @Override
            int arrive(Reads reads) {
                reads.read(reads.frames(peer -> peer.data(1, new byte[16_000], true, 256)), 1, 2048);
                return 16_000;
            }
        },
        STREAMS_BY_TURNS_TOGETHER {
            @Override
            int arrive(Reads reads) {
                for (int i = 0; i < 300; i++) {
                    reads.hears(peer -> {
                        for (int id = 1; id < 200; id += 2) {
                            peer.data(id, "x", false);
                        }
                    });
                }
                return 30_000;
            }
        },
        STREAMS_BY_TURNS_APART {
            @Override
            int arrive(Reads reads) {
                for (int i = 0; i < 20_000; i++) {
                    int id = 2 * (i % 10) + 1;
                    reads.hears(peer -> peer.data(id, "x", false));
                }
                return 20_000;
            }
        },
        OTHER_FRAMES_BETWEEN {
            @Override
            int arrive(Reads reads) {
                for (int i = 0; i < 90; i++) {
                    reads.hears(peer ->
                            peer.times(100, Frames.script().data(1, "x", false).priority(3, 0, 16, false)));
                }
                return 9000;
            }
        },
        PIECES_OF_A_KIBIBYTE_IN_BUFFERS_OF_64 {
            @Override
            int arrive(Reads reads) {
                for (int i = 0; i < 100; i++) {
                    reads.read(reads.frames(peer -> peer.data(1, new byte[1024], false)), 2000, 65_536);
                }
                return 100 * 1024;
            }
        };

        /** Answers how many bytes of data that were. */
        abstract int arrive(Reads reads);
    }

    /** The memory behind the events, each buffer counted once, and their objects. */
    private static long retained(List<Http2SessionEvent.Data> kept) {
        Set<ByteBuf> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        long retained = 0;
        for (Http2SessionEvent.Data data : kept) {
            retained += EVENT;
            for (ByteBuf next = data.content(); next != null; next = next.unwrap()) {
                if (seen.add(next)) {
                    retained += BUFFER + (next.unwrap() == null ? next.capacity() : 0);
                }
            }
        }
        return retained;
    }

    @ParameterizedTest
    @EnumSource
    void anApplicationThatKeepsAllEventsKeepsAtMostEightBytesForEachReceived(Arrival arrival) {
        List<UnaryOperator<Http2SessionHandlerBuilder>> modes = List.of(
                builder -> builder,
                builder -> builder.automaticConnectionWindow(true),
                builder -> builder.automaticWindowUpdate(true));
        for (UnaryOperator<Http2SessionHandlerBuilder> mode : modes) {
            try (Reads reads = new Reads(mode)) {
                reads.events.keepData = true;
                for (int id = 1; id < 200; id += 2) {
                    int stream = id;
                    reads.hears(peer -> peer.request(stream, false, "/"));
                }
                int received = arrival.arrive(reads);

                assertThat(retained(reads.events.keptData)).isLessThan(8L * received + ALLOWANCE);
                assertThat(reads.events.of(Http2SessionEvent.SessionError.class))
                        .isEmpty();
                assertThat(reads.handler.session().terminationReason()).isNull();
                reads.events.releaseKept();
                reads.channel.runPendingTasks();
                assertThat(reads.events.bytes).isEqualTo(received);
            }
        }
    }

    // ---- prompt applications ---------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(ints = {1, 45})
    void anApplicationThatReleasesSeesEveryLineAtTheEndOfItsRead(int length) {
        try (Reads reads = new Reads(builder -> builder)) {
            reads.events.remember = false;
            reads.hears(peer -> peer.request(1, false, "/"));
            byte[] line = reads.frames(peer -> peer.data(1, new byte[length], false));
            for (int i = 1; i <= 10_000; i++) {
                reads.read(line);
                assertThat(reads.events.bytes).isEqualTo((long) i * length);
            }
            assertThat(reads.handler.session().terminationReason()).isNull();
        }
    }

    /** As one that writes to another channel does: always a few are on their way. */
    @Test
    void anApplicationThatKeepsAFewSeesEveryLineAtTheEndOfItsRead() {
        try (Reads reads = new Reads(builder -> builder)) {
            reads.hears(peer -> peer.request(1, false, "/"));
            reads.events.keepData = true;
            byte[] line = reads.frames(peer -> peer.data(1, "x", false));
            for (int i = 1; i <= 2000; i++) {
                reads.read(line);
                assertThat(reads.events.bytes).isEqualTo(i);
                if (reads.events.keptData.size() == 10) {
                    ReferenceCountUtil.release(reads.events.keptData.remove(0));
                }
            }
        }
    }

    @Test
    void aServerThatFlushesLinesIsDownloadedFrom() {
        for (int keep : new int[] {1, 1000}) {
            try (SessionPair pair = new SessionPair()) {
                pair.exchange();
                pair.clientEvents.remember = false;
                Http2StreamHandle[] response = new Http2StreamHandle[1];
                pair.serverEvents.on((ctx, event) -> {
                    if (event instanceof Http2SessionEvent.Headers request) {
                        response[0] = request.stream();
                        ctx.writeAndFlush(Http2SessionWrite.responseHead(request.stream(), status(200)));
                    }
                });
                pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/lines")));
                pair.clientEvents.keepData = true;
                for (int i = 1; i <= 3000; i++) {
                    pair.server.writeAndFlush(Http2SessionWrite.data(response[0], text("x".repeat(45)), false));
                    pair.exchange();
                    if (pair.clientEvents.keptData.size() >= keep) {
                        pair.clientEvents.releaseKept();
                        pair.exchange();
                    }
                }
                pair.clientEvents.releaseKept();
                pair.exchange();
                assertThat(pair.clientEvents.bytes).isEqualTo(3000 * 45);
                assertThat(pair.clientEvents.of(Http2SessionEvent.SessionEnded.class))
                        .isEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void piecesOf50BytesAreUploaded(boolean late) {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            pair.serverEvents.remember = false;
            pair.serverEvents.keepData = late;
            Http2StreamHandle stream = new Http2StreamHandle();
            pair.request(Http2SessionWrite.requestHead(stream, post("/")));
            for (int i = 0; i < 10_000; i++) {
                pair.client.write(Http2SessionWrite.data(stream, text("x".repeat(50)), i == 9_999));
                if (i % 10 == 0) {
                    pair.client.flush();
                    pair.exchange();
                }
                if (pair.serverEvents.keptData.size() > 1000) {
                    pair.serverEvents.releaseKept();
                    pair.exchange();
                }
            }
            pair.client.flush();
            for (int i = 0; i < 20; i++) {
                pair.exchange();
                pair.serverEvents.releaseKept();
            }
            assertThat(pair.serverEvents.bytes).isEqualTo(500_000);
        }
    }

    @Test
    void whatIsConsumedCountsBeforeTheReadIsComplete() {
        try (Reads reads = new Reads(builder -> builder)) {
            reads.hears(peer -> peer.request(1, false, "/"));
            for (int i = 0; i < 8; i++) {
                byte[] frame = reads.frames(peer -> peer.data(1, new byte[16_384], false));
                reads.channel.pipeline().fireChannelRead(Unpooled.wrappedBuffer(frame));
            }
            assertThat(reads.events.bytes).isEqualTo(8 * 16_384);
            assertThat(reads.handler.session().effectiveReceived(1)).isZero();
            reads.channel.pipeline().fireChannelReadComplete();
        }
    }

    // ---- gathering -------------------------------------------------------------------------------------------------

    @Test
    void piecesOfOneStreamInOneReadAreOneEvent() {
        try (Reads reads = new Reads(builder -> builder)) {
            reads.hears(peer -> peer.request(1, false, "/").request(3, false, "/"));
            reads.hears(
                    peer -> peer.data(1, "one ", false).data(1, "and ", false).data(3, "another ", false));
            assertThat(reads.data()).extracting(data -> data.stream().id()).containsExactly(1, 3);
            assertThat(reads.events.body).hasToString("one and another ");
            reads.hears(peer -> peer.data(1, "the ", false).data(1, "end", true));
            assertThat(reads.data()).hasSize(3).last().matches(Http2SessionEvent.Data::endStream);
            assertThat(reads.events.body).hasToString("one and another the end");
        }
    }

    /** A server that keeps every event, with more of them than are fired at once. */
    private static Reads keeping() {
        Reads reads = new Reads(builder -> builder);
        reads.hears(peer -> peer.request(1, false, "/"));
        reads.events.keepData = true;
        for (int i = 0; i < 100; i++) {
            reads.hears(peer -> peer.data(1, "x", false));
        }
        assertThat(reads.events.bytes).isBetween(10L, 50L);
        return reads;
    }

    @Test
    void whatIsHeldBackComesWhenTheApplicationReleases() {
        try (Reads reads = keeping()) {
            reads.events.releaseKept();
            reads.channel.runPendingTasks();
            assertThat(reads.events.bytes).isEqualTo(100);
            int completes = reads.events.readCompletes;
            reads.hears(peer -> peer.data(1, "x", false));
            assertThat(reads.events.bytes).isEqualTo(101);
            assertThat(reads.events.readCompletes).isEqualTo(completes + 1);
        }
    }

    @Test
    void whatIsHeldBackComesWhenAnotherThreadReleases() throws InterruptedException {
        try (Reads reads = keeping()) {
            Thread other = new Thread(reads.events::releaseKept);
            other.start();
            other.join();
            reads.channel.runPendingTasks();
            assertThat(reads.events.bytes).isEqualTo(100);
        }
    }

    @Test
    void whatIsHeldBackComesWithTheEndOfTheStream() {
        try (Reads reads = keeping()) {
            reads.hears(peer -> peer.data(1, "", true));
            assertThat(reads.events.bytes).isEqualTo(100);
            assertThat(reads.data())
                    .filteredOn(Http2SessionEvent.Data::endStream)
                    .hasSize(1);
            assertThat(reads.data().get(reads.data().size() - 1).endStream()).isTrue();
        }
    }

    @Test
    void whatIsHeldBackComesBeforeTrailersAndTheEndOfItsStream() {
        for (Consumer<Frames> end : List.<Consumer<Frames>>of(
                peer -> peer.headers(1, true, "a", "b"), peer -> peer.reset(1, ErrorCode.CANCEL))) {
            try (Reads reads = keeping()) {
                reads.hears(end);
                assertThat(reads.events.bytes).isEqualTo(100);
                Object last = reads.events.all.get(reads.events.all.size() - 1);
                assertThat(last).isNotInstanceOf(Http2SessionEvent.Data.class);
            }
        }
    }

    @Test
    void whatIsHeldBackComesWhenTheChannelCloses() {
        try (Reads reads = keeping()) {
            SessionPair.end(reads.channel);
            assertThat(reads.events.bytes).isEqualTo(100);
            assertThat(reads.events.all).last().isInstanceOf(Http2SessionEvent.SessionEnded.class);
        }
    }

    /** It may wait for the rest of a line before it releases any. */
    @Test
    void whatIsHeldBackComesAfterAWhileAndEachTimeLater() {
        try (Reads reads = keeping()) {
            reads.passes(9);
            assertThat(reads.events.bytes).isLessThan(100);
            reads.passes(1);
            assertThat(reads.events.bytes).isEqualTo(100);
            reads.hears(peer -> peer.data(1, "y", false));
            reads.passes(19);
            assertThat(reads.events.bytes).isEqualTo(100);
            reads.passes(1);
            assertThat(reads.events.bytes).isEqualTo(101);
            for (int i = 0; i < 20; i++) {
                reads.hears(peer -> peer.data(1, "z", false));
                reads.passes(1000);
            }
            assertThat(reads.events.bytes).isEqualTo(121);
            reads.events.releaseKept();
            reads.channel.runPendingTasks();
            for (int i = 0; i < 100; i++) {
                reads.hears(peer -> peer.data(1, "x", false));
            }
            reads.passes(10);
            assertThat(reads.events.bytes).isEqualTo(221);
        }
    }

    @Test
    void nothingIsHeldBackWithoutATimeForIt() {
        try (Reads reads = new Reads(builder -> builder.holdBackTime(java.time.Duration.ZERO))) {
            reads.hears(peer -> peer.request(1, false, "/"));
            reads.events.keepData = true;
            for (int i = 1; i < 1000; i++) {
                reads.hears(peer -> peer.data(1, "x", false));
                assertThat(reads.events.bytes).isEqualTo(i);
            }
        }
    }

    /** One stream's pieces that are kept do not delay another's. */
    @Test
    void aStreamWithoutKeptPiecesIsNotHeldBackForOthers() {
        try (Reads reads = new Reads(builder -> builder)) {
            for (int id = 1; id < 100; id += 2) {
                int stream = id;
                reads.hears(peer -> peer.request(stream, false, "/"));
            }
            reads.events.keepData = true;
            for (int i = 0; i < 5000; i++) {
                int id = 2 * (i % 49) + 1;
                reads.hears(peer -> peer.data(id, "x", false));
            }
            reads.events.keepData = false;
            for (int i = 0; i < 100; i++) {
                long before = reads.events.bytes;
                reads.hears(peer -> peer.data(99, "y", false));
                assertThat(reads.events.bytes).isEqualTo(before + 1);
            }
        }
    }

    // ---- the end ---------------------------------------------------------------------------------------------------

    /** DATA(5, END) is one event with the end, and so is what is told of the frame. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 255})
    void theEndComesWithTheLastDataHoweverItWasCut(int padding) {
        Consumer<Frames> upload = peer -> peer.request(1, false, "/").data(1, HELLO, true, padding);
        int length;
        try (Reads reads = new Reads(builder -> builder)) {
            length = reads.frames(upload).length;
        }
        for (int cut = 0; cut < length; cut++) {
            for (int segment : new int[] {1, length}) {
                try (Reads reads = new Reads(builder -> builder.events(EnumSet.of(Http2EventKind.FRAME_RECEIVED)))) {
                    List<Integer> lengths = new ArrayList<>();
                    reads.events.on((ctx, event) -> {
                        if (event instanceof Http2SessionEvent.Data data) {
                            lengths.add(data.content().readableBytes());
                        }
                    });
                    byte[] bytes = reads.frames(upload);
                    reads.read(Arrays.copyOf(bytes, cut), segment, 2048);
                    reads.read(Arrays.copyOfRange(bytes, cut, length), segment, 2048);

                    assertThat(reads.events.body).hasToString("hello");
                    assertThat(lengths).doesNotContain(0).hasSizeLessThanOrEqualTo(segment == 1 ? 5 : 2);
                    List<Http2SessionEvent.Data> data = reads.data();
                    assertThat(data.get(data.size() - 1).endStream()).isTrue();
                    List<Object> all = reads.events.all;
                    Object told = all.get(all.indexOf(data.get(data.size() - 1)) + 1);
                    assertThat(told)
                            .isEqualTo(new Http2SessionEvent.FrameReceived(new DataFrame(
                                    1,
                                    FrameFlags.END_STREAM | (padding == 0 ? 0 : FrameFlags.PADDED),
                                    HELLO.length + padding,
                                    padding)));
                }
            }
        }
    }

    @Test
    void anEndWithoutDataIsAnEventWithoutContent() {
        try (Reads reads = new Reads(builder -> builder)) {
            reads.hears(peer -> peer.request(1, false, "/").data(1, HELLO, false));
            reads.hears(peer -> peer.data(1, "", true));
            assertThat(reads.data())
                    .extracting(Http2SessionEvent.Data::endStream)
                    .containsExactly(false, true);
        }
    }
}
