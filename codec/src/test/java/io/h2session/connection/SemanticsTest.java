package io.h2session.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.Http2SessionOptions;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class SemanticsTest {
    private static final Path DEPARTURES = Path.of("DEPARTURES.md");

    @Test
    void eachQuestionIsARowOfTheDepartures() throws IOException {
        List<String> rows = Files.readAllLines(DEPARTURES).stream()
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.substring(3, line.indexOf('`', 3)))
                .toList();

        assertThat(questions()).extracting(SemanticsTest::row).isNotEmpty().isSubsetOf(rows);
    }

    @Test
    void theSafePresetDepartsInEachRowAndTheOtherInNone() throws ReflectiveOperationException {
        Semantics safe = new Semantics(Http2SessionOptions.safe());
        Semantics nghttp2 = new Semantics(Http2SessionOptions.nghttp2());
        for (Method question : questions()) {
            assertThat(question.invoke(safe)).as(question.getName()).isEqualTo(true);
            assertThat(question.invoke(nghttp2)).as(question.getName()).isEqualTo(false);
        }
    }

    private static List<Method> questions() {
        return Arrays.stream(Semantics.class.getDeclaredMethods())
                .filter(method -> !method.isSynthetic() && !Modifier.isStatic(method.getModifiers()))
                .toList();
    }

    /** {@code uploadsShare} asks for the row {@code uploads-share}. */
    private static String row(Method question) {
        return question.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }
}
