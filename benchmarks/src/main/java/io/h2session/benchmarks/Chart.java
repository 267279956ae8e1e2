package io.h2session.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Draws the README's table of what a request costs, in text. {@code Chart README.md docs/performance.md README.md} reads the table from
 * the first file, and puts a chart of all of it into the second and a short one into the third, between two marks. {@code
 * benchmarks/chart} runs it.
 */
public final class Chart {
    private static final Pattern ROW = Pattern.compile(
            "\\|([^|]*)\\| (\\d+) \\| (\\d+) ns \\| (\\d+) ns \\| [\\d.]+ \\| (\\d+) B \\| (\\d+) B \\|");
    private static final Pattern PLACE =
            Pattern.compile("(?<=<!-- chart -->\n).*(?=<!-- end of chart -->)", Pattern.DOTALL);
    private static final Pattern SHORT_PLACE =
            Pattern.compile("(?<=<!-- short chart -->\n).*(?=<!-- end of short chart -->)", Pattern.DOTALL);
    private static final int WIDTH = 40;

    private Chart() {}

    /** The file that has the table, and the pages that are written anew. */
    public static void main(String[] files) throws IOException {
        if (files.length != 3) {
            throw new IllegalArgumentException("three files are needed: " + Arrays.toString(files));
        }
        String document = Files.readString(Path.of(files[0]));
        put(Path.of(files[1]), PLACE, draw(document));
        put(Path.of(files[2]), SHORT_PLACE, drawShort(document));
    }

    private static void put(Path page, Pattern place, String chart) throws IOException {
        String text = place.matcher(Files.readString(page)).replaceFirst("```\n" + chart + "```\n");
        Files.write(page, text.getBytes(StandardCharsets.UTF_8));
    }

    /** The times of a small request in a read of many, all to one scale. */
    private static String drawShort(String document) {
        List<MatchResult> rows = ROW.matcher(document)
                .results()
                .filter(row -> row.group(1).contains("`tiny`") && row.group(2).equals("100"))
                .toList();
        int longest = rows.stream()
                .mapToInt(row -> Integer.parseInt(row.group(4)))
                .max()
                .orElseThrow();
        StringBuilder chart = new StringBuilder();
        for (MatchResult row : rows) {
            chart.append(row.group(1).strip().replaceFirst(",.*", "")).append('\n');
            bar(chart, "h2session", row.group(3), "ns", Integer.toString(longest));
            bar(chart, "Netty", row.group(4), "ns", Integer.toString(longest));
        }
        return chart.toString().replace(System.lineSeparator(), "\n");
    }

    private static String draw(String document) {
        StringBuilder chart = new StringBuilder();
        String[] subject = {""};
        ROW.matcher(document).results().forEach(row -> {
            String title = row.group(1).strip().replace("`", "");
            subject[0] = title.isEmpty() ? subject[0] : title.replaceFirst(", beside.*", "");
            chart.append("%s, %s in a read%n".formatted(subject[0], row.group(2)));
            bar(chart, "h2session", row.group(3), "ns", row.group(4));
            bar(chart, "Netty", row.group(4), "ns", row.group(4));
            bar(chart, "h2session", row.group(5), "B", row.group(6));
            bar(chart, "Netty", row.group(6), "B", row.group(6));
            chart.append('\n');
        });
        return chart.toString().replace(System.lineSeparator(), "\n").stripTrailing() + "\n";
    }

    /** A bar whose length is to the width what the value is to {@code whole}. */
    private static void bar(StringBuilder chart, String who, String value, String unit, String whole) {
        int length = Math.round(WIDTH * Float.parseFloat(value) / Float.parseFloat(whole));
        chart.append(String.format(Locale.ROOT, "  %-9s %6s %-2s %s%n", who, value, unit, "#".repeat(length)));
    }
}
