package io.h2session.examples.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.Http2SessionOptions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

/** When requests are sent and what is measured of them, by a clock that the test moves. */
class WorkerTest {
    private static final double RATE = 1000;

    @Test
    void requestsOfTheOpenModelAreSentWhenTheyAreDueWhateverTheServerDoes() {
        try (VirtualRun run = new VirtualRun(VirtualRun.open(RATE, 500, 1000, 5000), 0).stalling(100, 190)) {
            Tally tally = run.run(600);

            assertThat(run.arrivals).isEqualTo(LongStream.range(0, 500).boxed().toList());
            assertThat(tally.succeeded).isEqualTo(500);
            assertThat(tally.late).isZero();
        }
    }

    @Test
    void latencyCountsFromWhenARequestWasDueAlsoIfItWaitedForAStream() {
        try (VirtualRun run = new VirtualRun(VirtualRun.open(RATE, 1000, 1, 5000), 0).stalling(200, 300)) {
            Tally tally = run.run(1001);

            assertThat(tally.succeeded).isEqualTo(1000);
            // One request is running in the stall, and those that are due meanwhile wait for its stream.
            assertThat(longerThan(tally.service, 1)).isEqualTo(1);
            assertThat(millis(tally.service.getMaxValue())).isEqualTo(100);
            assertThat(longerThan(tally.latency, 0)).isEqualTo(100);
            assertThat(longerThan(tally.latency, 50)).isEqualTo(50);
            assertThat(longerThan(tally.latency, 99)).isEqualTo(1);
            assertThat(millis(tally.latency.getMaxValue())).isEqualTo(100);
            // Those that were due at 202 up to 298, and are sent at 300.
            assertThat(tally.late).isEqualTo(98);
        }
    }

    @Test
    void theClosedModelDoesNotSeeWhatWouldHaveWaited() {
        try (VirtualRun run = new VirtualRun(VirtualRun.plan(0, 0, 1000, 0, 1, 5000), 1).stalling(200, 300)) {
            Tally tally = run.run(1001);

            assertThat(longerThan(tally.latency, 2)).isEqualTo(1);
            assertThat(millis(tally.latency.getMaxValue())).isBetween(99L, 101L);
        }
    }

    @Test
    void requestsOfTheWarmUpAreSentAndNotCounted() {
        try (VirtualRun run = new VirtualRun(VirtualRun.plan(RATE, 300, 0, 200, 1000, 5000), 0)) {
            Tally tally = run.run(501);

            assertThat(run.arrivals).hasSize(500);
            assertThat(tally.succeeded).isEqualTo(300);
            assertThat(tally.latency.getTotalCount()).isEqualTo(300);
        }
    }

    @Test
    void aCountInTheClosedModelBeginsAfterTheWarmUp() {
        try (VirtualRun run = new VirtualRun(VirtualRun.plan(0, 10, 0, 100, 1, 5000), 10)) {
            Tally tally = run.run(300);

            assertThat(run.arrivals).hasSize(20);
            assertThat(tally.succeeded).isEqualTo(10);
        }
    }

    @Test
    void aTimeInTheClosedModelCountsTheResponsesThatCameInIt() {
        try (VirtualRun run = new VirtualRun(VirtualRun.plan(0, 0, 100, 50, 2, 5000), 20)) {
            Tally tally = run.run(151);

            // At 60, 80, 100, 120 and 140 ms, two each; those that are due at 160 are running when it ends.
            assertThat(tally.succeeded).isEqualTo(10);
            assertThat(tally.unfinished).isEqualTo(2);
            assertThat(millis(tally.latency.getMinValue())).isEqualTo(20);
        }
    }

    @Test
    void aRunThatIsStoppedBeforeItBeginsHasNothing() {
        try (VirtualRun run = new VirtualRun(VirtualRun.plan(0, 10, 0, 0, 1, 5000), 0)) {
            Tally tally = run.stopped();

            assertThat(run.arrivals).isEmpty();
            assertThat(tally.succeeded + tally.errored).isZero();
        }
    }

    @Test
    void responsesAreCountedInTheirSeconds() {
        try (VirtualRun run = new VirtualRun(VirtualRun.open(RATE, 2500, 1000, 5000), 0)) {
            assertThat(run.run(2501).perSecond()).containsExactly(1000, 1000, 500);
        }
    }

