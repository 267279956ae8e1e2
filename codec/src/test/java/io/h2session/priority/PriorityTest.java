package io.h2session.priority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.netty.util.AsciiString;
import org.junit.jupiter.api.Test;

class PriorityTest {
    @Test
    void defaultIsUrgencyThreeAndNotIncremental() {
        assertThat(Priority.DEFAULT).isEqualTo(new Priority(3, false));
    }

    @Test
    void everyPriorityIsSharedAndSurvivesItsFieldValue() {
        for (int urgency = 0; urgency <= 7; urgency++) {
            for (boolean incremental : new boolean[] {false, true}) {
                Priority priority = Priority.of(urgency, incremental);
                assertThat(priority)
                        .isEqualTo(new Priority(urgency, incremental))
                        .isSameAs(Priority.of(urgency, incremental));
                Priority opposite = Priority.of(7 - urgency, !incremental);
                AsciiString value = priority.toFieldValue();
                assertThat(value.toString()).isEqualTo("u=" + urgency + (incremental ? ", i" : ""));
                assertThat(PriorityField.parse(value, Priority.of(opposite.urgency(), false)))
                        .isEqualTo(priority);
            }
        }
    }

    @Test
    void urgencyOutOfRangeIsRefused() {
        for (int urgency : new int[] {-1, 8, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
            assertThatIllegalArgumentException().isThrownBy(() -> new Priority(urgency, false));
            assertThatIllegalArgumentException().isThrownBy(() -> Priority.of(urgency, true));
        }
    }
}
