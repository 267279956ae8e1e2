package io.h2session.examples.load;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How times and their distribution look. */
class ChartTest {
    private final Histogram times = Tally.histogram();

    @Test
    void eachStretchOfTimesHasItsShareAndABar() {
        record(1, 50);
        record(2, 25);
        record(4, 24);
        record(900, 1);

        assertThat(new Chart(false).distribution(times))
                .containsExactly(
                        "to  1.00 ms  50.00 % " + "#".repeat(50),
                        "to  2.00 ms  25.00 % " + "#".repeat(25),
                        "to  5.00 ms  24.00 % " + "#".repeat(24),
                        "to  10.0 ms   0.00 %",
                        "to  20.0 ms   0.00 %",
                        "to  50.0 ms   0.00 %",
                        "to   100 ms   0.00 %",
                        "to   200 ms   0.00 %",
                        "to   500 ms   0.00 %",
                        "to   1.00 s   1.00 % #");
    }

    @Test
    void timesThatAreCloseHaveFinerSteps() {
        record(10, 3);
        record(11, 6);
        record(14, 3);

        assertThat(new Chart(true).distribution(times))
                .containsExactly(
                        "to  10.0 ms  25.00 % " + "\u2588".repeat(25),
                        "to  12.0 ms  50.00 % " + "\u2588".repeat(50),
                        "to  15.0 ms  25.00 % " + "\u2588".repeat(25));
    }

    @Test
    void theSmallestShareIsSeen() {
        record(1, 100_000);
        record(2, 1);

        assertThat(new Chart(true).distribution(times)).first().asString().startsWith("to  1.00 ms 100.00 % ");
        assertThat(new Chart(true).distribution(times)).last().isEqualTo("to  2.20 ms  <0.01 % \u258f");
    }

    @Test
    void allResponsesAreInTheChart() {
        for (int i = 0; i < 100_000; i += 7) {
            times.recordValue(TimeUnit.MICROSECONDS.toNanos(i));
        }
        double sum = 0;
        for (String row : new Chart(false).distribution(times)) {
            sum += Double.parseDouble(row.substring(12, 18).replace("<", "").strip());
        }
        assertThat(sum).isBetween(99.9, 100.1);
        assertThat(new Chart(true).distribution(Tally.histogram())).isEmpty();
    }

    @Test
    void secondsAreALineOfHeights() {
        assertThat(new Chart(true).timeline(new long[] {800, 400, 100, 0})).isEqualTo("\u2588\u2584\u2581 ");
        assertThat(new Chart(true).timeline(new long[600])).hasSize(60);
        assertThat(new Chart(false).timeline(new long[] {1, 2, 3})).isEmpty();
    }

    @Test
    void theProgressIsOneLineThatIsWrittenAgain() {
        ByteArrayOutputStream terminal = new ByteArrayOutputStream();
        ProgressLine line = new ProgressLine(new PrintStream(terminal, true, UTF_8));

        line.accept(new Worker.Progress(100, 0, 5));
        line.accept(new Worker.Progress(250, 1, 4));
        line.clear();

        assertThat(terminal.toString(UTF_8))
                .isEqualTo("\r\u001b[K1 s: 100 responses, 100 in the last second, 0 failed, 5 running"
                        + "\r\u001b[K2 s: 250 responses, 150 in the last second, 1 failed, 4 running"
                        + "\r\u001b[K");
    }

    @ParameterizedTest
    @CsvSource({
        "10, 10000000000",
        "0.5s, 500000000",
        "500ms, 500000000",
        "20us, 20000",
        "2m, 120000000000",
        "1h, 3600000000000"
    })
    void timesHaveUnits(String text, long nanos) {
        assertThat(Times.parse("--duration", text)).isEqualTo(nanos);
    }

    @ParameterizedTest
    @CsvSource({"''", "s", "-1", "1 s", "1e3", "10d", "999999999h"})
    void whatIsNoTimeIsRefused(String text) {
        assertThatThrownBy(() -> Times.parse("--duration", text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("--duration ");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0.00 us",
        "999, 1.00 us",
        "12345, 12.3 us",
        "999999, 1.00 ms",
        "1500000, 1.50 ms",
        "250000000, 250 ms",
        "999950000, 1.00 s",
        "61000000000, 61.0 s"
    })
    void timesArePrintedWithThreeDigits(long nanos, String text) {
        assertThat(Times.text((double) nanos)).isEqualTo(text);
    }

    private void record(long millis, long count) {
        times.recordValueWithCount(TimeUnit.MILLISECONDS.toNanos(millis), count);
    }
}
