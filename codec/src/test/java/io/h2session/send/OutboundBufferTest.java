package io.h2session.send;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.h2session.api.ByteSink;
import io.h2session.connection.CallbackFailure;
import io.h2session.connection.Metrics;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutboundBufferTest {
    private static final int LARGE = 64 * 1024;

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
    private final OutboundBuffer out = new OutboundBuffer(allocator, new Metrics(null, null, null));
    private final Sink sink = new Sink();

    @AfterEach
    void everyBufferIsReleased() {
        assertThat(allocator.metric().usedDirectMemory() + allocator.metric().usedHeapMemory())
                .isZero();
    }

    @Test
    void smallFramesLeaveInOneBuffer() {
        out.begin(sink);
        frame("one ");
        frame("two ");
        frame("three");
        assertThat(sink.buffers).isEmpty();
        out.finish();
        assertThat(sink.buffers).containsExactly("one two three");
    }

    @Test
    void ofNothingNothingIsMade() {
        out.begin(sink);
        out.finish();
        out.begin(sink);
        out.gather();
        out.finish();
        assertThat(sink.buffers).isEmpty();
    }

    @Test
    void whatPassesThroughStaysBetweenWhatWasGathered() {
        out.begin(sink);
        frame("before ");
        write("header ");
        out.passThrough(buffer("body "));
        out.passThrough(buffer("more "));
        write("padding ");
        out.frameComplete();
        assertThat(sink.buffers).containsExactly("before header ", "body ", "more ");
        frame("after");
        out.finish();
        assertThat(sink.buffers).containsExactly("before header ", "body ", "more ", "padding after");
    }

    @Test
    void muchThatWasGatheredDoesNotWait() {
        out.begin(sink);
        frame("x".repeat(LARGE - 1));
        assertThat(sink.buffers).isEmpty();
        frame("y");
        assertThat(sink.buffers).hasSize(1);
        out.finish();
        assertThat(sink.all()).hasSize(LARGE);
    }

    @Test
    void gatheredBytesTakeRoomBeforeTheyAreHandedOver() {
        sink.room = 10;
        out.begin(sink);
        assertThat(out.hasRoom()).isTrue();
        frame("123456789");
        assertThat(out.hasRoom()).isTrue();
        frame("0");
        assertThat(out.hasRoom()).isFalse();
        out.finish();
        assertThat(sink.room).isZero();
        out.begin(sink);
        assertThat(out.hasRoom()).isFalse();
        out.finish();
    }

    @Test
    void theSinkIsAskedAgainWhenItHasTakenSomething() {
        sink.room = 10;
        out.begin(sink);
        out.passThrough(buffer("1234"));
        out.frameComplete();
        sink.room = 0;
        out.passThrough(buffer("5678"));
        out.frameComplete();
        assertThat(out.hasRoom()).isFalse();
        out.finish();
    }

    @Test
    void abortingReleasesAll() {
        out.begin(sink);
        frame("frame");
        write("header");
        out.passThrough(buffer("body"));
        write("padding");
        out.abort();
        assertThat(sink.buffers).isEmpty();
        out.begin(sink);
        frame("next");
        out.finish();
        assertThat(sink.buffers).containsExactly("next");
    }

    @Test
    void aFrameCutOffInTheMiddleDoesNotTakeTheOthersAlong() {
        out.begin(sink);
        frame("one ");
        frame("two");
        write("half of a header");
        out.finishWhole();
        assertThat(sink.buffers).containsExactly("one two");
    }

    @Test
    void aFrameCutOffBehindItsBodyDoesNotTakeTheOthersAlong() {
        out.begin(sink);
        frame("one");
        write("header");
        out.passThrough(buffer("body"));
        write("padding");
        out.finishWhole();
        assertThat(sink.buffers).containsExactly("one");
    }

    @Test
    void theFirstFrameCutOffLeavesNothing() {
        out.begin(sink);
        out.passThrough(buffer("body"));
        write("padding");
        out.finishWhole();
        assertThat(sink.buffers).isEmpty();
    }

    @Test
    void aFrameWrittenToItsLastByteGoesOut() {
        out.begin(sink);
        frame("one ");
        write("header ");
        out.passThrough(buffer("body "));
        write("padding");
        out.frameWritten();
        out.finishWhole();
        assertThat(sink.buffers).containsExactly("one header ", "body ", "padding");
    }

    @Test
    void aSinkThatThrowsOwnsWhatItWasGivenAndNothingElseIsLost() {
        out.begin(sink);
        write("header");
        out.passThrough(buffer("body"));
        out.passThrough(buffer("more"));
        write("padding");
        sink.failing = 2;
        CallbackFailure failure = catchThrowableOfType(CallbackFailure.class, out::frameComplete);
        assertThat(failure).hasRootCauseMessage("closed");
        out.finishWhole();
        assertThat(sink.buffers).containsExactly("header", "body");
    }

    @ParameterizedTest
    @ValueSource(longs = {81, 82, 83, 84})
    void whereverItIsCutOffWholeFramesGoOutInTheirOrder(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            StringBuilder whole = new StringBuilder();
            sink.buffers.clear();
            out.begin(sink);
            for (int i = random.nextInt(6); i > 0; i--) {
                whole.append(anyFrame(random, i));
                out.frameWritten();
                out.frameComplete();
            }
            if (random.nextBoolean()) {
                anyFrame(random, 7);
                out.finishWhole();
            } else {
                out.finish();
            }
            assertThat(sink.all()).isEqualTo(whole.toString());
        }
    }

    private String anyFrame(Random random, int number) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(4); i >= 0; i--) {
            String piece = Integer.toString(number).repeat(1 + random.nextInt(random.nextInt(20) == 0 ? LARGE : 20));
            text.append(piece);
            if (random.nextBoolean()) {
                write(piece);
            } else {
                out.passThrough(buffer(piece));
            }
        }
        return text.toString();
    }

    private void frame(String text) {
        write(text);
        out.frameComplete();
    }

    private void write(String text) {
        out.gather().writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    private ByteBuf buffer(String text) {
        return allocator.buffer(text.length()).writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Keeps what it is given, and fails at one of its buffers. */
    private static final class Sink implements ByteSink {
        private final List<String> buffers = new ArrayList<>();
        private long room = Long.MAX_VALUE;
        private int failing;

        @Override
        public long writableBytes() {
            return room;
        }

        @Override
        public void write(ByteBuf bytes) {
            room -= bytes.readableBytes();
            buffers.add(bytes.toString(StandardCharsets.US_ASCII));
            bytes.release();
            if (buffers.size() == failing) {
                throw new IllegalStateException("closed");
            }
        }

        String all() {
            return String.join("", buffers);
        }
    }
}
