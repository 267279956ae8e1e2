package io.h2session;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.DataResult;
import io.h2session.api.DataSource;
import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionOptions;
import io.h2session.api.Http2SessionResult;
import io.h2session.api.Http2Timeouts;
import io.h2session.frame.FrameFlags;
import io.h2session.frame.FrameType;
import io.h2session.hpack.HeaderList;
import io.h2session.testing.Frames;
import io.h2session.testing.Recorder;
import io.h2session.testing.SlowTransport;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers with wide windows that read the transport slowly or not at all, at a clock that is set by hand. */
class SlowReadersTest {
    private static final HeaderList OK = HeaderList.of(":status", "200");
    private static final HeaderList POST =
            HeaderList.of(":method", "POST", ":scheme", "https", ":authority", "example.com", ":path", "/");
    private static final int KIB = 1024;
    private static final int MIB = 1024 * KIB;
    private static final long SECOND = 1_000_000_000L;

    private final Recorder recorder = new Recorder();

    /** A session and its peer, second by second. */
    private static final class Conversation implements AutoCloseable {
        private final Http2Session session;
        private final SlowTransport transport;
        private final Frames peer = Frames.script();
        private final ByteBuf unread = Unpooled.buffer();
        private final boolean answers;
        private final List<String> heard = new ArrayList<>();
        private long dataRead;
        private long credit;
        private long creditEvery = Long.MAX_VALUE;
        private boolean ended;
        private int prefaceLeft;
        private int pings;
        private long now;

        Conversation(
                Http2Role role,
                Recorder recorder,
                SlowTransport transport,
                boolean answers,
                Consumer<Http2SessionOptions.Builder> options) {
            this.transport = transport;
            this.answers = answers;
            Http2SessionOptions.Builder builder = Http2SessionOptions.builder().clock(() -> now);
            options.accept(builder);
            session = new Http2Session(role, builder.build(), recorder);
            send();
            hears(frames -> {
                if (role.isServer()) {
                    frames.preface();
                } else {
                    prefaceLeft = Frames.PREFACE.length();
                }
                frames.settings(4, 0x3fff_ffff).settingsAck().windowUpdate(0, 0x3fff_ffff);
            });
        }

        void hears(Consumer<Frames> script) {
            Frames frames = peer.fork();
            script.accept(frames);
            assertThat(session.recv(frames.buf())).isEqualTo(Http2SessionResult.OK);
        }

        void send() {
            Http2SessionResult result;
            do {
                result = session.send(transport);
            } while (transport.flush() && result == Http2SessionResult.WOULDBLOCK);
        }

        /** A second passes, in which the peer reads so much. */
        void second(int bytes) {
            now += SECOND;
            unread.discardReadBytes().writeBytes(transport.read(bytes));
            readFrames();
            transport.flush();
            send();
            session.checkDeadlines();
            send();
        }

        void seconds(int count, int bytes) {
            for (int i = 0; i < count; i++) {
                second(bytes);
            }
        }

        /** How many seconds pass until the session has ended. */
        int untilTheEnd(int bytes, int most) {
            int seconds = 0;
            while (!session.terminated() && session.terminationReason() == null && seconds < most) {
                second(bytes);
                seconds++;
            }
            return seconds;
        }

        private void readFrames() {
            int preface = Math.min(prefaceLeft, unread.readableBytes());
            prefaceLeft -= preface;
            unread.skipBytes(preface);
            while (unread.readableBytes() >= 9
                    && unread.readableBytes() >= 9 + unread.getUnsignedMedium(unread.readerIndex())) {
                int length = unread.readUnsignedMedium();
                int type = unread.readByte();
                int flags = unread.readByte();
                unread.readInt();
                ByteBuf payload = unread.readSlice(length);
                if (type == FrameType.DATA) {
                    dataRead += length;
                    ended |= (flags & FrameFlags.END_STREAM) != 0;
                    giveCredit();
                } else if (type == FrameType.PING) {
                    pings++;
                    long opaqueData = payload.readLong();
                    if (answers) {
                        hears(frames -> frames.pingAck(opaqueData));
                    }
                } else {
                    heard.add(FrameType.name(type));
                }
            }
        }

        private void giveCredit() {
            if (dataRead - credit >= creditEvery) {
                int increment = (int) (dataRead - credit);
                credit = dataRead;
                hears(frames -> frames.windowUpdate(0, increment).windowUpdate(1, increment));
            }
        }

        @Override
        public void close() {
            session.close();
            transport.release();
        }
    }

