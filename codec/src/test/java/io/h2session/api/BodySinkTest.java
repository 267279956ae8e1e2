package io.h2session.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BodySinkTest {
    private static final int SMALL = 100;
    private static final int LARGE = BodySink.PASS_THROUGH;

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
    private final BodySink sink = new BodySink(allocator);
    private final ByteBuf gather = ByteBufAllocator.DEFAULT.buffer();
    private final List<ByteBuf> given = new ArrayList<>();

    @AfterEach
    void everyBufferIsReleasedOnce() {
        sink.end();
        gather.release();
        assertThat(given).allMatch(buffer -> buffer.refCnt() == 0);
        assertThat(allocator.metric().usedDirectMemory() + allocator.metric().usedHeapMemory())
                .isZero();
    }

    @Test
    void smallBuffersAreCopiedAndReleasedAtOnce() {
        sink.begin(gather, 1000);
        ByteBuf first = give(SMALL, 'a');
        sink.add(first);
        sink.add(give(SMALL, 'b'));

        assertThat(first.refCnt()).isZero();
        assertThat(sink.parts()).isZero();
        assertThat(sink.length()).isEqualTo(2 * SMALL);
        assertThat(sink.remaining()).isEqualTo(1000 - 2 * SMALL);
        assertThat(gather.readableBytes()).isEqualTo(2 * SMALL);
    }

    @Test
    void largeBuffersArePassedThroughAsTheyAre() {
        sink.begin(gather, 10_000);
        ByteBuf large = give(LARGE, 'a');
        sink.add(large);

        assertThat(gather.isReadable()).isFalse();
        assertThat(sink.parts()).isOne();
        ByteBuf taken = sink.takePart(0);
        assertThat(taken).isSameAs(large);
        sink.end();
        assertThat(taken.refCnt()).as("the taker's").isOne();
        taken.release();
    }

    @Test
    void piecesOfABufferThatStaysTheSourcesAreCopiedOrSliced() {
        sink.begin(gather, 10_000);
        ByteBuf source = give(SMALL + LARGE + SMALL, 'a');
        sink.addFrom(source, SMALL);
        assertThat(gather.readableBytes()).isEqualTo(SMALL);
        assertThat(source.readableBytes()).isEqualTo(LARGE + SMALL);

        sink.addFrom(source, LARGE);
        sink.addFrom(source, 0);
        assertThat(sink.parts()).isOne();
        assertThat(sink.length()).isEqualTo(SMALL + LARGE);
        assertThat(source.readableBytes()).isEqualTo(SMALL);
        assertThat(source.refCnt()).isEqualTo(2);
        ByteBuf slice = sink.takePart(0);
        assertThat(slice.readableBytes()).isEqualTo(LARGE);
        slice.release();
        source.release();
    }

    @Test
    void piecesThatWereNotAskedForOrAreNotThereAreRefusedAndNothingIsTaken() {
        sink.begin(gather, SMALL);
        ByteBuf source = give(SMALL / 2, 'a');
        assertThatThrownBy(() -> sink.addFrom(source, SMALL + 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> sink.addFrom(source, -1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> sink.addFrom(source, SMALL)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(sink.length()).isZero();
        assertThat(gather.isReadable()).isFalse();
        assertThat(source.readableBytes()).isEqualTo(SMALL / 2);
        source.release();
    }

    @Test
    void whatFollowsALargeBufferStaysBehindIt() {
        sink.begin(gather, 10_000);
        sink.add(give(SMALL, 'a'));
        sink.add(give(LARGE, 'b'));
        sink.add(give(SMALL, 'c'));
        sink.write(new byte[] {'d', 'e', 'f'}, 1, 2);

        assertThat(gather.readableBytes()).isEqualTo(SMALL);
        assertThat(sink.parts()).isEqualTo(3);
        assertThat(sink.length()).isEqualTo(SMALL + LARGE + SMALL + 2);
        ByteBuf last = sink.takePart(2);
        assertThat(ByteBufUtil.getBytes(last)).containsExactly('e', 'f');
        last.release();
    }

    @Test
    void withNothingToGatherInEveryPieceIsKeptApart() {
        sink.begin(null, 1000);
        sink.add(give(1, 'a'));
        sink.write(new byte[] {'b'}, 0, 1);
        assertThat(sink.parts()).isEqualTo(2);
        assertThat(sink.length()).isEqualTo(2);
    }

    @Test
    void whatIsNotTakenIsReleasedAtTheEnd() {
        sink.begin(gather, 10_000);
        for (int i = 0; i < 5; i++) {
            sink.add(give(LARGE, 'a'));
        }
        sink.takePart(3).release();
        sink.end();
        assertThat(given).allMatch(buffer -> buffer.refCnt() == 0);
    }

    @Test
    void oneByteMoreThanAskedForIsRefusedAndTheBufferReleased() {
        sink.begin(gather, LARGE + 1);
        sink.add(give(1, 'a'));
        ByteBuf tooLarge = give(LARGE + 1, 'b');
        assertThatThrownBy(() -> sink.add(tooLarge))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(Integer.toString(LARGE + 1));
        assertThat(tooLarge.refCnt()).isZero();
        assertThatThrownBy(() -> sink.write(new byte[LARGE + 1], 0, LARGE + 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(sink.length()).isOne();
        sink.add(give(LARGE, 'c'));
        assertThat(sink.remaining()).isZero();
    }

    @Test
    void outsideOfAReadNothingIsTaken() {
        ByteBuf early = give(1, 'a');
        assertThatThrownBy(() -> sink.add(early)).isInstanceOf(IllegalArgumentException.class);
        assertThat(early.refCnt()).isZero();

        sink.begin(gather, 10);
        sink.end();
        ByteBuf late = give(1, 'a');
        assertThatThrownBy(() -> sink.add(late)).isInstanceOf(IllegalArgumentException.class);
        assertThat(late.refCnt()).isZero();
    }

    @Test
    void emptyBuffersAreReleasedAndLeaveNoTrace() {
        sink.begin(gather, 0);
        sink.add(give(0, 'a'));
        sink.write(new byte[0], 0, 0);
        assertThat(sink.parts()).isZero();

        sink.end();
        sink.begin(null, 0);
        sink.add(give(0, 'a'));
        sink.write(new byte[0], 0, 0);
        assertThat(sink.parts()).isZero();
        assertThat(sink.length()).isZero();
    }

    @Test
    void bytesThatAreNotThereAreRefusedAndNothingIsLost() {
        for (ByteBuf target : new ByteBuf[] {gather, null}) {
            sink.begin(target, 1000);
            assertThatThrownBy(() -> sink.write(new byte[10], 5, 6)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> sink.write(new byte[10], -1, 6)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> sink.write(new byte[10], 5, -1)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThat(sink.length()).isZero();
            sink.end();
        }
    }

    @Test
    void aLentBufferHoldsWhatWasAskedForAndIsGivenBackWithAdd() {
        sink.begin(gather, 2000);
        ByteBuf lent = sink.buffer(1500);
        assertThat(lent.isReadable()).isFalse();
        assertThat(lent.writableBytes()).isEqualTo(1500);
        assertThat(lent.isWritable(1501)).isFalse();
        lent.writeZero(1200);
        sink.add(lent);
        assertThat(sink.length()).isEqualTo(1200);
    }

    @Test
    void onlyTheReadableBytesOfABufferAreGiven() {
        sink.begin(gather, 1000);
        ByteBuf buffer = give(10, 'a');
        buffer.setIndex(4, 7);
        sink.add(buffer);
        assertThat(sink.length()).isEqualTo(3);
        assertThat(gather.readableBytes()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(longs = {61, 62, 63, 64})
    void whateverIsGivenComesOutInThatOrder(long seed) throws Exception {
        Random random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            ByteArrayOutputStream expected = new ByteArrayOutputStream();
            gather.clear();
            sink.begin(random.nextInt(5) == 0 ? null : gather, 20_000);
            for (int i = random.nextInt(8); i > 0; i--) {
                byte[] bytes = new byte[random.nextInt(random.nextBoolean() ? 50 : 2500)];
                Arrays.fill(bytes, (byte) random.nextInt());
                expected.write(bytes);
                if (random.nextBoolean()) {
                    sink.write(bytes, 0, bytes.length);
                } else {
                    sink.add(track(
                            allocator.directBuffer(Math.max(1, bytes.length)).writeBytes(bytes)));
                }
            }
            assertThat(sink.length()).isEqualTo(expected.size());
            assertThat(taken()).isEqualTo(expected.toByteArray());
            sink.end();
        }
    }

    private byte[] taken() {
        ByteBuf all = Unpooled.buffer().writeBytes(gather);
        for (int i = 0; i < sink.parts(); i++) {
            ByteBuf part = sink.takePart(i);
            all.writeBytes(part);
            part.release();
        }
        return ByteBufUtil.getBytes(all);
    }

    private ByteBuf give(int length, char fill) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) fill);
        return track(allocator.heapBuffer(Math.max(1, length)).writeBytes(bytes));
    }

    private ByteBuf track(ByteBuf buffer) {
        given.add(buffer);
        return buffer;
    }
}
