package io.h2session.netty.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** How long a pool waits after failures. */
class BackOffTest {
    private static BackOff backOff(long first, long longest, double jitter, double random) {
        PoolOptions options = PoolOptions.builder()
                .backOff(Duration.ofMillis(first))
                .maxBackOff(Duration.ofMillis(longest))
                .backOffJitter(jitter)
                .build();
        return new BackOff(options, () -> random);
    }

    private static List<Long> millis(BackOff backOff, int times) {
        return LongStream.rangeClosed(1, times)
                .map(time -> TimeUnit.NANOSECONDS.toMillis(backOff.after((int) time)))
                .boxed()
                .toList();
    }

    @Test
    void itDoublesUpToTheLongest() {
        assertThat(millis(backOff(50, 500, 0, 0.5), 6)).containsExactly(50L, 100L, 200L, 400L, 500L, 500L);
        assertThat(millis(backOff(50, 400, 0, 0.5), 5)).containsExactly(50L, 100L, 200L, 400L, 400L);
        assertThat(backOff(50, 500, 0, 0.5).after(Integer.MAX_VALUE)).isEqualTo(TimeUnit.MILLISECONDS.toNanos(500));
    }

    @Test
    void theFirstIsNeverShortenedByTheLongest() {
        assertThat(millis(backOff(50, 20, 0, 0.5), 3)).containsExactly(50L, 50L, 50L);
    }

    @Test
    void aPartIsLeftOutAtRandom() {
        assertThat(millis(backOff(100, 1000, 0.5, 0.5), 2)).containsExactly(75L, 150L);
        assertThat(millis(backOff(100, 1000, 0.5, 0), 2)).containsExactly(100L, 200L);
    }

    @Test
    void itIsNeverLessThanAMillisecond() {
        assertThat(millis(backOff(0, 0, 0, 0.5), 2)).containsExactly(1L, 1L);
        assertThat(millis(backOff(100, 1000, 1, 1), 2)).containsExactly(1L, 1L);
    }

    @Test
    void aSuccessBeginsItAnew() {
        BackOff backOff = backOff(50, 500, 0, 0.5);
        backOff.failed(0);
        backOff.failed(0);
        assertThat(backOff.until()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(100));
        backOff.reset();
        assertThat(backOff.until()).isZero();
        backOff.failed(7);
        assertThat(backOff.until()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(50) + 7);
    }
}