    @Test
    void everyRequestThatGetsNoAnswerIsAnError() {
        try (VirtualRun run = new VirtualRun(VirtualRun.open(RATE, 100, 1, 2000), 0).stalling(0, Long.MAX_VALUE)) {
            Tally tally = run.run(10_000);

            assertThat(tally.succeeded).isZero();
            assertThat(tally.errored).isEqualTo(100);
            assertThat(tally.errors)
                    .containsOnlyKeys("no answer within 2.0 s", "not sent in time: no connection had room");
        }
    }

    @Test
    void aResponseThatTakesTooLongHasFailedAndItsRequestIsCancelled() {
        Plan plan = VirtualRun.plan(0, 3, 0, 0, 3, 300);
        try (VirtualRun run = new VirtualRun(plan, 0).stalling(0, Long.MAX_VALUE)) {
            Tally tally = run.run(500);

            assertThat(VirtualRun.report(plan, tally)).contains("3 requests: no answer within 0.3 s");
            assertThat(run.resets).isEqualTo(3);
        }
    }

    @Test
    void aServerThatLetsNoRequestRunIsNotWaitedForWithoutEnd() {
        Plan plan = VirtualRun.plan(0, 3, 0, 0, 1, 300);
        Http2SessionOptions none =
                Http2SessionOptions.builder().maxConcurrentStreams(0).build();
        try (VirtualRun run = new VirtualRun(plan, 0, none)) {
            Tally tally = run.run(500);

            assertThat(run.arrivals).isEmpty();
            assertThat(VirtualRun.report(plan, tally))
                    .contains("3 requests: not sent in time: the server lets no request run")
                    .contains("the server lets 0 requests run at once on a connection");
        }
    }

    private static long longerThan(Histogram times, long millis) {
        long sum = 0;
        for (var value : times.recordedValues()) {
            if (millis(value.getValueIteratedTo()) > millis) {
                sum += value.getCountAtValueIteratedTo();
            }
        }
        return sum;
    }

    /** A histogram keeps three digits. */
    private static long millis(long nanos) {
        return Math.round(nanos / (double) TimeUnit.MILLISECONDS.toNanos(1));
    }

    @Test
    void eventLoopsShareOneSchedule() {
        Plan plan = new Plan(false, List.of(), null, 3, 1, 3, 0, 10_000, 0, 1_000_000, 1, 30);
        Pace[] paces = {Pace.of(plan, 0), Pace.of(plan, 1), Pace.of(plan, 2)};
        StringBuilder schedule = new StringBuilder();
        for (int thread = 0; thread < paces.length; thread++) {
            paces[thread].begin(0);
            for (long due = paces[thread].take(10_000); due != Pace.NEVER; due = paces[thread].take(10_000)) {
                schedule.append(thread).append(':').append(due).append(' ');
            }
            assertThat(paces[thread].over(0)).isTrue();
        }
        assertThat(schedule).hasToString("0:0 0:3000 0:6000 0:9000 1:1000 1:4000 1:7000 2:2000 2:5000 2:8000 ");
    }

    @Test
    void whatIsAbandonedCountsWithoutTheWarmUp() {
        Plan plan = new Plan(false, List.of(), null, 2, 1, 2, 10, 0, 5_000, 1_000_000, 1, 30);
        Pace first = Pace.of(plan, 0);
        Pace second = Pace.of(plan, 1);
        first.begin(0);
        second.begin(0);
        second.take(1_000);

        // Five of the warm-up, ten that count: 6 8 10 12 14 of the one, 5 7 9 11 13 of the other.
        assertThat(first.abandon()).isEqualTo(5);
        assertThat(second.abandon()).isEqualTo(5);
        assertThat(first.take(20_000)).isEqualTo(Pace.NEVER);
    }

    @Test
    void aCountIsSharedInProportionToTheConnections() {
        Plan plan = new Plan(false, List.of(), null, 3, 1, 2, 100, 0, 0, 0, 1, 30);
        long taken = 0;
        for (int thread = 0; thread < 2; thread++) {
            Pace pace = Pace.of(plan, thread);
            pace.begin(0);
            long before = taken;
            while (pace.take(0) != Pace.NEVER) {
                taken++;
            }
            assertThat(taken - before).isEqualTo(thread == 0 ? 33 : 67);
        }
        assertThat(taken).isEqualTo(100);
    }
}
