package io.h2session.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.netty.Http2SessionHandlerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/limits.md} has every limit, its default as it is declared, and reasons that the code gives. */
class LimitsPageTest {
    private static final Path PAGE = Path.of("..", "docs", "limits.md");
    private static final Path SOURCES = Path.of("src", "main", "java");
    private static final Pattern NAME = Pattern.compile("`(\\w+)`");

    /** Numbers of {@link Http2SessionOptions} and others that nothing happens at. */
    private static final Set<String> NO_LIMITS =
            Set.of("closedStreamHistory", "maxEncoderTableSize", "pingWithoutStreams");

    private static final String BUILDERS = "\n## What waits to be sent";

    @Test
    void everyLimitAndTimeoutHasOneRow() throws IOException {
        List<String> named = rows(options()).flatMap(row -> names(row[0])).toList();

        assertThat(named).doesNotHaveDuplicates();
        assertThat(named)
                .containsAll(Stream.of(Http2Limits.options(), Http2Timeouts.options())
                        .flatMap(set -> set.all().stream())
                        .map(Option::name)
                        .filter(name -> !NO_LIMITS.contains(name) && !name.equals("abuseWeighted"))
                        .toList());
        assertThat(declared().map(Option::name)).containsAll(named);
    }

    @Test
    void theDefaultIsTheDeclaredOneOfTheFirst() throws IOException {
        assertThat(rows(options())).allSatisfy(row -> {
            String first = names(row[0]).findFirst().orElseThrow();
            Option option = declared()
                    .filter(one -> one.name().equals(first))
                    .findFirst()
                    .orElseThrow();
            assertThat(row[1]).as(first).isEqualTo(OptionsPage.value(option, option.safe()));
        });
    }

    @Test
    void theReasonsAreTheCodes() throws IOException {
        Set<String> missing = new TreeSet<>();
        try (Stream<Path> files = Files.walk(SOURCES)) {
            String code = files.filter(file -> file.toString().endsWith(".java"))
                    .map(LimitsPageTest::read)
                    .collect(Collectors.joining());
            List<String> reasons = rows(page())
                    .flatMap(row -> names(row[2]))
                    .filter(name -> name.matches("[a-z]+(_[a-z]+)+"))
                    .toList();
            assertThat(reasons).hasSizeGreaterThan(20);
            reasons.stream()
                    .filter(reason -> !code.contains('"' + reason + '"'))
                    .forEach(missing::add);
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void theSettingsOfTheBuilderAreThere() throws IOException {
        String page = page();
        List<String> settings = rows(page.substring(page.indexOf(BUILDERS)))
                .flatMap(row -> names(row[0]))
                .toList();
        assertThat(settings).hasSizeGreaterThan(5);
        assertThat(Arrays.stream(Http2SessionHandlerBuilder.class.getMethods()).map(Method::getName))
                .containsAll(settings);
    }

    private static Stream<Option> declared() {
        return Stream.of(Http2SessionOptions.options(), Http2Limits.options(), Http2Timeouts.options())
                .flatMap(set -> set.all().stream());
    }

    private static String page() throws IOException {
        return Files.readString(PAGE);
    }

    /** The part about options, without that about the handler's builder. */
    private static String options() throws IOException {
        String page = page();
        return page.substring(0, page.indexOf(BUILDERS));
    }

    private static Stream<String[]> rows(String text) {
        return text.lines().filter(line -> line.startsWith("| `")).map(line -> line.substring(2, line.length() - 2)
                .split(" \\| ", -1));
    }

    private static Stream<String> names(String cell) {
        return NAME.matcher(cell).results().map((MatchResult found) -> found.group(1));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
