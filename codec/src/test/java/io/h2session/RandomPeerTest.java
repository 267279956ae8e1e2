package io.h2session;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.BodySink;
import io.h2session.api.DataResult;
import io.h2session.api.DataSource;
import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SessionOptions;
import io.h2session.api.Http2SessionResult;
import io.h2session.api.Http2SubmitException;
import io.h2session.api.ReceiveAnswer;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.Frame;
import io.h2session.frame.FrameFlags;
import io.h2session.frame.FrameType;
import io.h2session.hpack.HeaderField;
import io.h2session.hpack.HeaderList;
import io.h2session.priority.Priority;
import io.h2session.testing.Frames;
import io.h2session.testing.Recorder;
import io.h2session.testing.Replay;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Peers that send anything, and applications that do anything. Whatever comes of it, it does not depend on how the input is cut;
 * what is sent is a row of whole frames of which GOAWAY, if the session ended, is the last; each stream and each body ends once.
 * {@code -Dfuzz.rounds=N} plays more of them, {@code -Dfuzz.seed=N} others.
 */
class RandomPeerTest {
    private static final int FIRST_SEED = Integer.getInteger("fuzz.seed", 0);
    private static final int SEEDS = Integer.getInteger("fuzz.rounds", 200);
    private static final HeaderList OK = HeaderList.of(":status", "200");
    private static final HeaderList GET =
            HeaderList.of(":method", "GET", ":scheme", "https", ":authority", "a", ":path", "/");

    @ParameterizedTest
    @EnumSource(Http2Role.class)
    void anythingGoes(Http2Role role) {
        int ended = 0;
        System.out.printf("%s: fuzz.seed=%d fuzz.rounds=%d%n", role, FIRST_SEED, SEEDS);
        for (int seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
            ended += play(role, seed) ? 1 : 0;
        }
        // Neither so wild that every session ends, nor so tame that none does.
        assertThat(ended).isBetween(SEEDS / 10, SEEDS * 9 / 10);
    }

    /** Answers whether the session ended. */
    private static boolean play(Http2Role role, int seed) {
        Random random = new Random(seed);
        Http2SessionOptions preset = random.nextInt(3) > 0 ? Http2SessionOptions.safe() : Http2SessionOptions.nghttp2();
        Http2SessionOptions options = preset.toBuilder()
                .automaticSettings(true)
                // Of what nghttp2 does with the input something depends on the cuts.
                .sameForAnySplit(true)
                .enablePush(true)
                .automaticWindowUpdate(random.nextBoolean())
                .trailersAfterBody(random.nextInt(4) > 0)
                .invalidFieldsMalformed(random.nextBoolean())
                .maxConcurrentStreams(1 + random.nextInt(6))
                .initialWindowSize(200 + random.nextInt(2000))
                .limits(limits -> limits.withClosedStreamHistory(random.nextBoolean() ? 4 : 1024))
                .build();
        List<Whims> players = new ArrayList<>();
        Replay replay = new Replay(role, options, () -> {
            players.add(new Whims(seed));
            return players.get(players.size() - 1);
        });
        replay.cutsInTwo(8);
        if (role == Http2Role.CLIENT) {
            replay.before(session -> {
                session.submitRequest(GET, null, null);
                session.submitRequest(GET, players.get(players.size() - 1).body(), null);
                session.submitRequest(GET, players.get(players.size() - 1).body(), null);
            });
        }
        Frames script = Frames.script();
        Peer peer = new Peer(random, role == Http2Role.SERVER);
        Frames greeting = script.fork();
        replay.before((role == Http2Role.SERVER ? greeting.preface() : greeting)
                .settings()
                .settingsAck());
        replay.before(peer.say(script.fork(), 8)).before(peer.say(script.fork(), 8));
        Replay.Outcome outcome;
        try {
            outcome = replay.play(peer.say(script.fork(), 12).bytes());
            check(role, options.followNghttp2(), outcome, players);
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(role + " with seed " + seed + ": " + e.getMessage(), e);
        }
        return outcome.terminated();
    }

    private static void check(Http2Role role, boolean nghttp2, Replay.Outcome outcome, List<Whims> players) {
        List<String> frames = outcome.frames(role);
        if (outcome.terminated()) {
            assertThat(frames).last().asString().startsWith("GOAWAY");
        }
        assertThat(outcome.trace().stream()
                        .filter(line -> line.startsWith("closed"))
                        .map(line -> line.substring(0, line.lastIndexOf(' '))))
                .doesNotHaveDuplicates();
        for (Whims player : players) {
            assertThat(player.bodies).allMatch(body -> body.closed == 1);
        }
        // Nothing else is fatal: what the application does here ends the session with NO_ERROR.
        boolean fault = !nghttp2 && outcome.terminated() && !last(frames).contains("NO_ERROR");
        assertThat(outcome.fatal()).isEqualTo(fault ? Http2SessionResult.PEER_FAULT : null);
    }

