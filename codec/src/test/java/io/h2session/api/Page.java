package io.h2session.api;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The tables of a page of the documentation, and the code that it is held against. */
final class Page {
    private static final Path DOCUMENTS = Path.of("..", "docs");
    private static final Path SOURCES = Path.of("src", "main", "java");
    private static final Pattern NAME = Pattern.compile("`([\\w.]+)`");

    private Page() {}

    static String text(String name) {
        return read(DOCUMENTS.resolve(name));
    }

    /** The cells of each row. */
    static Stream<String[]> rows(String text) {
        return text.lines().filter(line -> line.startsWith("| ")).map(line -> line.substring(2, line.length() - 2)
                .split(" \\| ", -1));
    }

    /** What stands in backquotes, if it is a name. */
    static Stream<String> names(String cell) {
        return NAME.matcher(cell).results().map((MatchResult found) -> found.group(1));
    }

    /** Whether it looks like the reason of an error. */
    static boolean isReason(String name) {
        return name.matches("[a-z]+(_[a-z]+)+");
    }

    /** All of the library's code. */
    static String code() {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .map(Page::read)
                    .collect(Collectors.joining());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
