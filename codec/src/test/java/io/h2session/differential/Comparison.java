package io.h2session.differential;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Two traces of one scenario, compared after what never matters was taken out of both: informational lines, and how a header
 * block was encoded. If they differ, then again without what may differ between any two implementations.
 */
final class Comparison {
    /** What came of it. */
    enum Verdict {
        /** Equal. */
        AGREE,
        /** Equal but for texts, debug data, the order within a group and closed streams that are still known. */
        AGREE_IN_SUBSTANCE,
        /** One side lacks an option or a call that the scenario needs. */
        UNSUPPORTED,
        /** Different. */
        DIFFER
    }

    private static final Pattern GOAWAY_DEBUG = Pattern.compile(
            "^(  (?:tx|frame_send|before_frame_send|frame_not_send) GOAWAY .*?code=(?!NO_ERROR)\\S+ )debug=\\S*");
    private static final Pattern WINDOW_UPDATE =
            Pattern.compile("^  (?:tx|frame_send|before_frame_send) WINDOW_UPDATE .*?stream=(\\d+)");
    private static final Pattern CLOSED_STREAM = Pattern.compile("^(state stream \\d+) st=CLOSED$");

    private final Verdict verdict;
    private final List<String> expected;
    private final List<String> actual;

    private Comparison(Verdict verdict, List<String> expected, List<String> actual) {
        this.verdict = verdict;
        this.expected = expected;
        this.actual = actual;
    }

    static Comparison of(List<String> expectedTrace, List<String> actualTrace) {
        List<String> expected = SentBytes.decoded(expectedTrace);
        List<String> actual = SentBytes.decoded(actualTrace);
        boolean unsupported = unsupported(expected) || unsupported(actual);
        maskUnsupported(expected, actual);
        expected = essential(expected);
        actual = essential(actual);
        if (expected.equals(actual)) {
            return new Comparison(Verdict.AGREE, expected, actual);
        }
        expected = substance(expected);
        actual = substance(actual);
        Verdict verdict = expected.equals(actual)
                ? Verdict.AGREE_IN_SUBSTANCE
                : unsupported ? Verdict.UNSUPPORTED : Verdict.DIFFER;
        return new Comparison(verdict, expected, actual);
    }

    Verdict verdict() {
        return verdict;
    }

    boolean agrees() {
        return verdict == Verdict.AGREE || verdict == Verdict.AGREE_IN_SUBSTANCE;
    }

    /** The number of lines, as compared, that both begin with. */
    int common() {
        int common = 0;
        while (common < expected.size()
                && common < actual.size()
                && expected.get(common).equals(actual.get(common))) {
            common++;
        }
        return common;
    }

    /** What is right, as it was compared. */
    List<String> expected() {
        return expected;
    }

    /** What was found, as it was compared. */
    List<String> actual() {
        return actual;
    }

    /** The lines that were compared of what is right, or null outside of them. */
    String expected(int line) {
        return line >= 0 && line < expected.size() ? expected.get(line) : null;
    }

    /** The lines that were compared of what was found, or null outside of them. */
    String actual(int line) {
        return line >= 0 && line < actual.size() ? actual.get(line) : null;
    }

    // ---- what one side lacks ---------------------------------------------------------------------------------------

    private static boolean unsupported(List<String> lines) {
        return lines.stream()
                .anyMatch(line -> line.startsWith("  unsupported ")
                        || line.startsWith("    do ") && line.contains("UNSUPPORTED"));
    }

    /** The result of a call that one side lacks may be anything on the other. */
    private static void maskUnsupported(List<String> expected, List<String> actual) {
        Set<String> lacking = new HashSet<>();
        forResults(expected, (call, index) -> lacksAt(expected, index, call, lacking));
        forResults(actual, (call, index) -> lacksAt(actual, index, call, lacking));
        forResults(expected, (call, index) -> mask(expected, index, call, lacking));
        forResults(actual, (call, index) -> mask(actual, index, call, lacking));
    }

    private static void lacksAt(List<String> lines, int index, String call, Set<String> lacking) {
        if (lines.get(index).contains("UNSUPPORTED")) {
            lacking.add(call);
        }
    }

    private static void mask(List<String> lines, int index, String call, Set<String> lacking) {
        if (lacking.contains(call)) {
            lines.set(index, "result of " + call);
        }
    }

    private interface ResultVisitor {
        void result(String call, int index);
    }

    private static void forResults(List<String> lines, ResultVisitor visitor) {
        String operation = "";
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.startsWith("op ")) {
                operation = line;
            } else if (line.startsWith("rc ")) {
                visitor.result(operation, i);
            } else if (line.startsWith("fn ") && line.contains(" = ")) {
                visitor.result(line.substring(0, line.indexOf(" = ")), i);
            }
        }
    }

    // ---- what does not matter --------------------------------------------------------------------------------------

    private static List<String> essential(List<String> lines) {
        List<String> kept = new ArrayList<>();
        for (String line : lines) {
            if (line.stripLeading().startsWith("~")) {
                continue;
            }
            if (line.startsWith("  tx ")) {
                int encoding = line.indexOf(" cont=");
                kept.add(encoding < 0 ? line : line.substring(0, encoding));
            } else if (line.startsWith("  tx-h ") && line.endsWith(" !never")) {
                kept.add(line.substring(0, line.length() - " !never".length()));
            } else {
                kept.add(line);
            }
        }
        return kept;
    }

    private static List<String> substance(List<String> lines) {
        List<String> kept = new ArrayList<>();
        for (String line : lines) {
            String shorter = line;
            if (line.startsWith("  error ") && line.contains(" msg=")) {
                shorter = line.substring(0, line.indexOf(" msg="));
            }
            shorter = GOAWAY_DEBUG.matcher(shorter).replaceFirst("$1debug=*");
            shorter = CLOSED_STREAM.matcher(shorter).replaceFirst("$1 st=NONE").replace("= CLOSED", "= NONE");
            kept.add(shorter);
        }
        sortRuns(kept, line -> line.startsWith("  stream_close "), Comparator.naturalOrder());
        sortRuns(
                kept,
                line -> WINDOW_UPDATE.matcher(line).find(),
                Comparator.comparingInt(Comparison::windowUpdateStream).thenComparing(Comparator.naturalOrder()));
        return kept;
    }

    private static int windowUpdateStream(String line) {
        Matcher matcher = WINDOW_UPDATE.matcher(line);
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
    }

    private static void sortRuns(List<String> lines, Predicate<String> of, Comparator<String> order) {
        int from = 0;
        for (int i = 0; i <= lines.size(); i++) {
            if (i == lines.size() || !of.test(lines.get(i))) {
                lines.subList(from, i).sort(order);
                from = i + 1;
            }
        }
    }
}