    private static String last(List<String> frames) {
        return frames.get(frames.size() - 1);
    }

    /** Sends mostly what it may, and sometimes what it may not. */
    private static final class Peer {
        private final Random random;
        private final boolean client;
        private final List<Integer> open = new ArrayList<>();
        private int next = 1;
        private int nextPromise = 2;

        Peer(Random random, boolean client) {
            this.random = random;
            this.client = client;
            if (!client) {
                open.addAll(List.of(1, 3, 5));
            }
        }

        Frames say(Frames script, int frames) {
            for (int i = 0; i < frames; i++) {
                if (random.nextInt(60) == 0) {
                    wrong(script);
                } else {
                    right(script);
                }
            }
            return script;
        }

        private void right(Frames script) {
            switch (random.nextInt(20)) {
                case 0, 1, 2, 3, 4, 5 -> headers(script);
                case 6, 7, 8, 9, 10, 11 -> data(script);
                case 12 -> reset(script);
                case 13 -> script.windowUpdate(0, 1 + random.nextInt(100));
                case 14 -> script.windowUpdate(someStream(), 1 + random.nextInt(100));
                case 15 -> script.ping(random.nextInt(100)).priority(1 + random.nextInt(9), 0, 16, false);
                case 16 -> script.settings(3 + random.nextInt(2), 20_000L * random.nextInt(3));
                case 17 -> script.frame(0xbb, random.nextInt(256), random.nextInt(9), new byte[random.nextInt(9)]);
                case 18 -> {
                    if (client) {
                        script.priorityUpdate(someStream(), "u=" + random.nextInt(9) + ", i");
                    } else if (!open.isEmpty()) {
                        script.pushPromise(someStream(), nextPromise, Fault.hex(Fault.GET_BLOCK));
                        open.add(nextPromise);
                        nextPromise += 2;
                    }
                }
                default -> {
                    if (random.nextInt(4) == 0) {
                        script.goAway(client ? 100 : 101, ErrorCode.NO_ERROR, "");
                    }
                }
            }
        }

        private void wrong(Frames script) {
            int id = 1 + random.nextInt(9);
            switch (random.nextInt(6)) {
                case 0 -> script.data(id, text(), true);
                case 1 -> script.headers(id, true, "a", "b");
                case 2 -> script.reset(id, ErrorCode.NO_ERROR);
                case 3 -> script.settings(1 + random.nextInt(10), random.nextInt() & 0xffff_ffffL);
                case 4 -> script.windowUpdate(id, random.nextInt() & Integer.MAX_VALUE);
                default -> {
                    byte[] payload = new byte[random.nextInt(12)];
                    random.nextBytes(payload);
                    script.frame(random.nextInt(10), random.nextInt(256), id, payload);
                }
            }
        }

        private void headers(Frames script) {
            boolean end = random.nextBoolean();
            boolean trailers = random.nextInt(4) == 0;
            if (client && (open.isEmpty() || !trailers)) {
                request(script, end);
                return;
            }
            if (open.isEmpty()) {
                return;
            }
            int id = someStream();
            if (trailers) {
                ended(id);
                script.headers(id, true, "a", "b" + random.nextInt(3));
            } else {
                int status = random.nextInt(6) == 0 ? 103 : 200 + random.nextInt(5);
                if (end) {
                    ended(id);
                }
                script.response(id, end, status, "c", "d" + random.nextInt(3));
            }
        }

        private void request(Frames script, boolean end) {
            int id = next;
            next += random.nextInt(4) == 0 ? 4 : 2;
            if (!end) {
                open.add(id);
            }
            switch (random.nextInt(12)) {
                case 0 -> script.headers(id, end, ":method", "GET");
                case 1 -> script.request(id, end, "/", "x", "line\nfeed");
                case 2 -> script.request(id, end, "/", "content-length", "" + random.nextInt(10));
                case 3 ->
                    script.headersBegin(id, end, Fault.hex("82 87")).continuation(id, true, Fault.hex("84 01 01 61"));
                default -> script.request(id, end, "/", "priority", "u=" + random.nextInt(8) + (end ? ", i" : ""));
            }
        }

        private void data(Frames script) {
            if (!open.isEmpty()) {
                int id = someStream();
                boolean end = random.nextInt(3) == 0;
                if (end) {
                    ended(id);
                }
                script.data(id, text(), end, random.nextInt(3) * 7);
            }
        }

        private void reset(Frames script) {
            if (!open.isEmpty()) {
                int id = someStream();
                ended(id);
                script.reset(id, ErrorCode.CANCEL);
            }
        }

        private void ended(int id) {
            open.remove((Integer) id);
        }

