package io.h2session.frame;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.h2session.testing.Frames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.AsciiString;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The frames that come by the million cost no object, whether they come whole or in pieces. */
class FrameAllocationTest {
    private static final int ROUNDS = 20_000;

    private final CountingSink sink = new CountingSink();
    private final FrameReader reader = new FrameReader(sink, FrameRules.RFC9113, FrameLimits.DEFAULT);
    private final byte[] bytes = Frames.script()
            .headers(1, false, new byte[30])
            .data(1, new byte[200], false, 7)
            .data(1, new byte[200], true)
            .windowUpdate(0, 1000)
            .windowUpdate(1, 1000)
            .ping(1)
            .settings(1, 2, 3, 4)
            .reset(1, ErrorCode.CANCEL)
            .frame(0xfe, 0, 0, new byte[10])
            .bytes();
    private final ByteBuf in = Unpooled.wrappedBuffer(bytes);

    @Test
    void readingWholeFramesAllocatesNothing() throws ConnectionError {
        assertThat(allocatedPerRound(bytes.length)).isZero();
        assertThat(sink.bytes).isEqualTo(2L * ROUNDS * (30 + 200 + 7 + 200 + 10));
    }

    @Test
    void readingPiecesOfFramesAllocatesNothing() throws ConnectionError {
        assertThat(allocatedPerRound(7)).isZero();
        assertThat(sink.bytes).isEqualTo(2L * ROUNDS * (30 + 200 + 7 + 200 + 10));
    }

    private long allocatedPerRound(int piece) throws ConnectionError {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        readRounds(piece);
        long before = threads.getCurrentThreadAllocatedBytes();
        readRounds(piece);
        // What the measuring itself and a late compilation allocate is far below one byte a round.
        return (threads.getCurrentThreadAllocatedBytes() - before) / ROUNDS;
    }

    private void readRounds(int piece) throws ConnectionError {
        for (int round = 0; round < ROUNDS; round++) {
            for (int at = 0; at < bytes.length; at += piece) {
                in.setIndex(at, Math.min(at + piece, bytes.length));
                reader.read(in);
            }
        }
    }

    /** Counts bytes and says nothing. */
    private static final class CountingSink implements FrameSink {
        private long bytes;

        @Override
        public ExtensionPayload onFrameHeader(int type, int flags, int streamId, int length) {
            return ExtensionPayload.SKIP;
        }

        @Override
        public void onDataPadding(int streamId, int bytes) {
            this.bytes += bytes;
        }

        @Override
        public void onData(int streamId, int flags, ByteBuf in, int index, int bytes) {
            this.bytes += bytes;
        }

        @Override
        public void onDataEnd(int streamId, int flags, int length, int padding) {}

        @Override
        public void onHeaders(int streamId, int flags, int length, int padding, PrioritySpec priority) {}

        @Override
        public void onPushPromise(int streamId, int flags, int length, int padding, int promisedStreamId) {}

        @Override
        public int onHeaderFragment(ByteBuf in, int index, int bytes, boolean lastOfBlock) {
            this.bytes += bytes;
            return bytes;
        }

        @Override
        public void onHeaderBlockEnd(int blockLength, int continuations) {}

        @Override
        public void onPriority(int streamId, int dependency, int weight, boolean exclusive) {}

        @Override
        public void onReset(int streamId, long errorCode) {}

        @Override
        public void onSettings(boolean ack, int count, int[] ids, long[] values) {}

        @Override
        public void onPing(boolean ack, long opaqueData) {}

        @Override
        public void onGoAway(int lastStreamId, long errorCode, byte[] debugData) {}

        @Override
        public void onWindowUpdate(int streamId, int increment) {}

        @Override
        public void onAltSvc(int streamId, AsciiString origin, AsciiString value) {}

        @Override
        public void onOrigin(int streamId, int flags, List<AsciiString> origins) {}

        @Override
        public void onPriorityUpdate(int prioritizedStreamId, AsciiString fieldValue) {}

        @Override
        public void onExtension(int type, int flags, int streamId, ByteBuf in, int index, int bytes) {}

        @Override
        public void onExtensionEnd(int type, int flags, int streamId, int length) {}

        @Override
        public void onSkipped(int bytes) {
            this.bytes += bytes;
        }
    }
}
