package io.h2session.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.StreamState;
import io.h2session.priority.Priority;
import io.h2session.stream.BodyState;
import io.h2session.stream.Stream;
import io.h2session.stream.StreamTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TurnSchedulerTest {
    private static final boolean INCREMENTAL = true;

    private final StreamTable table = new StreamTable();
    private final DataScheduler scheduler = new TurnScheduler();

    @Test
    void anEmptyQueueHasNoNextStream() {
        assertThat(scheduler.next()).isNull();
        assertThat(scheduler.size()).isZero();
    }

    @Test
    void theMoreUrgentGoFirstWhateverTheOrderTheyCameIn() {
        for (int urgency = 7; urgency >= 0; urgency--) {
            stream(17 - 2 * urgency, urgency, urgency % 2 == 0);
        }
        assertThat(turns(8, 1)).containsExactly(17, 15, 13, 11, 9, 7, 5, 3);
    }

    @Test
    void streamsThatAreNotIncrementalAreServedOneAfterTheOther() {
        stream(1, 3, !INCREMENTAL);
        stream(3, 3, !INCREMENTAL);
        stream(5, 3, !INCREMENTAL);
        assertThat(turns(9, 3)).containsExactly(1, 1, 1, 3, 3, 3, 5, 5, 5);
    }

    @Test
    void theyAreServedInTheOrderOfCreationAlsoWhenTheirBodiesCameLater() {
        Stream first = made(1, 3, !INCREMENTAL);
        Stream second = made(3, 3, !INCREMENTAL);
        Stream third = made(5, 3, !INCREMENTAL);
        scheduler.add(third);
        scheduler.add(first);
        scheduler.add(second);
        assertThat(turns(3, 1)).containsExactly(1, 3, 5);
    }

    @Test
    void whatIsPushedForAResponseIsServedBehindIt() {
        stream(101, 3, !INCREMENTAL);
        stream(2, 3, !INCREMENTAL);
        stream(103, 3, !INCREMENTAL);
        assertThat(turns(6, 2)).containsExactly(101, 101, 2, 2, 103, 103);
    }

    @Test
    void incrementalStreamsTakeTurns() {
        stream(1, 3, INCREMENTAL);
        stream(3, 3, INCREMENTAL);
        stream(5, 3, INCREMENTAL);
        assertThat(turns(7, 7)).containsExactly(1, 3, 5, 1, 3, 5, 1);
    }

    @Test
    void aSingleIncrementalStreamHasEveryTurn() {
        stream(1, 3, INCREMENTAL);
        assertThat(turns(3, 3)).containsExactly(1, 1, 1);
    }

    @Test
    void amongIncrementalOnesAStreamThatIsNotIsServedToItsEndWhenItsTurnComes() {
        stream(1, 3, INCREMENTAL);
        stream(3, 3, !INCREMENTAL);
        stream(5, 3, INCREMENTAL);
        assertThat(turns(7, 3)).containsExactly(1, 3, 3, 3, 5, 1, 5);
    }

    @Test
    void aMoreUrgentStreamInterruptsALessUrgentOneBetweenTurns() {
        Stream slow = stream(1, 5, !INCREMENTAL);
        assertThat(scheduler.next()).isSameAs(slow);
        scheduler.frameSent(slow);
        Stream fast = stream(3, 0, !INCREMENTAL);
        assertThat(scheduler.next()).isSameAs(fast);
        scheduler.remove(fast, BodyState.NONE);
        assertThat(scheduler.next()).isSameAs(slow);
    }

    @Test
    void aStreamOutOfLineWaitsAsItWasToldAndComesBack() {
        Stream stream = stream(1, 3, !INCREMENTAL);
        assertThat(stream.bodyState()).isEqualTo(BodyState.SCHEDULED);
        scheduler.remove(stream, BodyState.WINDOW_BLOCKED);
        assertThat(stream.bodyState()).isEqualTo(BodyState.WINDOW_BLOCKED);
        assertThat(scheduler.next()).isNull();
        assertThat(scheduler.size()).isZero();

        scheduler.remove(stream, BodyState.DEFERRED);
        assertThat(stream.bodyState()).isEqualTo(BodyState.DEFERRED);
        assertThat(scheduler.size()).isZero();
        scheduler.add(stream);
        assertThat(scheduler.next()).isSameAs(stream);
    }

    @Test
    void anotherPriorityMovesAStreamToAnotherLine() {
        Stream first = stream(1, 3, !INCREMENTAL);
        Stream second = stream(3, 3, !INCREMENTAL);
        second.priority(Priority.of(1, false));
        scheduler.reprioritized(second);
        assertThat(scheduler.next()).isSameAs(second);

        second.priority(Priority.of(7, true));
        scheduler.reprioritized(second);
        assertThat(scheduler.next()).isSameAs(first);
        assertThat(scheduler.size()).isEqualTo(2);
    }

    @Test
    void aPriorityChangedBeforeItIsReportedDoesNotConfuseTheLines() {
        Stream first = stream(1, 3, !INCREMENTAL);
        Stream second = stream(3, 3, !INCREMENTAL);
        first.priority(Priority.of(6, true));
        scheduler.remove(first, BodyState.NONE);
        assertThat(scheduler.next()).isSameAs(second);
        scheduler.remove(second, BodyState.NONE);
        assertThat(scheduler.next()).isNull();
    }

    @Test
    void anotherPriorityOfAStreamOutOfLineLeavesItOut() {
        Stream stream = stream(1, 3, !INCREMENTAL);
        scheduler.remove(stream, BodyState.DEFERRED);
        stream.priority(Priority.of(0, false));
        scheduler.reprioritized(stream);
        scheduler.frameSent(stream);
        assertThat(scheduler.next()).isNull();
        assertThat(stream.bodyState()).isEqualTo(BodyState.DEFERRED);
    }

    @ParameterizedTest
    @ValueSource(longs = {41, 42, 43, 44, 45, 46})
    void itAnswersAsEightListsWould(long seed) {
        Random random = new Random(seed);
        Lines model = new Lines();
        List<Stream> all = new ArrayList<>();
        int nextId = 1;
        for (int i = 0; i < 20_000; i++) {
            Stream any = all.isEmpty() ? null : all.get(random.nextInt(all.size()));
            switch (random.nextInt(7)) {
                case 0 -> {
                    Priority priority = anyPriority(random);
                    Stream stream = made(nextId, priority.urgency(), priority.incremental());
                    nextId += 1 + random.nextInt(2);
                    all.add(stream);
                    scheduler.add(stream);
                    model.add(stream);
                }
                case 1 -> {
                    if (any != null && any.bodyState() != BodyState.SCHEDULED) {
                        scheduler.add(any);
                        model.add(any);
                    }
                }
                case 2 -> {
                    if (any != null) {
                        scheduler.remove(any, BodyState.DEFERRED);
                        model.remove(any);
                    }
                }
                case 3 -> {
                    if (any != null) {
                        scheduler.remove(any, BodyState.NONE);
                        model.remove(any);
                        all.remove(any);
                    }
                }
                case 4 -> {
                    if (any != null) {
                        any.priority(anyPriority(random));
                        scheduler.reprioritized(any);
                        if (model.remove(any)) {
                            model.add(any);
                        }
                    }
                }
                default -> {
                    Stream next = scheduler.next();
                    if (next != null) {
                        scheduler.frameSent(next);
                        if (next.priority().incremental()) {
                            model.remove(next);
                            model.add(next);
                        }
                    }
                }
            }
            assertThat(scheduler.next()).isSameAs(model.next());
            assertThat(scheduler.size()).isEqualTo(model.size());
        }
    }

    private static Priority anyPriority(Random random) {
        return Priority.of(random.nextInt(8), random.nextBoolean());
    }

    private Stream stream(int id, int urgency, boolean incremental) {
        Stream stream = made(id, urgency, incremental);
        scheduler.add(stream);
        return stream;
    }

    private Stream made(int id, int urgency, boolean incremental) {
        Stream stream = new Stream(id, StreamState.OPEN, 0, 0);
        stream.priority(Priority.of(urgency, incremental));
        table.add(stream);
        return stream;
    }

    /** Who has the next turns, if every body takes that many. */
    private List<Integer> turns(int count, int turnsEach) {
        List<Integer> served = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Stream stream = scheduler.next();
            served.add(stream.id());
            if (served.stream().filter(id -> id == stream.id()).count() == turnsEach) {
                scheduler.remove(stream, BodyState.NONE);
            } else {
                scheduler.frameSent(stream);
            }
        }
        return served;
    }

    /** The same order, as plainly as possible. */
    private static final class Lines {
        private final List<List<Stream>> lines = new ArrayList<>();

        Lines() {
            for (int i = 0; i < 8; i++) {
                lines.add(new ArrayList<>());
            }
        }

        void add(Stream stream) {
            List<Stream> line = lines.get(stream.priority().urgency());
            int place = line.size();
            if (!stream.priority().incremental()) {
                while (place > 0
                        && !line.get(place - 1).priority().incremental()
                        && line.get(place - 1).id() > stream.id()) {
                    place--;
                }
            }
            line.add(place, stream);
        }

        boolean remove(Stream stream) {
            boolean removed = false;
            for (List<Stream> line : lines) {
                removed |= line.remove(stream);
            }
            return removed;
        }

        Stream next() {
            return lines.stream()
                    .filter(line -> !line.isEmpty())
                    .findFirst()
                    .map(line -> line.get(0))
                    .orElse(null);
        }

        int size() {
            return lines.stream().mapToInt(List::size).sum();
        }
    }
}
