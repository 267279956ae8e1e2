package io.h2session.examples.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each piece of Java in a document stands somewhere in the sources, so that it compiles. Space and comments do not count. */
class DocumentSnippetsTest {
    private static final Path TOP = Path.of("..");
    private static final List<Path> SOURCES =
            List.of(TOP.resolve("codec/src/test/java"), TOP.resolve("examples/src"), TOP.resolve("consumers"));
    private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern EMPTY_LINE_BEFORE_NEXT = Pattern.compile("\n\\s*\n(?=\\S)");
    private static final Pattern COMMENT = Pattern.compile("(?m)(^|\\s)//.*$");
    private static final Pattern TITLE = Pattern.compile("(?m)^#+ (.*)$");
    private static final Pattern ANCHOR = Pattern.compile("\\]\\(([^)#:]*)#([^)]*)\\)");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(?:#[^)]*)?\\)");

    @ParameterizedTest
    @MethodSource("documents")
    void itsJavaStandsInTheSources(Path document) throws IOException {
        List<String> missing = new ArrayList<>();
        List<String> sources = sources();
        for (String piece : pieces(Files.readString(document))) {
            String bare = bare(piece);
            if (sources.stream().noneMatch(source -> source.contains(bare))) {
                missing.add(piece);
            }
        }
        assertThat(missing).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("documents")
    void itsLinksLeadSomewhere(Path document) throws IOException {
        List<String> broken = LINK.matcher(Files.readString(document))
                .results()
                .map(link -> link.group(1))
                .filter(target -> !target.contains("..."))
                .filter(target -> !Files.exists(document.resolveSibling(target)))
                .toList();
        assertThat(broken).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("documents")
    void itsLinksLeadToSectionsThatAreThere(Path document) throws IOException {
        List<String> broken = ANCHOR.matcher(Files.readString(document))
                .results()
                .filter(link -> {
                    Path target = link.group(1).isEmpty() ? document : document.resolveSibling(link.group(1));
                    return !anchors(read(target)).contains(link.group(2));
                })
                .map(MatchResult::group)
                .toList();
        assertThat(broken).isEmpty();
    }

    /** As the hosts of repositories make them of titles. */
    private static List<String> anchors(String document) {
        return TITLE.matcher(document)
                .results()
                .map(title -> title.group(1).toLowerCase(Locale.ROOT))
                .map(title -> title.replaceAll("[^\\w\\- ]", "").replace(' ', '-'))
                .toList();
    }

    @Test
    void thereIsJavaInTheDocuments() throws IOException {
        int pieces = 0;
        for (Path document : documents()) {
            pieces += pieces(Files.readString(document)).size();
        }
        assertThat(pieces).isGreaterThan(25);
    }

    static List<Path> documents() throws IOException {
        try (Stream<Path> pages = Files.list(TOP.resolve("docs"))) {
            return Stream.concat(
                            Stream.of("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")
                                    .map(TOP::resolve),
                            pages)
                    .filter(path -> path.toString().endsWith(".md"))
                    .sorted()
                    .toList();
        }
    }

    private static List<String> pieces(String document) {
        return BLOCK.matcher(document)
                .results()
                .flatMap(block -> EMPTY_LINE_BEFORE_NEXT.splitAsStream(block.group(1)))
                .toList();
    }

    private static List<String> sources() throws IOException {
        List<String> sources = new ArrayList<>();
        for (Path directory : SOURCES) {
            try (Stream<Path> files = Files.walk(directory)) {
                files.filter(path -> path.toString().endsWith(".java")).forEach(path -> sources.add(bare(read(path))));
            }
        }
        return sources;
    }

    private static String read(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static String bare(String java) {
        return COMMENT.matcher(java).replaceAll("").replaceAll("\\s+", "");
    }
}
