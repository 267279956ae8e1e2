package io.h2session.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Draws the README's table of what a request costs, in text, and puts it into a page between two marks: {@code Chart README.md
 * docs/performance.md}. {@code benchmarks/chart} runs it.
 */
public final class Chart {
    private static final Pattern ROW = Pattern.compile(
            "\\|([^|]*)\\| (\\d+) \\| (\\d+) ns \\| (\\d+) ns \\| [\\d.]+ \\| (\\d+) B \\| (\\d+) B \\|");
    private static final Pattern PLACE =
            Pattern.compile("(?<=<!-- chart -->\n).*(?=<!-- end of chart -->)", Pattern.DOTALL);
    private static final int WIDTH = 40;

    private Chart() {}

    /** The file that has the table, and the page that is written anew. */
    public static void main(String[] files) throws IOException {
        if (files.length != 2) {
            throw new IllegalArgumentException("two files are needed: " + Arrays.toString(files));
        }
        String chart = "```\n" + draw(Files.readString(Path.of(files[0]))) + "```\n";
        Path page = Path.of(files[1]);
        String text = PLACE.matcher(Files.readString(page)).replaceFirst(chart);
        Files.write(page, text.getBytes(StandardCharsets.UTF_8));
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

    /** The longest bar is Netty's. */
    private static void bar(StringBuilder chart, String who, String value, String unit, String whole) {
        int length = Math.round(WIDTH * Float.parseFloat(value) / Float.parseFloat(whole));
        chart.append(String.format(Locale.ROOT, "  %-9s %6s %-2s %s%n", who, value, unit, "#".repeat(length)));
    }
}
