package io.h2session;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LeakCheckTest {
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aLostBufferIsReportedOnceWithTheLineThatUsedItLast(boolean pooled) throws InterruptedException {
        loseABuffer(pooled ? PooledByteBufAllocator.DEFAULT : UnpooledByteBufAllocator.DEFAULT);

        assertThat(collectSome()).singleElement().asString().contains("LeakCheckTest.loseABuffer");
        assertThat(LeakCheck.collect()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aReleasedBufferIsNotReported(boolean pooled) throws InterruptedException {
        ByteBufAllocator allocator = pooled ? PooledByteBufAllocator.DEFAULT : UnpooledByteBufAllocator.DEFAULT;
        allocator.directBuffer(16).writeByte(1).release();

        assertThat(LeakCheck.collect()).isEmpty();
    }

    /** The collector does not promise to find what is lost at once. */
    private static List<String> collectSome() throws InterruptedException {
        List<String> leaks = LeakCheck.collect();
        for (int attempts = 10; attempts > 0 && leaks.isEmpty(); attempts--) {
            leaks = LeakCheck.collect();
        }
        return leaks;
    }

    private static void loseABuffer(ByteBufAllocator allocator) {
        allocator.directBuffer(16).writeByte(1);
    }
}
