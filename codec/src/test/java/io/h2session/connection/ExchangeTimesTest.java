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
}
