package io.h2session.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.Http2Stall;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ExchangeTimesTest {
    private final ExchangeTimes times = new ExchangeTimes();

    @Test
    void eachOfManyStreamsHasItsOwnTimes() {
        Random random = new Random(7);
        Map<Integer, Long> opened = new HashMap<>();
        for (long now = 0; now < 10_000; now++) {
            int streamId = random.nextInt(500) * 2 + 1;
            if (opened.containsKey(streamId)) {
                assertThat(times.age(streamId, now)).isEqualTo(now - opened.remove(streamId));
                times.forget(streamId);
            } else {
                opened.put(streamId, now);
                times.opened(streamId, now);
            }
        }
        assertThat(opened).hasSizeGreaterThan(100);
        opened.forEach(
                (streamId, then) -> assertThat(times.age(streamId, 10_000)).isEqualTo(10_000 - then));
    }

    @Test
    void whatIsUsedAgainHasNothingOfTheStreamBefore() {
        times.submitted(1, 10);
        times.opened(1, 20);
        times.responseBegun(1, 25);
        times.stalled(1, Http2Stall.STREAM_WINDOW, 26);
        times.forget(1);

        assertThat(times.opened(3, 30)).isEqualTo(-1);
        assertThat(times.firstByte(3)).isEqualTo(-1);
        assertThat(times.stall(3)).isNull();
        assertThat(times.age(3, 31)).isEqualTo(1);
    }

    @Test
    void aStreamThatIsForgottenOrWasNeverThereHasNoTimes() {
        times.forget(5);
        times.responseBegun(5, 1);

        assertThat(times.firstByte(5)).isEqualTo(-1);
        assertThat(times.age(5, 10)).isZero();
        assertThat(times.stalled(5, Http2Stall.APPLICATION, 10)).isFalse();
        assertThat(times.stall(5)).isNull();
    }

    // ---- bodies that have nothing more for now

    private void deferred(int... streams) {
        for (int id : streams) {
            times.opened(id, 0);
            times.deferred(id);
        }
    }

    @Test
    void deferredBodiesAreTakenInTheOrderInWhichTheyWereSent() {
        deferred(1, 3);
        times.sent(100);
        deferred(5);
        times.sent(200);

        assertThat(times.takeDeferred(99)).isZero();
        assertThat(times.takeDeferred(100)).isEqualTo(1);
        assertThat(times.takeDeferred(100)).isEqualTo(3);
        assertThat(times.takeDeferred(100)).isZero();
        assertThat(times.anyDeferred()).isTrue();
        assertThat(times.takeDeferred(200)).isEqualTo(5);
        assertThat(times.anyDeferred()).isFalse();
    }

    @Test
    void eachDeferredBodyIsToldOnce() {
        deferred(1, 3);
        times.sent(100);
        assertThat(times.nextUntold(100)).isEqualTo(1);
        deferred(5);
        times.sent(200);

        assertThat(times.nextUntold(199)).isEqualTo(3);
        assertThat(times.nextUntold(199)).isZero();
        assertThat(times.nextUntold(200)).isEqualTo(5);
        assertThat(times.nextUntold(200)).isZero();
    }

    @Test
    void aBodyThatGoesOnOrEndsLeavesTheOthersInTheirOrder() {
        deferred(1, 3, 5, 7);
        times.sent(100);
        times.notDeferred(3);
        times.forget(1);
        times.notDeferred(7);
        times.notDeferred(7);
        times.notDeferred(9);

        assertThat(times.nextUntold(100)).isEqualTo(5);
        assertThat(times.nextUntold(100)).isZero();
        assertThat(times.takeDeferred(100)).isEqualTo(5);
        assertThat(times.anyDeferred()).isFalse();
        times.deferred(3);
        assertThat(times.anyDeferred()).isTrue();
    }

    @Test
    void whatIsBeingSentIsNotTakenYet() {
        deferred(1);

        assertThat(times.takeDeferred(1_000_000)).isZero();
    }

    @Test
    void aBodyThatWaitsForSomethingElseAlreadyIsNotDeferred() {
        times.opened(1, 0);
        times.stalled(1, Http2Stall.STREAM_WINDOW, 1);
        times.deferred(1);
        times.deferred(3);

        assertThat(times.anyDeferred()).isFalse();
    }
}
