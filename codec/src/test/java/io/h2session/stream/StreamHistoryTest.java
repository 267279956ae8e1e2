package io.h2session.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.stream.StreamHistory.Ending;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StreamHistoryTest {
    @Test
    void beforeTheFirstStreamAllAreIdle() {
        StreamHistory history = new StreamHistory(1024, 1, false);
        assertThat(history.highest()).isZero();
        assertThat(history.ending(1)).isEqualTo(Ending.IDLE);
        assertThat(history.ending(Integer.MAX_VALUE)).isEqualTo(Ending.IDLE);
    }

    @Test
    void numbersPassedOverWereNeverUsed() {
        StreamHistory history = new StreamHistory(1024, 1, false);
        history.advance(7);
        assertThat(history.ending(1)).isEqualTo(Ending.NEVER_USED);
        history.ended(7, Ending.PEER_RESET);
        history.advance(13);
        history.ended(13, Ending.ENDED);
        assertThat(history.ending(5)).isEqualTo(Ending.NEVER_USED);
        assertThat(history.ending(7)).isEqualTo(Ending.PEER_RESET);
        assertThat(history.ending(9)).isEqualTo(Ending.NEVER_USED);
        assertThat(history.ending(13)).isEqualTo(Ending.ENDED);
        assertThat(history.ending(15)).isEqualTo(Ending.IDLE);
    }

    @Test
    void numbersOfOurOwnThatWerePassedOverGetTheBenefitOfTheDoubt() {
        StreamHistory history = new StreamHistory(1024, 1, true);
        history.advance(7);
        assertThat(history.ending(5)).isEqualTo(Ending.FORGOTTEN);
        history.ended(7, Ending.WE_RESET);
        history.advance(11);
        assertThat(history.ending(9)).isEqualTo(Ending.FORGOTTEN);
        assertThat(history.ending(7)).isEqualTo(Ending.WE_RESET);
        assertThat(history.ending(13)).isEqualTo(Ending.IDLE);
    }

    @Test
    void theEndOfAStreamThatWasNotAdvancedToChangesNothing() {
        StreamHistory history = new StreamHistory(4, 1, true);
        for (int id = 1; id <= 7; id += 2) {
            history.advance(id);
            history.ended(id, Ending.ENDED);
        }
        history.ended(9, Ending.WE_RESET);
        assertThat(history.ending(9)).isEqualTo(Ending.IDLE);
        assertThat(history.ending(1)).as("which has the same place in the ring").isEqualTo(Ending.ENDED);
    }

    @Test
    void whatIsOlderThanTheRingIsForgotten() {
        StreamHistory history = new StreamHistory(4, 2, false);
        for (int id = 2; id <= 12; id += 2) {
            history.advance(id);
            history.ended(id, Ending.WE_RESET);
        }
        assertThat(history.ending(4)).isEqualTo(Ending.FORGOTTEN);
        assertThat(history.ending(6)).isEqualTo(Ending.WE_RESET);
    }

    @Test
    void aStreamThatOutlivesTheRingIsForgottenWhenItEnds() {
        StreamHistory history = new StreamHistory(4, 1, false);
        history.advance(1);
        for (int id = 3; id <= 9; id += 2) {
            history.advance(id);
            history.ended(id, Ending.ENDED);
        }
        history.ended(1, Ending.PEER_RESET);
        assertThat(history.ending(1)).isEqualTo(Ending.FORGOTTEN);
        assertThat(history.ending(9)).as("which has its place in the ring").isEqualTo(Ending.ENDED);
    }

    @Test
    void numbersReachTheLastOneThereIs() {
        StreamHistory history = new StreamHistory(1024, 1, false);
        history.advance(1);
        history.ended(1, Ending.ENDED);
        for (int id = 0x7fff_f001; id > 0; id += 2) {
            history.advance(id);
        }
        assertThat(history.highest()).isEqualTo(Integer.MAX_VALUE);
        assertThat(history.ending(1)).isEqualTo(Ending.FORGOTTEN);
        history.ended(Integer.MAX_VALUE, Ending.WE_RESET);
        assertThat(history.ending(Integer.MAX_VALUE)).isEqualTo(Ending.WE_RESET);
    }

    @ParameterizedTest
    @CsvSource({"0,1,21", "1,1,22", "2,2,23", "16,1,24", "32,2,25", "64,1,26", "1024,1,27", "1024,2,28"})
    void itAnswersAsAListOfAllEndingsWould(int capacity, int firstId, long seed) {
        Random random = new Random(seed);
        StreamHistory history = new StreamHistory(capacity, firstId, false);
        Map<Integer, Ending> model = new HashMap<>();
        List<Integer> live = new ArrayList<>();
        int highest = firstId - 2;
        for (int i = 0; i < 20_000; i++) {
            if (live.isEmpty() || random.nextInt(2) == 0) {
                highest += 2 * (1 + (random.nextInt(5) == 0 ? random.nextInt(50) : 0));
                history.advance(highest);
                live.add(highest);
                assertThat(history.highest()).isEqualTo(highest);
            } else {
                int id = live.remove(random.nextInt(live.size()));
                Ending ending = Ending.values()[1 + random.nextInt(3)];
                history.ended(id, ending);
                model.put(id, ending);
            }
            int id = Math.max(firstId, highest + 2 - 2 * random.nextInt(capacity + 10));
            if (!live.contains(id)) {
                assertThat(history.ending(id))
                        .as("stream %d of %d", id, highest)
                        .isEqualTo(expected(id, highest, capacity, model));
            }
        }
    }

    private static Ending expected(int id, int highest, int capacity, Map<Integer, Ending> model) {
        if (id > highest) {
            return Ending.IDLE;
        }
        return (highest - id) / 2 >= capacity ? Ending.FORGOTTEN : model.getOrDefault(id, Ending.NEVER_USED);
    }
}
