package io.h2session.examples.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The charts of the page about performance and of the README are those of the README's table. */
class PerformancePageTest {
    private static final Path TOP = Path.of("..");
    private static final Path README = TOP.resolve("README.md");
    private static final Path PAGE = TOP.resolve("docs/performance.md");
    private static final Path CHART = TOP.resolve("benchmarks/src/main/java/io/h2session/benchmarks/Chart.java");

    @Test
    void theChartsAreThoseOfTheReadmesTable(@TempDir Path directory) throws IOException, InterruptedException {
        Path drawn = Files.copy(PAGE, directory.resolve("performance.md"));
        Path drawnShort = Files.copy(README, directory.resolve("README.md"));
        Process drawing = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        CHART.toString(),
                        README.toString(),
                        drawn.toString(),
                        drawnShort.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("said").toFile())
                .start();
        assertThat(drawing.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(drawing.exitValue())
                .as(Files.readString(directory.resolve("said")))
                .isZero();
        assertThat(Files.readString(drawn)).contains("ns ##").isEqualTo(Files.readString(PAGE));
        assertThat(Files.readString(drawnShort)).contains("ns ##").isEqualTo(Files.readString(README));
    }
}
