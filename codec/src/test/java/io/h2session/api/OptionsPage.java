package io.h2session.api;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The text of {@code docs/options.md}: a table of all options, made from their declarations and the Javadoc of their getters. */
final class OptionsPage {
    static final Path FILE = Path.of("..", "docs", "options.md");

    private static final Path SOURCES = Path.of("src", "main", "java", "io", "h2session", "api");
    private static final Pattern GETTER =
            Pattern.compile("/\\*\\*([^*]*+(?:\\*(?!/)[^*]*+)*+)\\*/\\s+public \\w+ (\\w+)\\(\\) \\{");
    private static final Pattern LINK = Pattern.compile("\\{@link(?:plain)? [\\w.]*#(\\w+)(?:\\(\\))?( \\w+)?}");
    private static final Pattern TAG = Pattern.compile("\\{@(?:code|link) ([^}]*)}");
    private static final String HEAD = """
            # Options

            Every option with its value in the default preset (`Http2SessionOptions.safe()`), its value in
            `Http2SessionOptions.nghttp2()`, and its range. The Javadoc of each option has the details. `Http2SessionOptions` also
            has `neverIndexed`, `receiveExtension`, `allocator`, `clock` and `metrics`, which are not numbers.

            This page is made from the code. After a change of options, write it anew with
            `mvn -pl codec test -Dtest=Http2SessionOptionsTest -Doptions.page=write`.
            """;

    private OptionsPage() {}

    static String text() throws IOException {
        StringBuilder page = new StringBuilder(HEAD);
        table(page, Http2SessionOptions.class, Http2SessionOptions.options().all());
        table(page, Http2Limits.class, Http2Limits.options().all());
        table(page, Http2Timeouts.class, Http2Timeouts.options().all());
        return page.toString();
    }

    private static void table(StringBuilder page, Class<?> type, List<Option> options) throws IOException {
        Map<String, String> comments = comments(type);
        page.append("\n## `").append(type.getSimpleName()).append("`\n\n");
        page.append("| option | default | nghttp2 | range | meaning |\n|---|---|---|---|---|\n");
        for (Option option : options) {
            page.append("| `%s` | %s | %s | %s | %s |%n"
                    .formatted(
                            option.name(),
                            value(option, option.safe()),
                            value(option, option.nghttp2()),
                            option.unit().equals(Option.FLAG) ? "" : range(option),
                            firstSentence(comments.get(option.name()))));
        }
    }

    /** The Javadoc comments of a type's getters, each in one line. */
    static Map<String, String> comments(Class<?> type) throws IOException {
        Map<String, String> comments = new TreeMap<>();
        Matcher getter = GETTER.matcher(Files.readString(SOURCES.resolve(type.getSimpleName() + ".java")));
        while (getter.find()) {
            String text = getter.group(1)
                    .replaceAll("(?m)^\\s*\\*", " ")
                    .replaceAll("\\s+", " ")
                    .strip();
            comments.put(getter.group(2), text);
        }
        return comments;
    }

    /** What the Javadoc of an option's getter has to say of it. */
    static String facts(Option option) {
        String presets = "Default " + value(option, option.safe()) + "; nghttp2: " + value(option, option.nghttp2());
        return option.unit().equals(Option.FLAG) ? presets + "." : presets + "; range " + range(option) + ".";
    }

    private static String range(Option option) {
        if (option.unit().equals(Option.NANOSECONDS)) {
            return option.min() + " to " + Duration.ofNanos(option.max()).toDays() + " days";
        }
        return bound(option.min()) + " to " + bound(option.max()) + " " + option.unit();
    }

    private static String bound(long value) {
        for (int bits : new int[] {24, 31, 32}) {
            if (value == (1L << bits) - 1) {
                return "2^" + bits + "-1";
            }
        }
        return value == 1 << 30 ? "2^30" : Long.toString(value);
    }

    static String value(Option option, long value) {
        return switch (option.unit()) {
            case Option.FLAG -> value == 1 ? "true" : "false";
            case Option.NANOSECONDS ->
                value == 0 ? "off" : Duration.ofNanos(value).toSeconds() + " s";
            default -> number(option, value);
        };
    }

    private static String number(Option option, long value) {
        if (value < option.min()) {
            // The one default that another option decides.
            return Integer.toString(Http2SessionOptions.safe().maxRunningExchanges());
        }
        if (value == Http2Limits.UNLIMITED || value == Http2SessionOptions.NO_LIMIT) {
            return "no limit";
        }
        if (option.unit().equals("bytes") && value >= 1024 && value % 1024 == 0) {
            return value % (1024 * 1024) == 0 ? value / (1024 * 1024) + " MiB" : value / 1024 + " KiB";
        }
        return Long.toString(value);
    }

    private static String firstSentence(String comment) {
        String text = LINK.matcher(comment)
                .replaceAll(link -> link.group(2) == null
                        ? "`" + link.group(1) + "`"
                        : link.group(2).strip());
        text = TAG.matcher(text).replaceAll("`$1`").replace("|", "\\|");
        Matcher end = Pattern.compile("\\.(?= |$)").matcher(text);
        return end.find() ? text.substring(0, end.start()) : text;
    }
}
