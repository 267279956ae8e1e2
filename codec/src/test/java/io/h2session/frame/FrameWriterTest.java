package io.h2session.frame;

import static io.h2session.frame.FrameSamples.hex;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The bytes of each frame, against the layouts of the RFCs written out by hand. */
class FrameWriterTest {
    private final ByteBuf out = Unpooled.buffer();

    @Test
    void writesAFrameHeader() {
        FrameWriter.header(out, 0xabcdef, 0xfe, 0x81, 0x7fffffff);
        wrote("abcdef fe 81 7fffffff");
        FrameWriter.header(out, 1, 0, 0, 0x01020304);
        wrote("000001 00 00 01020304");
    }

    @Test
    void writesDataWithAndWithoutPadding() {
        FrameWriter.dataHeader(out, 1, true, 2, 0);
        FrameWriter.padding(out, 0);
        wrote("000002 00 01 00000001");
        FrameWriter.dataHeader(out, 3, false, 1, 1);
        out.writeByte('x');
        FrameWriter.padding(out, 1);
        wrote("000002 00 08 00000003 00 78");
        FrameWriter.dataHeader(out, 3, true, 1, 4);
        out.writeByte('x');
        FrameWriter.padding(out, 4);
        wrote("000005 00 09 00000003 03 78 000000");
    }

    @Test
    void writesTheMostPaddingThereIs() {
        FrameWriter.dataHeader(out, 1, false, 0, FrameWriter.MAX_PADDING);
        FrameWriter.padding(out, FrameWriter.MAX_PADDING);
        wrote("000100 00 08 00000001 ff" + "00".repeat(255));
    }

    @Test
    void writesHeaders() {
        byte[] block = hex(9, 0x82, 0x84, 9);
        FrameWriter.headers(out, 1, false, null, 0, block, 1, 3, 16384);
        wrote("000002 01 04 00000001 8284");
        FrameWriter.headers(out, 1, true, new PrioritySpec(3, 256, true), 3, block, 1, 3, 16384);
        wrote("00000a 01 2d 00000001 02 80000003 ff 8284 0000");
        FrameWriter.headers(out, 1, true, new PrioritySpec(3, 1, false), 0, block, 0, 0, 16384);
        wrote("000005 01 25 00000001 00000003 00");
    }

    @Test
    void cutsAHeaderBlockIntoContinuations() {
        byte[] block = hex(1, 2, 3, 4, 5, 6, 7, 8, 9);
        FrameWriter.headers(out, 1, true, null, 0, block, 0, 9, 4);
        wrote("000004 01 01 00000001 01020304", "000004 09 00 00000001 05060708", "000001 09 04 00000001 09");
        FrameWriter.headers(out, 1, false, null, 0, block, 0, 8, 4);
        wrote("000004 01 00 00000001 01020304", "000004 09 04 00000001 05060708");
        FrameWriter.headers(out, 1, false, new PrioritySpec(0, 16, false), 2, block, 0, 5, 8);
        wrote("000008 01 28 00000001 01 00000000 0f 01 00", "000004 09 04 00000001 02030405");
        FrameWriter.pushPromise(out, 1, 2, 3, block, 0, 3, 8);
        wrote("000008 05 08 00000001 02 00000002 01 0000", "000002 09 04 00000001 0203");
    }

    @Test
    void writesPushPromise() {
        FrameWriter.pushPromise(out, 1, 2, 0, hex(0x82), 0, 1, 16384);
        wrote("000005 05 04 00000001 00000002 82");
    }

    @Test
    void knowsTheSizeOfAHeaderBlockBeforehand() {
        Random random = new Random(3);
        byte[] block = new byte[200];
        for (int run = 0; run < 5000; run++) {
            int length = random.nextInt(block.length);
            int padding = random.nextInt(20);
            int max = 25 + random.nextInt(50);
            boolean prioritized = random.nextBoolean();
            PrioritySpec priority = prioritized ? new PrioritySpec(0, 1, false) : null;
            out.clear();
            FrameWriter.headers(out, 1, true, priority, padding, block, 0, length, max);
            assertThat(out.readableBytes()).isEqualTo(FrameWriter.blockSize(length, prioritized ? 5 : 0, padding, max));
            out.clear();
            FrameWriter.pushPromise(out, 1, 2, padding, block, 0, length, max);
            assertThat(out.readableBytes()).isEqualTo(FrameWriter.blockSize(length, 4, padding, max));
        }
    }

    @Test
    void writesControlFrames() {
        FrameWriter.reset(out, 5, 0xfffffffeL);
        wrote("000004 03 00 00000005 fffffffe");
        FrameWriter.settings(out, List.of(new Setting(4, 0xffffffffL), new Setting(0xfffe, 1)));
        wrote("00000c 04 00 00000000 0004 ffffffff fffe 00000001");
        FrameWriter.settings(out, List.of());
        wrote("000000 04 00 00000000");
        FrameWriter.settingsAck(out);
        wrote("000000 04 01 00000000");
        FrameWriter.ping(out, false, 0x0102030405060708L);
        wrote("000008 06 00 00000000 0102030405060708");
        FrameWriter.ping(out, true, -1);
        wrote("000008 06 01 00000000 ffffffffffffffff");
        FrameWriter.goAway(out, 0x7fffffff, 0xb, hex(0xca, 0xfe));
        wrote("00000a 07 00 00000000 7fffffff 0000000b cafe");
        FrameWriter.windowUpdate(out, 0, 0x7fffffff);
        wrote("000004 08 00 00000000 7fffffff");
    }

    @Test
    void writesExtensionFrames() {
        AsciiString part = AsciiString.of("--ab--").subSequence(2, 4, false);
        FrameWriter.altSvc(out, 0, part, AsciiString.of("c"));
        wrote("000005 0a 00 00000000 0002 6162 63");
        FrameWriter.origin(out, List.of(part, AsciiString.EMPTY_STRING, AsciiString.of("c")));
        wrote("000009 0c 00 00000000 0002 6162 0000 0001 63");
        FrameWriter.priorityUpdate(out, 7, part);
        wrote("000006 10 00 00000000 00000007 6162");
    }

    private void wrote(String... frames) {
        assertThat(ByteBufUtil.hexDump(out)).isEqualTo(String.join("", frames).replace(" ", ""));
        out.clear();
    }
}
