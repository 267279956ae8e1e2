package io.h2session.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.Http2Budget;
import io.h2session.api.Http2BudgetUse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenBucketTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long START = 77_777_777L;

    @Test
    void itBeginsFull() {
        TokenBucket bucket = new TokenBucket(5, 1, START);
        assertThat(bucket.take(5, START)).isTrue();
        assertThat(bucket.take(1, START)).isFalse();
    }

    @Test
    void takingNothingAlwaysSucceeds() {
        TokenBucket bucket = new TokenBucket(0, 0, START);
        assertThat(bucket.take(0, START)).isTrue();
        assertThat(bucket.take(1, START)).isFalse();
    }

    @Test
    void itEarnsByWholeSecondsAndLosesNoFraction() {
        TokenBucket bucket = empty(10, 2);
        assertThat(bucket.take(1, START + SECOND - 1)).isFalse();
        assertThat(bucket.take(2, START + SECOND)).isTrue();
        assertThat(bucket.take(1, START + SECOND + SECOND / 2)).isFalse();
        // Half a second was left over.
        assertThat(bucket.take(3, START + 3 * SECOND)).isTrue();
        assertThat(bucket.take(1, START + 3 * SECOND)).isTrue();
        assertThat(bucket.take(1, START + 3 * SECOND)).isFalse();
    }

    @Test
    void itNeverHoldsMoreThanTheBurst() {
        TokenBucket bucket = empty(10, 3);
        assertThat(bucket.take(11, START + 100 * SECOND)).isFalse();

        TokenBucket other = empty(10, 3);
        assertThat(other.take(10, START + 4 * SECOND)).isTrue();
        assertThat(other.take(1, START + 4 * SECOND)).isFalse();
    }

    @Test
    void withoutARateItEarnsNothing() {
        TokenBucket bucket = empty(10, 0);
        assertThat(bucket.take(1, START + 1_000_000 * SECOND)).isFalse();
    }

    @Test
    void whatIsGivenBackCountsUpToTheBurst() {
        TokenBucket bucket = empty(3, 0);
        bucket.give(1);
        assertThat(bucket.take(1, START)).isTrue();
        bucket.give(100);
        assertThat(bucket.take(4, START)).isFalse();
        bucket.give(100);
        assertThat(bucket.take(3, START)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, Long.MAX_VALUE, Long.MAX_VALUE - SECOND / 2, Long.MIN_VALUE, -1})
    void theClockMayBeginAnywhereAndWrap(long start) {
        TokenBucket bucket = new TokenBucket(5, 1, start);
        bucket.take(5, start);
        assertThat(bucket.take(1, start + SECOND / 2)).isFalse();
        assertThat(bucket.take(1, start + SECOND)).isTrue();
        assertThat(bucket.take(1, start + SECOND)).isFalse();
    }

    // A monotonic clock may begin anywhere, and pass its largest value.
    @SuppressWarnings("ConstantOverflow")
    @Test
    void aJumpFarAheadFillsItAndOverflowsNothing() {
        TokenBucket bucket = new TokenBucket(Integer.MAX_VALUE, Integer.MAX_VALUE, START);
        bucket.take(Integer.MAX_VALUE, START);
        long later = START;
        later += Long.MAX_VALUE;
        assertThat(bucket.take(Integer.MAX_VALUE, later)).isTrue();
        assertThat(bucket.take(1, later)).isFalse();
    }

    @Test
    void aClockThatGoesBackEarnsNothing() {
        TokenBucket bucket = empty(5, 1);
        assertThat(bucket.take(1, START - 10 * SECOND)).isFalse();
        assertThat(bucket.take(1, START)).isFalse();
        assertThat(bucket.take(1, START + SECOND)).isTrue();
        assertThat(bucket.take(1, START + SECOND)).isFalse();
    }

    @Test
    void inTheLongRunItAllowsTheRateAndNoMore() {
        TokenBucket bucket = empty(100, 7);
        int taken = 0;
        for (long now = START; now <= START + 60 * SECOND; now += SECOND / 50) {
            taken += bucket.take(1, now) ? 1 : 0;
        }
        assertThat(taken).isEqualTo(60 * 7 - 6);
    }

    @Test
    void itTellsWhatIsUsedAndChangesNothing() {
        TokenBucket bucket = new TokenBucket(10, 2, START);
        assertThat(bucket.take(7, START)).isTrue();

        assertThat(bucket.use(Http2Budget.ABUSE, START)).isEqualTo(new Http2BudgetUse(Http2Budget.ABUSE, 7, 10, 2));
        assertThat(bucket.use(Http2Budget.ABUSE, START + SECOND).used()).isEqualTo(5);
        assertThat(bucket.use(Http2Budget.ABUSE, START + 100 * SECOND).used()).isZero();
        assertThat(bucket.use(Http2Budget.ABUSE, START - SECOND).used()).isEqualTo(7);
        assertThat(bucket.take(4, START)).isFalse();
    }

    private static TokenBucket empty(long burst, long perSecond) {
        TokenBucket bucket = new TokenBucket(burst, perSecond, START);
        assertThat(bucket.take(burst, START)).isTrue();
        return bucket;
    }
}
