package io.h2session.frame;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.testing.Frames;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every payload of up to 40 bytes with every Pad Length, as bytes by hand: RFC 9113 sections 6.1, 6.2 and 6.6. */
class FramePaddingTest {
    private static final int PAYLOADS = 40;

    @Test
    void dataMayBePaddingAloneButNotLess() {
        for (int payload = 1; payload <= PAYLOADS; payload++) {
            for (int pad = 0; pad <= 255; pad++) {
                List<String> lines = read(FrameType.DATA, FrameFlags.PADDED, payload, 0, pad);
                int data = payload - 1 - pad;
                if (data < 0) {
                    assertThat(lines).last().isEqualTo("ERROR PROTOCOL_ERROR padding_too_long");
                } else {
                    assertThat(lines).last().isEqualTo("data end 1 8 " + payload + " " + (pad + 1));
                    assertThat(bytes(lines, "data bytes 1 8 ") / 2).isEqualTo(data);
                    assertThat(paddingOf(lines)).isEqualTo(pad + 1);
                }
            }
        }
    }

    @Test
    void headersLoseTheirPaddingAndNoMore() {
        int flags = FrameFlags.PADDED | FrameFlags.END_HEADERS;
        for (int payload = 1; payload <= PAYLOADS; payload++) {
            for (int pad = 0; pad <= 255; pad++) {
                fragmentIs(read(FrameType.HEADERS, flags, payload, 0, pad), payload, payload - 1 - pad);
            }
        }
    }

    @Test
    void priorityIsNoRoomForPadding() {
        int flags = FrameFlags.PADDED | FrameFlags.PRIORITY | FrameFlags.END_HEADERS;
        for (int payload = 6; payload <= PAYLOADS; payload++) {
            for (int pad = 0; pad <= 255; pad++) {
                fragmentIs(read(FrameType.HEADERS, flags, payload, 5, pad), payload, payload - 6 - pad);
            }
        }
    }

    @Test
    void aPromisedStreamIsNoRoomForPadding() {
        int flags = FrameFlags.PADDED | FrameFlags.END_HEADERS;
        for (int payload = 5; payload <= PAYLOADS; payload++) {
            for (int pad = 0; pad <= 255; pad++) {
                fragmentIs(read(FrameType.PUSH_PROMISE, flags, payload, 4, pad), payload, payload - 5 - pad);
            }
        }
    }

    @Test
    void whatIsWrittenWithPaddingIsReadWithIt() {
        for (int length = 0; length <= PAYLOADS; length++) {
            for (int padding = 0; padding <= 256; padding++) {
                byte[] frames = Frames.script()
                        .data(1, new byte[length], false, padding)
                        .headers(1, false, null, padding, new byte[length])
                        .pushPromise(1, 2, padding, new byte[length])
                        .bytes();
                List<String> lines = new Findings().read(frames).lines();
                int flags = padding == 0 ? 0 : FrameFlags.PADDED;
                int payload = length + padding;
                String block = (" " + "00".repeat(length)).stripTrailing();
                assertThat(lines)
                        .contains("data end 1 " + flags + " " + payload + " " + padding)
                        .contains("headers 1 " + (4 | flags) + " " + payload + " " + padding)
                        .contains("promise 1 " + (4 | flags) + " " + (payload + 4) + " " + padding + " of 2")
                        .contains("block end " + payload + " 0", "block end " + (payload + 4) + " 0");
                assertThat(lines)
                        .filteredOn(("fragment" + block + " LAST")::equals)
                        .hasSize(2);
            }
        }
    }

    private static void fragmentIs(List<String> lines, int payload, int bytes) {
        if (bytes < 0) {
            assertThat(lines).last().isEqualTo("ERROR PROTOCOL_ERROR padding_too_long");
        } else {
            String text = (" " + "00".repeat(bytes)).stripTrailing();
            assertThat(lines).contains("fragment" + text + " LAST").last().isEqualTo("block end " + payload + " 0");
        }
    }

    private static List<String> read(int type, int flags, int payload, int fixed, int pad) {
        byte[] bytes = new byte[payload];
        bytes[0] = (byte) pad;
        byte[] frame = Frames.script().frame(type, flags, 1, bytes).bytes();
        List<String> lines = new Findings().read(frame).lines();
        assertThat(new Findings().read(frame, 9, 10, 10 + fixed).lines()).isEqualTo(lines);
        return lines;
    }

    private static int bytes(List<String> lines, String prefix) {
        return lines.stream()
                .filter(line -> line.startsWith(prefix))
                .mapToInt(line -> line.length() - prefix.length())
                .sum();
    }

    private static int paddingOf(List<String> lines) {
        String prefix = "data padding 1 ";
        return lines.stream()
                .filter(line -> line.startsWith(prefix))
                .mapToInt(line -> Integer.parseInt(line.substring(prefix.length())))
                .sum();
    }
}
