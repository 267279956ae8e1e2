package io.h2session.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionHandlerBuilder;
import io.h2session.netty.pool.PoolOptions;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The text of {@code docs/options.md}: a table of all options, made from their declarations and their Javadoc. */
final class OptionsPage {
    static final Path FILE = Path.of("..", "docs", "options.md");

    private static final Path SOURCES = Path.of("src", "main", "java", "io", "h2session", "api");
    private static final Pattern GETTER =
            Pattern.compile("/\\*\\*([^*]*+(?:\\*(?!/)[^*]*+)*+)\\*/\\s+public \\w+ (\\w+)\\(\\) \\{");
    private static final Path NETTY = Path.of("src", "main", "java", "io", "h2session", "netty");
    private static final Pattern SETTER =
            Pattern.compile("/\\*\\*([^*]*+(?:\\*(?!/)[^*]*+)*+)\\*/\\s+public Http2SessionHandlerBuilder (\\w+)\\(");

    /** The fields of the settings of the handler's builder that have the values, if they are not named as the setting is. */
    private static final Map<String, List<String>> FIELDS = Map.of(
            "frameLog", List.of("frameLogLevel"),
            "maxPerTurn", List.of("maxFramesPerTurn", "maxNewStreamsPerTurn"),
            "holdBackTime", List.of("holdBackMillis"),
            "streamWriteMarks", List.of("streamLowWaterMark", "streamHighWaterMark"),
            "writeMarks", List.of("lowWaterMark", "highWaterMark"));

    private static final Pattern LINK = Pattern.compile("\\{@link(?:plain)? [\\w.]*#(\\w+)(?:\\(\\))?( \\w+)?}");
    private static final Pattern BY_DEFAULT = Pattern.compile("; [^;]+ by default$");
    private static final Pattern TAG = Pattern.compile("\\{@(?:code|link) ([^}]*)}");
    private static final String HEAD = """
            # Options

            Every option with its value in the default preset (`Http2SessionOptions.safe()`), its value in
            `Http2SessionOptions.nghttp2()`, and its range. The Javadoc of each option has the details. `Http2SessionOptions` also
            has `neverIndexed`, `receiveExtension`, `allocator`, `clock` and `metrics`, which are not numbers. The
            [settings of the handler](#http2sessionhandlerbuilder) and [those of a pool](#pooloptions) are at the end, each with its
            default.

            This page is made from the code. After a change of options, write it anew with
            `mvn -pl codec test -Dtest=Http2SessionOptionsTest -Doptions.page=write`.
            """;

    private OptionsPage() {}

    static String text() throws IOException {
        StringBuilder page = new StringBuilder(HEAD);
        table(page, Http2SessionOptions.class, Http2SessionOptions.options().all());
        table(page, Http2Limits.class, Http2Limits.options().all());
        table(page, Http2Timeouts.class, Http2Timeouts.options().all());
        handlerTable(page);
        poolTable(page);
        return page.toString();
    }

    /** Every setting of the builder, in its order, with the values that a new one begins with. */
    private static void handlerTable(StringBuilder page) throws IOException {
        heading(page, Http2SessionHandlerBuilder.class);
        String source = Files.readString(NETTY.resolve("Http2SessionHandlerBuilder.java"));
        Map<String, Object> defaults = handlerDefaults();
        Set<String> told = new TreeSet<>();
        Matcher setter = SETTER.matcher(source);
        while (setter.find()) {
            String name = setter.group(2);
            if (told.add(name)) {
                String values = FIELDS.getOrDefault(name, List.of(name)).stream()
                        .map(field -> value(field, defaults.get(field)))
                        .collect(Collectors.joining(", "));
                row(page, name, values, oneLine(setter.group(1)));
            }
        }
        Set<String> setters = Arrays.stream(Http2SessionHandlerBuilder.class.getMethods())
                .filter(method -> method.getReturnType() == Http2SessionHandlerBuilder.class)
                .map(Method::getName)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(told).isEqualTo(setters);
    }

    private static Map<String, Object> handlerDefaults() {
        Map<String, Object> values = new HashMap<>();
        try {
            Field settings = Http2SessionHandlerBuilder.class.getDeclaredField("settings");
            settings.setAccessible(true);
            Object collected = settings.get(Http2SessionHandler.forServer());
            for (Field field : collected.getClass().getDeclaredFields()) {
                field.setAccessible(true);
                values.put(field.getName(), field.get(collected));
            }
        } catch (ReflectiveOperationException changed) {
            throw new LinkageError(changed.getMessage(), changed);
        }
        return values;
    }

    private static void poolTable(StringBuilder page) throws IOException {
        heading(page, PoolOptions.class);
        String source = oneLine(Files.readString(NETTY.resolve("pool").resolve("PoolOptions.java")));
        for (RecordComponent option : PoolOptions.class.getRecordComponents()) {
            Matcher comment = Pattern.compile("@param " + option.getName() + " (.)(.*?)(?= @param | @since )")
                    .matcher(source);
            assertThat(comment.find()).as(option.getName()).isTrue();
            try {
                Object value = option.getAccessor().invoke(PoolOptions.defaults());
                String text = comment.group(1).toUpperCase(Locale.ROOT) + comment.group(2);
                row(page, option.getName(), value(option.getName(), value), text);
            } catch (ReflectiveOperationException changed) {
                throw new LinkageError(changed.getMessage(), changed);
            }
        }
    }

    private static void heading(StringBuilder page, Class<?> type) {
        page.append("\n## `").append(type.getSimpleName()).append("`\n\n");
        page.append("| option | default | meaning |\n|---|---|---|\n");
    }

    private static void row(StringBuilder page, String name, String value, String comment) {
        page.append("| `%s` | %s | %s |%n"
                .formatted(
                        name, value, BY_DEFAULT.matcher(firstSentence(comment)).replaceFirst("")));
    }

    private static String value(String name, Object value) {
        if (value == null || value instanceof Set<?> none && none.isEmpty()) {
            return "none";
        } else if (value instanceof Duration time) {
            return duration(time);
        } else if (value instanceof Number number) {
            return name.endsWith("Millis")
                    ? duration(Duration.ofMillis(number.longValue()))
                    : number(number, value instanceof Double);
        } else if (value instanceof Http2SessionOptions) {
            return "`Http2SessionOptions.safe()`";
        } else if (value instanceof LongSupplier) {
            return "`System::nanoTime`";
        }
        return value.toString();
    }

    private static String duration(Duration time) {
        if (time.isZero()) {
            return "off";
        } else if (time.toMillisPart() != 0) {
            return time.toMillis() + " ms";
        }
        return time.toSecondsPart() == 0 ? time.toMinutes() + " min" : time.toSeconds() + " s";
    }

    private static String number(Number number, boolean fraction) {
        if (fraction) {
            return number.toString();
        }
        long value = number.longValue();
        if (value == Integer.MAX_VALUE) {
            return "no limit";
        } else if (value == (1 << 30) - 1) {
            return "2^30-1";
        } else if (value >= 1024 && value % 1024 == 0) {
            return value % (1024 * 1024) == 0 ? value / (1024 * 1024) + " MiB" : value / 1024 + " KiB";
        }
        return Long.toString(value);
    }

    private static String oneLine(String comment) {
        return comment.replaceAll("(?m)^\\s*\\*", " ").replaceAll("\\s+", " ").strip();
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
            comments.put(getter.group(2), oneLine(getter.group(1)));
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
