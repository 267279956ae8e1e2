package io.h2session;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LeakCheckTest {
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aLostBufferIsReportedOnceWithTheLineThatUsedItLast(boolean pooled) throws InterruptedException {
        loseABuffer(pooled ? PooledByteBufAllocator.DEFAULT : UnpooledByteBufAllocator.DEFAULT);

        assertThat(LeakCheck.collect()).singleElement().asString().contains("LeakCheckTest.loseABuffer");
        assertThat(LeakCheck.collect()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aReleasedBufferIsNotReported(boolean pooled) throws InterruptedException {
        ByteBufAllocator allocator = pooled ? PooledByteBufAllocator.DEFAULT : UnpooledByteBufAllocator.DEFAULT;
        allocator.directBuffer(16).writeByte(1).release();

        assertThat(LeakCheck.collect()).isEmpty();
    }

    private static void loseABuffer(ByteBufAllocator allocator) {
        allocator.directBuffer(16).writeByte(1);
    }
}
