package io.h2session;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.BodySink;
import io.h2session.api.DataResult;
import io.h2session.api.DataSource;
import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SessionListener;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.Frame;
import io.h2session.frame.FrameFlags;
import io.h2session.frame.FrameType;
import io.h2session.hpack.HeaderList;
import io.h2session.testing.Bench;
import io.h2session.testing.Frames;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random mixes of what honest peers do, for minutes of virtual time: bodies in small padded pieces with empty DATA between them,
 * credit by any amount, cancels, PING, priorities, trailers, interim responses, SETTINGS. No connection ends, and no stream that
 * the peer did not reset itself.
 */
class HonestMixTest {
    private static final HeaderList OK = HeaderList.of(":status", "200");
    private static final HeaderList POST =
            HeaderList.of(":method", "POST", ":scheme", "https", ":authority", "example.com", ":path", "/");
    private static final byte[] NOTHING = {};
    private static final int TICK_MILLIS = 100;
    private static final int TICKS = 3 * 60 * 1000 / TICK_MILLIS;
    private static final int MAX_STREAMS = 20;

    static Stream<Arguments> mixes() {
        return Stream.of(Http2Role.values())
                .flatMap(role -> IntStream.range(0, 6).mapToObj(seed -> Arguments.of(role, seed)));
    }

    @ParameterizedTest
    @MethodSource("mixes")
    void honestPeersStay(Http2Role role, int seed) {
        try (Mix mix = new Mix(role, new Random(seed))) {
            for (int tick = 0; tick < TICKS; tick++) {
                mix.tick(tick);
                assertThat(mix.session().terminationReason()).isNull();
            }
            assertThat(mix.goAway()).isNull();
            assertThat(mix.resets()).isZero();
            assertThat(mix.messages).isGreaterThan(1_000);
            assertThat(mix.dataBytes()).isGreaterThan(1_000_000);
        }
    }

    /** Answers each request when it is complete. */
    private static Http2SessionListener answering(Random random) {
        return new Http2SessionListener() {
            @Override
            public void onFrameReceived(Http2SessionContext session, Frame frame) {
                boolean message = frame.type() == FrameType.HEADERS || frame.type() == FrameType.DATA;
                if (session.role().isServer() && message && (frame.flags() & FrameFlags.END_STREAM) != 0) {
                    session.submitResponse(frame.streamId(), OK, body(random));
                }
            }
        };
    }

    /** Up to fifty frames of up to 600 bytes. */
    private static DataSource body(Random random) {
        int frames = 1 + random.nextInt(50);
        int bytes = 1 + random.nextInt(600);
        return new DataSource() {
            private int left = frames * bytes;

            @Override
            public DataResult read(int streamId, int max, BodySink sink) {
                int length = Math.min(Math.min(max, bytes), left);
                sink.add(Unpooled.wrappedBuffer(new byte[length]));
                left -= length;
                return left == 0 ? DataResult.END : DataResult.MORE;
            }
        };
    }

    private static final class Mix extends Bench {
        private final Random random;
        /** How many pieces of the peer's messages are still to come, by stream. */
        private final Map<Integer, Integer> pieces = new TreeMap<>();
        /** What the peer has read of each stream, and not given back; on 0 of the connection. */
        private final Map<Integer, Integer> unreturned = new TreeMap<>();

        private int nextId = 1;
        private int messages;

        Mix(Http2Role role, Random random) {
            super(role, answering(random), options -> {});
            this.random = random;
            greet(3, 100, 4, 1000 + random.nextInt(100_000));
        }

        @Override
        protected void onData(int streamId, int length, boolean endStream) {
            unreturned.merge(0, length, Integer::sum);
            if (length > 0 && !(endStream && random.nextBoolean())) {
                unreturned.merge(streamId, length, Integer::sum);
            }
        }

        void tick(int tick) {
            piecewise(random.nextInt(3) == 0 ? 1 + random.nextInt(50) : Integer.MAX_VALUE);
            Frames frames = peer();
            if (tick % 10 == 0) {
                frames.ping(tick);
            }
            if (random.nextInt(200) == 0) {
                frames.settings(4, 1000 + random.nextInt(100_000));
            }
            for (int i = random.nextInt(4); i > 0 && pieces.size() < MAX_STREAMS; i--) {
                begin(frames);
            }
            for (int id : new ArrayList<>(pieces.keySet())) {
                goOn(frames, id);
            }
            giveBack(frames);
            say(frames);
            listen();
            pass(TICK_MILLIS);
        }

        private void begin(Frames frames) {
            messages++;
            int id = nextId;
            if (session().role().isServer()) {
                nextId += 2;
                if (random.nextBoolean()) {
                    frames.priorityUpdate(id, "u=" + random.nextInt(8));
                }
                boolean upload = random.nextBoolean();
                frames.request(id, !upload, "/");
                if (upload) {
                    pieces.put(id, random.nextInt(100));
                }
            } else {
                id = session().submitRequest(POST, body(random), null);
                listen();
                for (int i = random.nextInt(3); i > 0; i--) {
                    frames.response(id, false, 103);
                }
                frames.response(id, false, 200);
                pieces.put(id, random.nextInt(100));
            }
        }

        private void goOn(Frames frames, int id) {
            for (int i = random.nextInt(10); i > 0; i--) {
                int left = pieces.merge(id, -1, Integer::sum);
                if (random.nextInt(200) == 0) {
                    frames.reset(id, ErrorCode.CANCEL);
                    pieces.remove(id);
                    return;
                }
                if (left < 0) {
                    end(frames, id);
                    pieces.remove(id);
                    return;
                }
                frames.data(id, new byte[1 + random.nextInt(300)], false, random.nextInt(4) * random.nextInt(80));
                if (random.nextInt(3) == 0) {
                    frames.data(id, NOTHING, false, random.nextInt(2) * random.nextInt(80));
                }
            }
        }

        private void end(Frames frames, int id) {
            switch (random.nextInt(3)) {
                case 0 -> frames.headers(id, true, "grpc-status", "0");
                case 1 -> frames.data(id, NOTHING, true);
                default -> frames.data(id, new byte[1], true);
            }
        }

        /** Any part of what was read, in any pieces, also of streams that are over. */
        private void giveBack(Frames frames) {
            List<Integer> done = new ArrayList<>();
            int most = 1 + random.nextInt(random.nextBoolean() ? 20 : 20_000);
            for (Map.Entry<Integer, Integer> read : unreturned.entrySet()) {
                int left = read.getValue();
                for (int i = random.nextInt(100); i > 0 && left > 0; i--) {
                    int increment = Math.min(left, 1 + random.nextInt(most));
                    frames.windowUpdate(read.getKey(), increment);
                    left -= increment;
                }
                read.setValue(left);
                if (left == 0) {
                    done.add(read.getKey());
                }
            }
            done.forEach(unreturned::remove);
        }
    }
}