    private static DataSource body(long bytes) {
        long[] left = {bytes};
        return (id, max, sink) -> {
            int length = (int) Math.min(max, left[0]);
            sink.add(Unpooled.wrappedBuffer(new byte[length]));
            left[0] -= length;
            return left[0] == 0 ? DataResult.END : DataResult.MORE;
        };
    }

    private Conversation download(long bytes, int capacity, boolean answers, UnaryOperator<Http2Timeouts> timeouts) {
        Conversation talk = new Conversation(
                Http2Role.SERVER,
                recorder,
                new SlowTransport(capacity, true),
                answers,
                options -> options.timeouts(timeouts.apply(Http2Timeouts.SAFE)));
        talk.hears(frames -> frames.request(1, true, "/"));
        talk.session.submitResponse(1, OK, body(bytes));
        talk.send();
        return talk;
    }

    private void readsItAll(Conversation talk, long bytes, int rate) {
        int seconds = 0;
        while (!talk.ended && seconds++ < bytes / rate + 100) {
            assertThat(talk.session.terminationReason()).isNull();
            talk.second(rate);
        }
        assertThat(talk.dataRead).isEqualTo(bytes);
        assertThat(talk.heard).doesNotContain("GOAWAY", "RST_STREAM");
    }

    // ---- slow
    // --------------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({"5, 4096", "50, 4096", "5, 256", "50, 256", "5, 16", "5, 2500"})
    void tenKilobytesASecondAreEnough(int mebibytes, int kibibytesInTheSystemsBuffer) {
        try (Conversation talk =
                download((long) mebibytes * MIB, kibibytesInTheSystemsBuffer * KIB, true, safe -> safe)) {
            readsItAll(talk, (long) mebibytes * MIB, 10_000);
        }
    }

    @Test
    void whatTheTransportTakesIsASignOfLifeWithoutAnyAnswer() {
        try (Conversation talk = download(5 * MIB, 256 * KIB, false, safe -> safe)) {
            readsItAll(talk, 5 * MIB, 10_000);
        }
    }

    @Test
    void soIsWindowCredit() {
        try (Conversation talk = download(20 * MIB, 4 * MIB, false, safe -> safe)) {
            talk.creditEvery = 64 * KIB;
            readsItAll(talk, 20 * MIB, 10_000);
        }
    }

    @Test
    void fastReadersAreAskedFourTimesAMebibyte() {
        try (Conversation talk = download(5 * MIB, 4 * MIB, true, safe -> safe)) {
            readsItAll(talk, 5 * MIB, 10 * MIB);
            assertThat(talk.pings).isEqualTo(20);
        }
    }

    @Test
    void aTransportThatHidesNothingIsNotAsked() {
        Conversation talk =
                new Conversation(Http2Role.SERVER, recorder, new SlowTransport(4 * MIB, false), true, options -> {});
        try (talk) {
            talk.hears(frames -> frames.request(1, true, "/"));
            talk.session.submitResponse(1, OK, body(5 * MIB));
            talk.send();
            readsItAll(talk, 5 * MIB, 10 * MIB);
            assertThat(talk.pings).isZero();
        }
    }

    @Test
    void aPeerThatStopsForAMinuteAndGoesOnIsServed() {
        try (Conversation talk = download(5 * MIB, 256 * KIB, true, safe -> safe)) {
            talk.seconds(20, 10_000);
            talk.seconds(60, 0);
            readsItAll(talk, 5 * MIB, 100_000);
        }
    }

    @Test
    void aSlowUploadToAServerThatReadsSlowlyIsServed() {
        Conversation talk =
                new Conversation(Http2Role.CLIENT, recorder, new SlowTransport(256 * KIB, true), true, options -> {});
        try (talk) {
            talk.session.submitRequest(POST, body(5 * MIB), null);
            talk.send();
            readsItAll(talk, 5 * MIB, 10_000);
            // Some servers take PINGs among the DATA for abuse.
            assertThat(talk.pings).isZero();
        }
    }

    // ---- gone
    // --------------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(ints = {16, 256, 2500, 4096})
    void aPeerThatTakesNothingAndAnswersNothingIsGoneWithinTwiceTheTimeout(int kibibytes) {
        try (Conversation talk = download(50 * MIB, kibibytes * KIB, true, safe -> safe)) {
            assertThat(talk.untilTheEnd(0, 1000)).isBetween(90, 120);
            assertThat(talk.session.terminationReason()).isEqualTo("transport_timeout");
        }
    }