        private int someStream() {
            return open.isEmpty() ? Math.max(1, next - 2) : open.get(random.nextInt(open.size()));
        }

        private byte[] text() {
            return "x".repeat(random.nextInt(10) == 0 ? 90 : random.nextInt(8)).getBytes(US_ASCII);
        }
    }

    /**
     * Does anything at any time. What it does depends on the seed and on what it is told of, but for chunks of data.
     */
    private static final class Whims extends Recorder {
        private final Random random;
        private final List<Counted> bodies = new ArrayList<>();

        Whims(long seed) {
            random = new Random(~seed);
        }

        Counted body() {
            Counted body = new Counted(random.nextInt(5), random.nextInt());
            bodies.add(body);
            return body;
        }

        @Override
        public ReceiveAnswer onHeader(Http2SessionContext session, Frame frame, HeaderField field) throws Exception {
            super.onHeader(session, frame, field);
            return switch (random.nextInt(40)) {
                case 0 -> ReceiveAnswer.RESET_STREAM;
                case 1, 2, 3, 4 -> ReceiveAnswer.PAUSE;
                default -> ReceiveAnswer.CONTINUE;
            };
        }

        @Override
        public void onFrameReceived(Http2SessionContext session, Frame frame) throws Exception {
            super.onFrameReceived(session, frame);
            if (frame.type() == FrameType.DATA) {
                try {
                    session.consume(frame.streamId(), random.nextInt(10));
                } catch (Http2SubmitException automatic) {
                    line("automatic");
                }
            }
            act(session, Math.max(1, frame.streamId()));
            if (session.role().isServer() && (frame.flags() & FrameFlags.END_STREAM) != 0 && random.nextInt(4) > 0) {
                attempt(() -> session.submitResponse(frame.streamId(), OK, body()));
            }
        }

        @Override
        public void onStreamClosed(Http2SessionContext session, int streamId, long errorCode) throws Exception {
            super.onStreamClosed(session, streamId, errorCode);
            act(session, streamId);
        }

        @Override
        public void onFrameSent(Http2SessionContext session, Frame frame) throws Exception {
            super.onFrameSent(session, frame);
            if (frame.type() == FrameType.HEADERS) {
                act(session, frame.streamId());
            }
        }

        private void act(Http2SessionContext session, int id) {
            switch (random.nextInt(40)) {
                case 0 -> session.submitReset(id, ErrorCode.CANCEL.code());
                case 1 -> attempt(() -> session.submitTrailers(id, HeaderList.of("t", "u")));
                case 2 -> attempt(() -> session.submitData(id, body(), random.nextBoolean()));
                case 3 -> attempt(() -> session.submitPushPromise(id, GET, null));
                case 4 -> attempt(() -> session.submitResponse(id + 1, OK, body()));
                case 5 -> {
                    Priority priority = Priority.of(random.nextInt(8), random.nextBoolean());
                    attempt(() -> session.changePriority(id, priority, random.nextBoolean()));
                }
                case 6 -> session.resumeData(id);
                case 7 -> attempt(() -> session.submitWindowUpdate(id, random.nextInt(100) - 50));
                case 8 -> attempt(() -> session.setLocalWindowSize(id, random.nextInt(5000)));
                case 9 -> attempt(() -> session.submitRequest(GET, body(), null));
                case 10 -> attempt(() -> session.submitHeaders(id, OK, false));
                case 11 -> {
                    if (random.nextInt(20) == 0) {
                        session.terminate(ErrorCode.NO_ERROR.code());
                    }
                }
                case 12 -> session.pauseReading(id);
                case 13, 14 -> session.resumeReading(id);
                case 15 -> session.discardRequest(id);
                default -> {}
            }
        }

        private void attempt(Runnable submit) {
            int before = bodies.size();
            try {
                submit.run();
            } catch (Http2SubmitException refused) {
                line("refused " + refused.reason());
                // Not taken.
                bodies.subList(before, bodies.size()).clear();
            }
        }
    }

    /** So many reads, each with an answer of its own. */
    private static final class Counted implements DataSource {
        private final Random random;
        private int reads;
        private int closed;

        Counted(int reads, int seed) {
            this.reads = reads;
            random = new Random(seed);
        }

        @Override
        public DataResult read(int streamId, int maxLength, BodySink sink) {
            byte[] bytes = new byte[Math.min(maxLength, random.nextInt(3) * random.nextInt(900))];
            sink.write(bytes, 0, bytes.length);
            if (reads-- > 0) {
                return random.nextInt(4) == 0 ? DataResult.DEFERRED : DataResult.MORE;
            }
            return switch (random.nextInt(6)) {
                case 0 -> DataResult.FAILED;
                case 1 -> DataResult.END_WITHOUT_END_STREAM;
                default -> DataResult.END;
            };
        }

        @Override
        public void close() {
            closed++;
        }
    }
}
