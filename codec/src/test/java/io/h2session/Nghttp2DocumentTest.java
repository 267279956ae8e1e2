package io.h2session;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Member;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The guide for users of nghttp2 names each of its functions and error codes, and names of ours that are there. */
class Nghttp2DocumentTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "migrating-from-nghttp2.md");
    private static final List<String> PACKAGES =
            List.of("", ".api", ".frame", ".hpack", ".priority", ".netty", ".netty.negotiation");

    @Test
    void eachFunctionHasOneRow() throws IOException {
        List<String> functions = lines("nghttp2-functions.txt");
        assertThat(functions).hasSize(182);

        assertThat(namedIn("`(nghttp2_\\w+)`")).containsExactlyInAnyOrderElementsOf(functions);
    }

    @Test
    void eachErrorCodeHasOneRow() throws IOException {
        String table = Files.readString(DOCUMENT).split("\n## Error codes\n", 2)[1];
        assertThat(Pattern.compile("`(NGHTTP2_ERR_\\w+)`")
                        .matcher(table)
                        .results()
                        .map(found -> found.group(1)))
                .containsExactlyInAnyOrderElementsOf(lines("nghttp2-errors.txt"));
    }

    private static List<String> lines(String resource) throws IOException {
        try (InputStream in = Nghttp2DocumentTest.class.getResourceAsStream(resource)) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource
    void theNameIsThere(String name) {
        String[] parts = name.split("\\.", -1);
        Class<?> owner = PACKAGES.stream()
                .flatMap(in -> find("io.h2session" + in + "." + parts[0]))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no public class " + parts[0]));
        if (parts.length > 1) {
            assertThat(publicMembers(owner)).contains(parts[1]);
        }
    }

    static List<String> theNameIsThere() throws IOException {
        // Ours begin with a capital letter and are no constants of nghttp2's.
        List<String> names = namedIn("`((?!NGHTTP2)[A-Z][a-z]\\w+(?:\\.\\w+)?)(?:\\(\\))?`")
                .distinct()
                .toList();
        assertThat(names).hasSizeGreaterThan(100);
        return names;
    }

    private static Stream<String> namedIn(String pattern) throws IOException {
        return Pattern.compile(pattern)
                .matcher(Files.readString(DOCUMENT))
                .results()
                .map((MatchResult found) -> found.group(1));
    }

    private static Stream<Class<?>> find(String name) {
        try {
            Class<?> found = Class.forName(name);
            return Modifier.isPublic(found.getModifiers()) ? Stream.of(found) : Stream.empty();
        } catch (ClassNotFoundException elsewhere) {
            return Stream.empty();
        }
    }

    private static List<String> publicMembers(Class<?> owner) {
        Stream<Member> members = Stream.concat(Arrays.stream(owner.getMethods()), Arrays.stream(owner.getFields()));
        return Stream.concat(
                        members.map(Member::getName),
                        Arrays.stream(owner.getClasses()).map(Class::getSimpleName))
                .toList();
    }
}