    @Test
    void soIsOneThatStopsInTheMiddle() {
        try (Conversation talk = download(50 * MIB, 256 * KIB, true, safe -> safe)) {
            talk.seconds(100, 10_000);
            assertThat(talk.untilTheEnd(0, 1000)).isBetween(60, 120);
            assertThat(talk.session.terminationReason()).isEqualTo("transport_timeout");
        }
    }

    @Test
    void answersToWhatWasNotReadCannotBeMadeUp() {
        try (Conversation talk = download(50 * MIB, 256 * KIB, false, safe -> safe)) {
            for (int i = 0; i < 120; i++) {
                talk.hears(frames -> frames.pingAck(0x683f_0000_0000_0000L).pingAck(1));
                talk.second(0);
            }
            assertThat(talk.session.terminationReason()).isEqualTo("transport_timeout");
        }
    }

    @Test
    void creditForMoreThanWasSentIsNoSignOfLife() {
        try (Conversation talk = download(50 * MIB, 4 * KIB, false, safe -> safe)) {
            for (int i = 0; i < 300; i++) {
                talk.hears(frames -> frames.windowUpdate(0, 400).windowUpdate(1, 400));
                talk.second(0);
            }
            assertThat(talk.session.terminationReason()).isEqualTo("transport_timeout");
        }
    }

    // ---- what else waits behind it
    // -------------------------------------------------------------------------------------

    /** A body that the system's buffer takes at once. */
    private static final int BODY = 4 * MIB - 100 * KIB;

    @Test
    void aPeerThatStillReadsIsNotIdle() {
        try (Conversation talk = download(BODY, 4 * MIB, true, safe -> safe)) {
            assertThat(talk.session.activeStreams()).isZero();
            readsItAll(talk, BODY, 10_000);
            // It was idle ever since the body left.
            talk.seconds(70, 10_000);
            assertThat(talk.session.terminationReason()).isEqualTo("idle_timeout");
        }
    }

    @Test
    void oneThatReadsNothingIsIdleAfterTwiceTheTimeout() {
        try (Conversation talk = download(BODY, 4 * MIB, true, safe -> safe)) {
            assertThat(talk.untilTheEnd(0, 1000)).isEqualTo(120);
            assertThat(talk.session.terminationReason()).isEqualTo("idle_timeout");
        }
    }

    @Test
    void oneThatHasReadItAllIsIdleAtOnce() {
        try (Conversation talk = download(200 * KIB, 4 * MIB, true, safe -> safe)) {
            talk.seconds(59, MIB);
            assertThat(talk.session.terminationReason()).isNull();
            talk.seconds(2, MIB);
            assertThat(talk.session.terminationReason()).isEqualTo("idle_timeout");
        }
    }

    @Test
    void settingsBehindABodyAreAcknowledgedWhenTheyAreRead() {
        try (Conversation talk = download(BODY, 4 * MIB, true, safe -> safe)) {
            talk.session.submitSettings(List.of());
            talk.send();
            talk.seconds(300, 10_000);
            assertThat(talk.session.terminationReason()).isNull();
            talk.seconds(130, 10_000);
            assertThat(talk.dataRead).isEqualTo(BODY);
            talk.seconds(40, 10_000);
            assertThat(talk.session.terminationReason()).isEqualTo("settings_timeout");
        }
    }

    @Test
    void keepAliveWaitsForAnAnswerFromBehindABody() {
        try (Conversation talk = download(BODY, 4 * MIB, true, safe -> safe.withKeepAlive(Duration.ofSeconds(20)))) {
            readsItAll(talk, BODY, 10_000);
        }
    }

    @Test
    void butNotForOneThatReadsNothing() {
        try (Conversation talk = download(BODY, 4 * MIB, true, safe -> safe.withKeepAlive(Duration.ofSeconds(20)))) {
            assertThat(talk.untilTheEnd(0, 1000)).isEqualTo(80);
            assertThat(talk.session.terminationReason()).isEqualTo("keep_alive_timeout");
        }
    }

    @Test
    void whoHasAnsweredOnceHasNothingBeforeTheNextQuestion() {
        try (Conversation talk = download(
                BODY, 4 * MIB, true, safe -> safe.withIdle(Duration.ZERO).withKeepAlive(Duration.ofSeconds(20)))) {
            readsItAll(talk, BODY, 100_000);
            talk.seconds(60, 100_000);
            assertThat(talk.session.terminationReason()).isNull();
            assertThat(talk.untilTheEnd(0, 1000)).isBetween(15, 35);
            assertThat(talk.session.terminationReason()).isEqualTo("keep_alive_timeout");
        }
    }
}
