package io.h2session.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.priority.Priority;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PendingPrioritiesTest {
    private final PendingPriorities pending = new PendingPriorities();

    private Priority take(int streamId) {
        PendingPriorities.Pending taken = pending.take(streamId);
        return taken == null ? null : taken.priority();
    }

    @Test
    void whatTheApplicationChangesMayBeatTheClient() {
        assertThat(pending.change(5, Priority.of(0, false), true)).isFalse();
        pending.put(5, Priority.of(1, true), 10);
        assertThat(pending.change(5, Priority.of(6, false), false)).isTrue();
        pending.put(5, Priority.of(2, true), 10);
        assertThat(pending.get(5).priority()).isEqualTo(Priority.of(2, true));
        pending.change(5, Priority.of(0, false), true);
        assertThat(pending.put(5, Priority.of(3, true), 10)).isTrue();
        pending.change(5, Priority.of(7, false), false);
        assertThat(pending.take(5)).isEqualTo(new PendingPriorities.Pending(Priority.of(7, false), true));
        assertThat(pending.get(5)).isNull();
    }

    @Test
    void aPriorityIsTakenOnce() {
        assertThat(pending.put(5, Priority.of(1, true), 10)).isTrue();
        assertThat(pending.take(3)).isNull();
        assertThat(take(5)).isEqualTo(Priority.of(1, true));
        assertThat(pending.take(5)).isNull();
        assertThat(pending.size()).isZero();
    }

    @Test
    void aLaterOneReplacesAnEarlierOneAlsoAtTheLimit() {
        pending.put(5, Priority.of(1, true), 1);
        assertThat(pending.put(5, Priority.of(2, false), 1)).isTrue();
        assertThat(pending.size()).isOne();
        assertThat(take(5)).isEqualTo(Priority.of(2, false));
    }

    @Test
    void beyondTheLimitNothingIsKept() {
        assertThat(pending.put(5, Priority.DEFAULT, 0)).isFalse();
        assertThat(pending.put(5, Priority.DEFAULT, 1)).isTrue();
        assertThat(pending.put(7, Priority.DEFAULT, 1)).isFalse();
        assertThat(pending.take(7)).isNull();
        pending.take(5);
        assertThat(pending.put(7, Priority.DEFAULT, 1)).isTrue();
    }

    @Test
    void thoseOfStreamsPassedOverAreForgotten() {
        for (int id = 1; id < 20; id += 2) {
            pending.put(id, Priority.of(id % 8, true), 10);
        }
        pending.forgetUpTo(11);
        assertThat(pending.size()).isEqualTo(4);
        assertThat(pending.take(11)).isNull();
        assertThat(take(13)).isEqualTo(Priority.of(5, true));
        assertThat(take(19)).isEqualTo(Priority.of(3, true));
    }

    @Test
    void itAnswersAsAMapWould() {
        Random random = new Random(51);
        Map<Integer, Priority> model = new HashMap<>();
        for (int i = 0; i < 50_000; i++) {
            int id = 1 + 2 * random.nextInt(60);
            if (random.nextBoolean()) {
                Priority priority = Priority.of(random.nextInt(8), random.nextBoolean());
                boolean fits = model.containsKey(id) || model.size() < 40;
                assertThat(pending.put(id, priority, 40)).isEqualTo(fits);
                if (fits) {
                    model.put(id, priority);
                }
            } else {
                assertThat(take(id)).isEqualTo(model.remove(id));
            }
            assertThat(pending.size()).isEqualTo(model.size());
        }
    }
}
