package io.h2session.examples.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.examples.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The table of failures is the same in the code, in the help and in the documents. */
class FailureTableTest {
    @Test
    void theHelpHasIt() {
        StringWriter out = new StringWriter();
        Main.commandLine().setOut(new PrintWriter(out, true)).execute("proxy", "--help");

        for (String line : Failure.table()) {
            assertThat(out.toString().lines().map(String::stripTrailing)).contains(line.stripTrailing());
        }
    }

    @Test
    void theDocumentHasIt() throws IOException {
        Path page = Path.of("..", "docs", "proxy.md");
        StringBuilder table = new StringBuilder();
        for (Failure failure : Failure.values()) {
            table.append("| ")
                    .append(failure.event())
                    .append(" | ")
                    .append(failure.retry())
                    .append(" | ")
                    .append(
                            failure == Failure.CANCELLED
                                    ? "-"
                                    : Integer.toString(failure.status().code()))
                    .append(failure.resetsUnanswered() ? "; HTTP/2: " + failure.reset() : "")
                    .append(" | ")
                    .append(failure == Failure.CANCELLED ? "-" : failure.reset().name())
                    .append(" | ")
                    .append(failure.flag())
                    .append(" |\n");
        }

        assertThat(Files.readString(page, UTF_8)).contains(table);
    }
}
