package io.h2session.examples.get;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2StreamHandle;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How {@code get} leaves a terminal when it is interrupted. A file stands for the terminal. */
@Timeout(240)
class InterruptedOutputTest {
    @TempDir
    private Path directory;

    private Path terminal;

    @BeforeEach
    void makeTerminal() throws IOException {
        terminal = Files.createFile(directory.resolve("terminal"));
    }

    private static void never(IOException failure) {
        throw new AssertionError(failure);
    }

    private static void await(BodyOutput output) throws InterruptedException {
        CountDownLatch written = new CountDownLatch(1);
        output.afterwards(written::countDown);
        assertThat(written.await(60, TimeUnit.SECONDS)).isTrue();
    }

    private static void write(BodyOutput output, String text) {
        ByteBuf content = Unpooled.copiedBuffer(text, UTF_8);
        output.write(new Http2SessionEvent.Data(new Http2StreamHandle(), content, false), InterruptedOutputTest::never);
    }

    @ParameterizedTest
    @CsvSource({"half a line, half a line|", "a line|, a line|", "'', ''", "two|lines, two|lines|"})
    void aLineThatWasBegunIsEnded(String body, String seen) throws Exception {
        try (BodyOutput output = FileOutput.terminal(terminal)) {
            output.begin(-1, InterruptedOutputTest::never);
            write(output, body.replace('|', '\n'));
            await(output);

            output.interrupt();
            write(output, "more");
            await(output);
        }
        assertThat(terminal).hasContent(seen.replace('|', '\n'));
        assertThat(Files.readString(terminal)).isEqualTo(seen.replace('|', '\n'));
    }

    @Test
    void theBarIsEndedWithItsLineAndDoesNotComeBack() throws Exception {
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        try (BodyOutput output = new ProgressOutput(new DiscardedOutput(), new PrintStream(shown, true, UTF_8))) {
            output.begin(8 << 20, InterruptedOutputTest::never);
            write(output, "x".repeat(1 << 20));

            output.interrupt();
            assertThat(shown.toString(UTF_8)).contains("get").endsWith(System.lineSeparator());
            int length = shown.size();
            write(output, "x".repeat(1 << 20));
            output.begin(8 << 20, InterruptedOutputTest::never);
            await(output);

            assertThat(shown.size()).isEqualTo(length);
        }
    }
}
