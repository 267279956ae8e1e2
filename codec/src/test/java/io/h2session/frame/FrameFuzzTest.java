package io.h2session.frame;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.testing.Frames;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever arrives, the reader finds frames or gives a verdict; it fails in no other way and at every split alike. */
class FrameFuzzTest {
    private static final ExtensionPayload[] WANTED = ExtensionPayload.values();
    private static final int[] LENGTHS = {0, 1, 4, 5, 6, 8, 9, 300};
    private static final int[] FEW_LENGTHS = {0, 7};

    @Test
    void everyTypeWithEveryFlagIsFoundOrRefused() {
        for (int type = 0; type < 256; type++) {
            for (int flags = 0; flags < 256; flags++) {
                for (int length : type <= FrameType.PRIORITY_UPDATE ? LENGTHS : FEW_LENGTHS) {
                    for (int streamId = 0; streamId < 2; streamId++) {
                        byte[] payload = new byte[length];
                        if (length > 0) {
                            payload[0] = (byte) flags;
                        }
                        byte[] frame = Frames.script()
                                .frame(type, flags, streamId, payload)
                                .bytes();
                        ExtensionPayload wanted = WANTED[flags % WANTED.length];
                        Findings findings = new Findings().wanting(wanted).read(frame);
                        boolean refused = findings.lines()
                                .get(findings.lines().size() - 1)
                                .startsWith("ERROR");
                        assertThat(refused || !findings.reader().inFrame()).isTrue();
                    }
                }
            }
        }
    }

    @Test
    void garbageIsReadAlikeAtEverySplit() {
        Random random = new Random(1);
        for (int run = 0; run < 3000; run++) {
            byte[] garbage = new byte[random.nextInt(200)];
            random.nextBytes(garbage);
            if (garbage.length > 2 && random.nextInt(4) > 0) {
                garbage[0] = 0;
                garbage[1] = 0;
            }
            alikeAtSplits(garbage, random, run);
        }
    }

    @Test
    void nearlyRightFramesAreReadAlikeAtEverySplit() {
        Random random = new Random(2);
        for (int run = 0; run < 6000; run++) {
            Frames script = Frames.script();
            int open = 0;
            for (int frames = 1 + random.nextInt(12); frames > 0; frames--) {
                int type = open > 0 && random.nextInt(20) > 0 ? FrameType.CONTINUATION : random.nextInt(0x12);
                int flags = random.nextInt(3) == 0 ? random.nextInt(256) : random.nextBoolean() ? 4 : 0;
                int streamId = rightStream(type, open, random);
                byte[] payload = new byte[rightLength(type, flags, random)];
                random.nextBytes(payload);
                if (payload.length > 0 && random.nextInt(4) > 0) {
                    payload[0] = (byte) random.nextInt(4);
                }
                script.frame(type, flags, streamId, payload);
                boolean block =
                        type == FrameType.HEADERS || type == FrameType.PUSH_PROMISE || type == FrameType.CONTINUATION;
                open = block && (flags & FrameFlags.END_HEADERS) == 0 ? streamId : 0;
            }
            alikeAtSplits(script.bytes(), random, run);
        }
    }

    private static int rightStream(int type, int open, Random random) {
        if (random.nextInt(30) == 0) {
            return random.nextInt();
        }
        return switch (type) {
            case FrameType.SETTINGS, FrameType.PING, FrameType.GOAWAY, FrameType.PRIORITY_UPDATE -> 0;
            case FrameType.CONTINUATION -> open;
            default -> 1 + random.nextInt(5);
        };
    }

    private static int rightLength(int type, int flags, Random random) {
        if (random.nextInt(30) == 0) {
            return random.nextInt(40);
        }
        return switch (type) {
            case FrameType.PRIORITY -> 5;
            case FrameType.RST_STREAM, FrameType.WINDOW_UPDATE -> 4;
            case FrameType.SETTINGS -> (flags & FrameFlags.ACK) == 0 ? 6 * random.nextInt(4) : 0;
            case FrameType.PING -> 8;
            case FrameType.GOAWAY -> 8 + random.nextInt(20);
            default -> random.nextInt(30) + (random.nextBoolean() ? 10 : 0);
        };
    }

    private static void alikeAtSplits(byte[] input, Random random, int run) {
        ExtensionPayload wanted = WANTED[run % WANTED.length];
        List<String> whole = new Findings().wanting(wanted).read(input).lines();
        assertThat(new Findings().wanting(wanted).readByteByByte(input).lines())
                .as("run %d", run)
                .isEqualTo(whole);
        int[] cuts =
                random.ints(random.nextInt(8), 0, input.length + 1).sorted().toArray();
        Findings paused = new Findings()
                .wanting(wanted)
                .takingAtMost(random.nextInt(4))
                .pausingAt(call -> random.nextInt(4) == 0);
        assertThat(paused.read(input, cuts).lines()).as("run %d", run).isEqualTo(whole);
    }
}
