package io.h2session.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class SendWindowTest {
    @Test
    void sendingSpendsAndCreditGives() {
        SendWindow window = new SendWindow(SendWindow.INITIAL);

        window.spend(65_535);
        assertThat(window.available()).isZero();
        assertThat(window.adjust(10)).isTrue();
        assertThat(window.available()).isEqualTo(10);
    }

    @Test
    void aSmallerSettingMakesItNegative() {
        SendWindow window = new SendWindow(100);
        window.spend(90);

        assertThat(window.adjust(-100)).isTrue();
        assertThat(window.available()).isEqualTo(-90);
    }

    @Test
    void creditPastTheLargestWindowChangesNothing() {
        SendWindow window = new SendWindow(100);

        assertThat(window.adjust(Integer.MAX_VALUE - 100)).isTrue();
        assertThat(window.available()).isEqualTo(Integer.MAX_VALUE);
        assertThat(window.adjust(1)).isFalse();
        assertThat(window.available()).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void aChangeThatCannotBeRepresentedChangesNothing() {
        SendWindow window = new SendWindow(0);

        assertThat(window.adjust(-Integer.MAX_VALUE)).isTrue();
        assertThat(window.adjust(-2)).isFalse();
        assertThat(window.available()).isEqualTo(-Integer.MAX_VALUE);
        assertThat(window.adjust(2L * Integer.MAX_VALUE + 1)).isFalse();
        assertThat(window.adjust(2L * Integer.MAX_VALUE)).isTrue();
        assertThat(window.available()).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void itIsTheSumOfAllThatHappened() {
        Random random = new Random(91);
        SendWindow window = new SendWindow(1000);
        long sum = 1000;
        for (int i = 0; i < 100_000; i++) {
            if (random.nextInt(3) == 0 && sum > 0) {
                int bytes = random.nextInt((int) Math.min(sum, 16_384)) + 1;
                window.spend(bytes);
                sum -= bytes;
            } else {
                long delta = random.nextInt(20) == 0 ? random.nextInt() : random.nextInt(40_000) - 10_000;
                boolean fits = sum + delta <= Integer.MAX_VALUE && sum + delta >= Integer.MIN_VALUE;
                assertThat(window.adjust(delta)).isEqualTo(fits);
                sum += fits ? delta : 0;
            }
            assertThat((long) window.available()).isEqualTo(sum);
        }
    }
}
