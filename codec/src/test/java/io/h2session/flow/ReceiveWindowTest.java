package io.h2session.flow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReceiveWindowTest {
    private static final int NONE = 0;
    private static final int REFUSED = -1;

    private final ReceiveWindow window = new ReceiveWindow(100);

    @Test
    void receivesUpToTheLimitAndNotAByteMore() {
        assertThat(window.receive(60)).isTrue();
        assertThat(window.receive(41)).isFalse();
        assertState(100, 60, 40);
        assertThat(window.receive(40)).isTrue();
        assertState(100, 100, 0);
        assertThat(window.receive(0)).isTrue();
        assertThat(window.receive(1)).isFalse();
    }

    @Test
    void automaticCreditIsDueAtHalfOfTheLimitAndIsAllThatCame() {
        window.receive(49);
        assertThat(window.takeCredit(true)).isEqualTo(NONE);
        window.receive(2);
        assertThat(window.takeCredit(true)).isEqualTo(51);
        assertState(100, 0, 100);
    }

    @Test
    void halfOfAnOddLimitIsRoundedDown() {
        ReceiveWindow odd = new ReceiveWindow(7);
        odd.receive(3);
        assertThat(odd.takeCredit(true)).isEqualTo(3);

        ReceiveWindow one = new ReceiveWindow(1);
        assertThat(one.takeCredit(true)).isEqualTo(NONE);
        one.receive(1);
        assertThat(one.takeCredit(true)).isEqualTo(1);
    }

    @Test
    void nothingIsDueOfAWindowOfNothing() {
        ReceiveWindow closed = new ReceiveWindow(0);
        assertThat(closed.takeCredit(true)).isEqualTo(NONE);
        assertThat(closed.receive(1)).isFalse();
    }

    @Test
    void oneUpdateWaitsAtATime() {
        window.receive(50);
        assertThat(window.takeCredit(true)).isEqualTo(50);
        window.receive(100);
        assertThat(window.takeCredit(true)).isEqualTo(NONE);
        window.updateSent();
        assertThat(window.takeCredit(true)).isEqualTo(100);
    }

    @Test
    void manualCreditIsWhatWasConsumed() {
        window.receive(90);
        assertThat(window.takeCredit(false)).isEqualTo(NONE);
        window.consume(49);
        assertThat(window.takeCredit(false)).isEqualTo(NONE);
        window.consume(11);
        assertThat(window.takeCredit(false)).isEqualTo(60);
        assertState(100, 30, 70);
    }

    @Test
    void manualCreditIsNeverMoreThanWhatCame() {
        window.receive(60);
        window.consume(1000);
        assertThat(window.takeCredit(false)).isEqualTo(60);
        assertState(100, 0, 100);
    }

    @Test
    void consumingPastTheLargestNumberChangesNothing() {
        assertThat(window.consume(Integer.MAX_VALUE)).isTrue();
        assertThat(window.consume(1)).isFalse();
        assertThat(window.consume(0)).isTrue();
    }

    @Test
    void creditByHandPaysDownWhatCame() {
        window.receive(50);
        assertThat(window.credit(49)).isEqualTo(49);
        assertState(100, 1, 99);
        assertThat(window.credit(1)).isEqualTo(1);
        assertState(100, 0, 100);
    }

    @Test
    void creditBeyondWhatCameEnlargesTheLimit() {
        window.receive(50);
        assertThat(window.credit(70)).isEqualTo(70);
        assertState(120, 0, 120);
    }

    @Test
    void noCreditByHandIsNothing() {
        window.receive(50);
        assertThat(window.credit(0)).isEqualTo(NONE);
        assertState(100, 50, 50);
    }

    @Test
    void creditByHandStopsAtTheLargestWindow() {
        window.receive(50);
        assertThat(window.credit(Integer.MAX_VALUE)).isEqualTo(REFUSED);
        assertState(100, 50, 50);
        assertThat(window.credit(Integer.MAX_VALUE - 50)).isEqualTo(Integer.MAX_VALUE - 50);
        assertState(Integer.MAX_VALUE, 0, Integer.MAX_VALUE);
        assertThat(window.credit(1)).isEqualTo(REFUSED);
    }

    @Test
    void creditByHandIsNotGivenAgainForWhatIsConsumedLater() {
        window.receive(60);
        window.consume(60);
        assertThat(window.credit(60)).isEqualTo(60);
        assertThat(window.takeCredit(false)).isEqualTo(NONE);
        window.receive(60);
        assertThat(window.takeCredit(false)).isEqualTo(NONE);
    }

    @Test
    void creditByHandCountsAsCreditOfWhatIsConsumed() {
        window.receive(60);
        window.consume(40);
        assertThat(window.credit(30)).isEqualTo(30);
        // 10 of the consumed are left without credit, and 50 more make half of the window.
        window.receive(45);
        window.consume(39);
        assertThat(window.takeCredit(false)).isEqualTo(NONE);
        window.consume(1);
        assertThat(window.takeCredit(false)).isEqualTo(50);
    }

    @Test
    void aWindowFarBelowNothingCanBeEnlargedAgain() {
        ReceiveWindow lowest = new ReceiveWindow(Integer.MAX_VALUE);
        lowest.shrink(Integer.MAX_VALUE);
        lowest.adjustLimit(-Integer.MAX_VALUE);
        assertThat(lowest.limit()).isEqualTo(-Integer.MAX_VALUE);
        assertThat(lowest.shrink(1)).isFalse();
        assertThat(lowest.shrink(1L << 31)).isFalse();
        assertThat(lowest.enlarge(2L * Integer.MAX_VALUE + 1)).isEqualTo(REFUSED);
        assertThat(lowest.enlarge(2L * Integer.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
        assertThat(lowest.limit()).isEqualTo(Integer.MAX_VALUE);
        assertThat(lowest.available()).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void noFrameSaysMoreThanTheLargestIncrement() {
        ReceiveWindow negative = new ReceiveWindow(0);
        negative.adjustLimit(-10);
        assertThat(negative.enlarge(Integer.MAX_VALUE + 5L)).isEqualTo(REFUSED);
        assertThat(negative.enlarge(Integer.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
        assertThat(negative.limit()).isEqualTo(Integer.MAX_VALUE - 10);
    }

    @Test
    void shrinkingIsUnseenByThePeer() {
        assertThat(window.shrink(30)).isTrue();
        assertState(70, 0, 100);
        assertThat(window.receive(100)).isTrue();
        assertState(70, 70, 0);
        assertThat(window.receive(1)).isFalse();
    }

    @Test
    void whatCameAfterShrinkingIsCreditedOnlyToTheSmallerLimit() {
        window.shrink(30);
        window.receive(100);
        assertThat(window.takeCredit(true)).isEqualTo(70);
        assertState(70, 0, 70);
    }

    @Test
    void nothingIsDueWhileLessCameThanWasShrunk() {
        window.shrink(99);
        window.receive(99);
        assertState(1, 0, 1);
        assertThat(window.takeCredit(true)).isEqualTo(NONE);
    }

    @Test
    void creditByHandRepaysTheShrinkingFirstWithoutAFrame() {
        window.shrink(30);
        assertThat(window.credit(10)).isEqualTo(NONE);
        assertState(80, 0, 100);
        assertThat(window.credit(50)).isEqualTo(30);
        assertState(130, 0, 130);
    }

    @Test
    void repayingCountsWhatCameMeanwhile() {
        window.shrink(30);
        window.receive(30);
        assertState(70, 0, 70);
        assertThat(window.credit(30)).isEqualTo(NONE);
        assertState(100, 30, 70);
    }

    @Test
    void creditByHandPaysDownBeforeItRepays() {
        window.shrink(30);
        window.receive(50);
        assertState(70, 20, 50);
        assertThat(window.credit(60)).isEqualTo(30);
        assertState(110, 30, 80);
    }

    @Test
    void enlargingKeepsWhatCame() {
        window.receive(40);
        assertThat(window.enlarge(20)).isEqualTo(20);
        assertState(120, 40, 80);
    }

    @Test
    void enlargingRepaysTheShrinkingFirstWithoutAFrame() {
        window.receive(40);
        window.shrink(30);
        assertState(70, 10, 60);
        assertThat(window.enlarge(20)).isEqualTo(NONE);
        assertState(90, 30, 60);
        assertThat(window.enlarge(20)).isEqualTo(10);
        assertState(110, 40, 70);
    }

    @Test
    void enlargingStopsAtTheLargestWindow() {
        assertThat(window.enlarge(Integer.MAX_VALUE - 99)).isEqualTo(REFUSED);
        assertState(100, 0, 100);
        assertThat(window.enlarge(Integer.MAX_VALUE - 100)).isEqualTo(Integer.MAX_VALUE - 100);
        assertState(Integer.MAX_VALUE, 0, Integer.MAX_VALUE);
    }

    @Test
    void shrinkingStopsAtNothing() {
        assertThat(window.shrink(101)).isFalse();
        assertState(100, 0, 100);
        assertThat(window.shrink(100)).isTrue();
        assertState(0, 0, 100);
        assertThat(window.shrink(1)).isFalse();
    }

    @Test
    void whatIsShrunkInAllIsAtMostTheLargestWindow() {
        ReceiveWindow largest = new ReceiveWindow(Integer.MAX_VALUE);
        assertThat(largest.shrink(Integer.MAX_VALUE)).isTrue();
        assertThat(largest.receive(Integer.MAX_VALUE)).isTrue();
        assertThat(largest.adjustLimit(100)).isTrue();
        assertThat(largest.shrink(1)).isFalse();
        assertThat(largest.limit()).isEqualTo(100);
    }

    @Test
    void anotherInitialWindowSizeMovesTheLimitUnderWhatCame() {
        window.receive(40);
        assertThat(window.adjustLimit(-70)).isTrue();
        assertState(30, 40, -10);
        assertThat(window.receive(1)).isFalse();
        assertThat(window.takeCredit(true)).isEqualTo(40);
        assertState(30, 0, 30);
    }

    @Test
    void anInitialWindowSizeThatDoesNotFitChangesNothing() {
        assertThat(window.adjustLimit(Integer.MAX_VALUE)).isFalse();
        assertState(100, 0, 100);
        assertThat(window.adjustLimit(Integer.MAX_VALUE - 100)).isTrue();
        assertState(Integer.MAX_VALUE, 0, Integer.MAX_VALUE);
    }

    @Test
    void aWindowFarBelowNothingTakesNothing() {
        ReceiveWindow lowest = new ReceiveWindow(Integer.MAX_VALUE);
        assertThat(lowest.shrink(Integer.MAX_VALUE)).isTrue();
        assertThat(lowest.adjustLimit(-Integer.MAX_VALUE)).isTrue();
        assertThat(lowest.available()).isZero();
        assertThat(lowest.receive(2)).isFalse();
    }

    @Test
    void shrinkingDoesNotLetThePeersWindowPastTheLargest() {
        window.credit(Integer.MAX_VALUE - 100);
        window.shrink(Integer.MAX_VALUE);
        assertThat(window.available()).isEqualTo(Integer.MAX_VALUE);
        assertThat(window.adjustLimit(1)).isFalse();
        assertState(0, 0, Integer.MAX_VALUE);
    }

    private void assertState(int limit, int received, int available) {
        assertThat(window.limit()).as("limit").isEqualTo(limit);
        assertThat(window.received()).as("received").isEqualTo(received);
        assertThat(window.available()).as("available").isEqualTo(available);
    }
}
