package io.h2session.examples.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The example is small enough to be read: without imports, comments and blank lines. */
class GrpcSizeTest {
    private static final Path FOLDER = Path.of("src/main/java/io/h2session/examples/grpc");

    @Test
    void theExampleHasLessThan300LinesOfCode() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            assertThat(files.mapToLong(GrpcSizeTest::lines).sum()).isBetween(100L, 299L);
        }
    }

    private static long lines(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.matches("(import |package |//|/?\\*).*"))
                    .count();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
