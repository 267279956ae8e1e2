package io.h2session.differential;

import io.h2session.differential.Recordings.Recording;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Plays a tape and compares with what the libnghttp2 at hand made of it. With the trace of the libnghttp2 that we are held
 * to, it tells an older library from a fault of ours: {@code .ci/live-nghttp2} says how it is called.
 */
public final class LiveComparison {
    private static final int SHOWN_BEFORE = 2;
    private static final int SHOWN = 6;
    private static final int KINDS = 12;
    private static final String UNKNOWN = "differ";

    private final Map<String, List<String>> live;
    private final Map<String, List<String>> recorded;
    private final boolean show;
    private final Map<String, Integer> counts = new TreeMap<>(LiveComparison::order);
    private final Map<String, Kind> kinds = new LinkedHashMap<>();

    private LiveComparison(Map<String, List<String>> live, Map<String, List<String>> recorded, boolean show) {
        this.live = live;
        this.recorded = recorded;
        this.show = show;
    }

    /** By name, and what has no explanation at the end. */
    private static int order(String a, String b) {
        boolean last = a.equals(UNKNOWN);
        return last == b.equals(UNKNOWN) ? a.compareTo(b) : last ? 1 : -1;
    }

    /** Scenarios that begin to differ with lines of the same shape. */
    private static final class Kind {
        private final String example;
        private int count;

        Kind(String example) {
            this.example = example;
        }
    }

    /**
     * Prints a summary.
     *
     * @param arguments perhaps {@code --show}; the tape; the trace of the library at hand; perhaps the recorded trace
     */
    public static void main(String[] arguments) throws IOException {
        boolean show = arguments[0].equals("--show");
        String[] files = show ? Arrays.copyOfRange(arguments, 1, arguments.length) : arguments;
        LiveComparison comparison = new LiveComparison(
                TraceFile.read(Path.of(files[1])),
                files.length > 2 ? TraceFile.read(Path.of(files[2])) : Map.of(),
                show);
        try (InputStream tape = Files.newInputStream(Path.of(files[0]))) {
            Tape.read(tape, comparison::compare);
        }
        comparison.summary();
    }

    private void compare(Tape.Scenario scenario) {
        List<String> theirs = live.get(scenario.name());
        if (theirs == null) {
            throw new IllegalStateException("not played by the library: " + scenario.name());
        }
        List<String> ours = TapeDriver.play(scenario);
        Comparison comparison = Comparison.of(theirs, ours);
        String outcome = outcome(scenario, comparison, ours);
        counts.merge(outcome, 1, Integer::sum);
        if (!comparison.agrees()) {
            if (outcome.equals(UNKNOWN)) {
                kinds.computeIfAbsent(shape(comparison), shape -> new Kind(scenario.name())).count++;
            }
            if (show) {
                show(scenario.name() + ": " + outcome, comparison);
            }
        }
    }

    private String outcome(Tape.Scenario scenario, Comparison comparison, List<String> ours) {
        switch (comparison.verdict()) {
            case AGREE:
                return "agree";
            case AGREE_IN_SUBSTANCE:
                return "agree in substance";
            case UNSUPPORTED:
                return "differ, as known: this library lacks an option or a call";
            default:
                return differing(scenario, comparison, ours);
        }
    }

    private String differing(Tape.Scenario scenario, Comparison comparison, List<String> ours) {
        List<String> held = recorded.get(scenario.name());
        if (held != null) {
            return Comparison.of(held, ours).agrees()
                    ? "differ, as known: this library is older, we agree with the recorded one"
                    : "differ, as known: a departure (codec/DEPARTURES.md), from the recorded one, too";
        }
        Departure departure = departure(scenario, comparison);
        if (departure != null) {
            return "differ, as known: departure " + departure.id() + " (codec/DEPARTURES.md)";
        }
        KnownDifference known = KnownDifference.of(comparison);
        return known == null ? UNKNOWN : "differ, as known: " + known.reason();
    }

    /** The departure that touches the scenario before the traces begin to differ; null for none. */
    private static Departure departure(Tape.Scenario scenario, Comparison comparison) {
        Recording recording = new Recording(scenario, comparison.expected());
        for (Departure departure : Departure.values()) {
            int line = departure.touches(recording);
            if (departure.alike(List.of()) == null && line != Departure.NEVER && line <= comparison.common()) {
                return departure;
            }
        }
        return null;
    }

    /** The first lines that differ, without their numbers. */
    private static String shape(Comparison comparison) {
        int line = comparison.common();
        return shape(comparison.expected(line)) + "  |  " + shape(comparison.actual(line));
    }

    private static String shape(String line) {
        return line == null
                ? "(nothing)"
                : line.strip().replaceAll("=\\S*[0-9]\\S*", "=N").replaceAll("\\b\\d+\\b", "N");
    }

    private static void show(String title, Comparison comparison) {
        System.out.println("  " + title);
        int common = comparison.common();
        for (int i = Math.max(0, common - SHOWN_BEFORE); i < common; i++) {
            System.out.println("         " + comparison.expected(i));
        }
        for (int i = common; i < common + SHOWN && comparison.expected(i) != null; i++) {
            System.out.println("    them " + comparison.expected(i));
        }
        for (int i = common; i < common + SHOWN && comparison.actual(i) != null; i++) {
            System.out.println("    us   " + comparison.actual(i));
        }
    }

    private void summary() {
        int all = counts.values().stream().mapToInt(Integer::intValue).sum();
        System.out.printf("%7d scenarios%n", all);
        counts.forEach((outcome, count) -> System.out.printf("%7d %s%n", count, outcome));
        if (!kinds.isEmpty()) {
            System.out.println("  the last, by the lines in which they begin to differ (them | us), with an example:");
            kinds.entrySet().stream()
                    .sorted((a, b) -> b.getValue().count - a.getValue().count)
                    .limit(KINDS)
                    .forEach(kind -> System.out.printf(
                            "%7d %s  [%s]%n", kind.getValue().count, kind.getKey(), kind.getValue().example));
        }
    }
}
