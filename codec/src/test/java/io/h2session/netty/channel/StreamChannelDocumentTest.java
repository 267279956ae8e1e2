package io.h2session.netty.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** What the document says of channels for streams has a test, and the names are ours. */
class StreamChannelDocumentTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "stream-channels.md");
    private static final Path SOURCES = Path.of("src/main/java/io/h2session/netty/channel");
    private static final List<String> NETTYS =
            List.of("Http2MultiplexHandler", "Http2StreamChannel", "Http2StreamChannelBootstrap", "Http2StreamFrame");

    @Test
    void everyTestThatIsNamedIsThere() throws IOException, ReflectiveOperationException {
        List<String> missing = new ArrayList<>();
        List<String> named = Pattern.compile("`([A-Z]\\w+Test)\\.(\\w+)`")
                .matcher(Files.readString(DOCUMENT))
                .results()
                .map(MatchResult::group)
                .toList();
        assertThat(named).hasSizeGreaterThan(60);
        for (String one : named) {
            String[] parts = one.replace("`", "").split("\\.", -1);
            if (Arrays.stream(testNamed(parts[0]).getDeclaredMethods()).noneMatch(method -> isTest(method, parts[1]))) {
                missing.add(one);
            }
        }
        assertThat(missing).isEmpty();
    }

    private static Class<?> testNamed(String name) throws ClassNotFoundException {
        try {
            return Class.forName("io.h2session.netty.channel." + name);
        } catch (ClassNotFoundException elsewhere) {
            return Class.forName("io.h2session.netty.http." + name);
        }
    }

    private static boolean isTest(Method method, String name) {
        return method.getName().equals(name)
                && (method.isAnnotationPresent(Test.class) || method.isAnnotationPresent(ParameterizedTest.class));
    }

    @Test
    void everyDecisionHasItsRow() throws IOException {
        List<String> lines = Files.readAllLines(DOCUMENT);
        for (int number = 1; number <= 22; number++) {
            String row = "| C" + number + " |";
            assertThat(lines.stream().filter(line -> line.startsWith(row)))
                    .as(row)
                    .hasSize(1);
        }
    }

    @Test
    void everyDecisionOnMessagesHasItsRow() throws IOException {
        List<String> lines = Files.readAllLines(DOCUMENT);
        assertThat(lines.stream().filter(line -> line.startsWith("| H")).map(line -> line.split(" ", -1)[1]))
                .contains("H1", "H10", "H18", "H20")
                .doesNotHaveDuplicates()
                .hasSizeGreaterThan(18);
    }

    @Test
    void noNameIsOneOfNettys() throws IOException {
        try (Stream<Path> sources = Files.list(SOURCES)) {
            List<String> names = sources.map(
                            source -> source.getFileName().toString().replace(".java", ""))
                    .toList();
            assertThat(names).hasSizeGreaterThan(10).doesNotContainAnyElementsOf(NETTYS);
        }
    }
}
