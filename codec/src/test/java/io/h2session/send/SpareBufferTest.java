package io.h2session.send;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SpareBufferTest {
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
    private final UnpooledByteBufAllocator other = new UnpooledByteBufAllocator(true);

    @AfterEach
    void nothingIsLeftWhenTheLoopHasEnded() {
        assertThat(used(allocator)).isZero();
        assertThat(used(other)).isZero();
    }

    @Test
    void whatTheTransportHasReleasedIsUsedAgain() throws Exception {
        onLoop(() -> {
            ByteBuf first = take(allocator, 256).writeZero(100);
            first.release();
            ByteBuf second = take(allocator, 100);
            assertThat(second).isSameAs(first);
            assertThat(second.isReadable()).isFalse();
            assertThat(second.writableBytes()).isGreaterThanOrEqualTo(100);
            second.release();
        });
    }

    @Test
    void whatTheTransportHoldsIsItsOwn() throws Exception {
        onLoop(() -> {
            ByteBuf held = take(allocator, 256).writeLong(1);
            ByteBuf slice = held.retainedSlice();
            held.release();
            ByteBuf next = take(allocator, 256).writeLong(2);
            assertThat(next).isNotSameAs(held);
            assertThat(slice.readLong()).isEqualTo(1);
            slice.release();
            assertThat(held.refCnt()).isZero();
            next.release();
            assertThat(take(allocator, 256)).isSameAs(next);
            next.release();
        });
    }

    @Test
    void everySessionGetsBuffersOfItsOwnAllocator() throws Exception {
        onLoop(() -> {
            take(allocator, 256).release();
            ByteBuf others = take(other, 256);
            assertThat(others.alloc()).isSameAs(other);
            assertThat(used(allocator)).isZero();
            others.release();
        });
    }

    @Test
    void aBufferThatIsTooSmallIsReplacedAndOneThatHasGrownIsNotKept() throws Exception {
        onLoop(() -> {
            take(allocator, 256).release();
            ByteBuf larger = take(allocator, 512);
            assertThat(larger.writableBytes()).isGreaterThanOrEqualTo(512);
            larger.writeZero(2 * SpareBuffer.KEPT).release();
            ByteBuf small = take(allocator, 256);
            assertThat(small).isNotSameAs(larger);
            assertThat(larger.refCnt()).isZero();
            small.release();
        });
    }

    @Test
    void whatIsLargeFromTheBeginningIsNotKept() throws Exception {
        onLoop(() -> {
            ByteBuf large = take(allocator, SpareBuffer.KEPT + 1);
            large.release();
            assertThat(large.refCnt()).isZero();
        });
    }

    @Test
    void aThreadThatIsNoLoopKeepsNone() {
        assertThat(SpareBuffer.ofThread(null)).isNull();
    }

    @Test
    void aSessionThatMovesToAnotherThreadUsesTheBufferThere() throws Exception {
        SpareBuffer[] first = new SpareBuffer[1];
        onLoop(() -> {
            first[0] = SpareBuffer.ofThread(null);
            assertThat(SpareBuffer.ofThread(first[0])).isSameAs(first[0]);
        });
        onLoop(() -> assertThat(SpareBuffer.ofThread(first[0]))
                .isSameAs(SpareBuffer.ofThread(null))
                .isNotSameAs(first[0]));
        assertThat(SpareBuffer.ofThread(first[0])).isNull();
    }

    @Test
    void afterTheEndOfTheLoopNothingIsKept() throws Exception {
        onLoop(() -> {
            SpareBuffer spare = SpareBuffer.ofThread(null);
            spare.take(allocator, 256).release();
            FastThreadLocal.removeAll();
            ByteBuf last = spare.take(allocator, 256);
            last.release();
            assertThat(last.refCnt()).isZero();
        });
    }

    private static ByteBuf take(ByteBufAllocator allocator, int size) {
        return SpareBuffer.ofThread(null).take(allocator, size);
    }

    private static long used(UnpooledByteBufAllocator allocator) {
        return allocator.metric().usedDirectMemory() + allocator.metric().usedHeapMemory();
    }

    private static void onLoop(Runnable test) throws Exception {
        FutureTask<Void> task = new FutureTask<>(test, null);
        Thread loop = new FastThreadLocalThread(task);
        loop.start();
        task.get();
        loop.join();
    }
}
