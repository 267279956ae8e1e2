package io.h2session.examples.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each token that a page names, such as a reason why a session ended, is one of the code: a string, or a constant in lower case. */
class ReasonTokensTest {
    private static final Path TOP = Path.of("..");
    private static final Pattern TOKEN = Pattern.compile("`([a-z]+(?:_[a-z0-9]+)+)`");

    /** Names of C. */
    private static final String NGHTTP2 = "migrating-from-nghttp2.md";

    private static final Pattern STRING = Pattern.compile("\"([a-z]+(?:_[a-z0-9]+)+)\"");
    private static final Pattern CONSTANT = Pattern.compile("\\b[A-Z]+(?:_[A-Z0-9]+)+\\b");

    /** How several begin: "a reason that begins with". */
    private static final Set<String> BEGINNINGS = Set.of("too_many", "too_much");

    @Test
    void theTokensOfThePagesAreThoseOfTheCode() throws IOException {
        Set<String> known = known();
        assertThat(known)
                .anyMatch(token -> token.startsWith("too_many_"))
                .anyMatch(token -> token.startsWith("too_much_"));
        known.addAll(BEGINNINGS);
        Set<String> unknown = new TreeSet<>();
        int found = 0;
        for (Path page : DocumentSnippetsTest.documents()) {
            if (page.endsWith(NGHTTP2)) {
                continue;
            }
            Matcher token = TOKEN.matcher(Files.readString(page));
            while (token.find()) {
                found++;
                if (!known.contains(token.group(1))) {
                    unknown.add(page.getFileName() + ": " + token.group(1));
                }
            }
        }

        assertThat(unknown).isEmpty();
        assertThat(found).isGreaterThan(30);
    }

    private static Set<String> known() throws IOException {
        Set<String> known = new HashSet<>();
        for (String module : List.of("codec", "micrometer", "examples")) {
            try (Stream<Path> files = Files.walk(TOP.resolve(module).resolve("src/main/java"))) {
                for (Path file :
                        files.filter(path -> path.toString().endsWith(".java")).toList()) {
                    String code = Files.readString(file);
                    STRING.matcher(code)
                            .results()
                            .map(string -> string.group(1))
                            .forEach(known::add);
                    CONSTANT.matcher(code)
                            .results()
                            .map(MatchResult::group)
                            .map(constant -> constant.toLowerCase(Locale.ROOT))
                            .forEach(known::add);
                }
            }
        }
        return known;
    }
}
