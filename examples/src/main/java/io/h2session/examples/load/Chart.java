package io.h2session.examples.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;

/** Pictures of letters, for a terminal. */
final class Chart {
    private static final int WIDTH = 50;
    private static final int MOST_ROWS = 16;
    private static final int MOST_COLUMNS = 60;

    /** Parts of a letter from the left, each an eighth more. */
    private static final String EIGHTHS = "\u258f\u258e\u258d\u258c\u258b\u258a\u2589\u2588";

    /** Parts of a letter from below, each an eighth more. */
    private static final String HEIGHTS = "\u2581\u2582\u2583\u2584\u2585\u2586\u2587\u2588";

    /** Steps between a power of ten and the next, from fine to coarse. */
    private static final double[][] STEPS = {
        {1, 1.2, 1.5, 1.8, 2.2, 2.7, 3.3, 3.9, 4.7, 5.6, 6.8, 8.2}, {1, 1.5, 2, 3, 5, 7}, {1, 2, 5}, {1}
    };

    private final boolean unicode;

    /** @param unicode whether more letters than those of ASCII can be printed */
    Chart(boolean unicode) {
        this.unicode = unicode;
    }

    /** A row for each stretch of times, with its share of all and a bar. The steps grow with the times. */
    List<String> distribution(Histogram times) {
        if (times.getTotalCount() == 0) {
            return List.of();
        }
        List<Double> limits = limits(times.getMinValue(), times.lowestEquivalentValue(times.getMaxValue()));
        long[] counts = new long[limits.size()];
        int row = 0;
        for (HistogramIterationValue value : times.recordedValues()) {
            // A histogram keeps times as stretches of 0.1 %.
            long from = times.lowestEquivalentValue(value.getValueIteratedTo());
            while (row < counts.length - 1 && from > limits.get(row)) {
                row++;
            }
            counts[row] += value.getCountAtValueIteratedTo();
        }
        long most = 1;
        for (long count : counts) {
            most = Math.max(most, count);
        }
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < counts.length; i++) {
            double share = 100.0 * counts[i] / times.getTotalCount();
            rows.add(String.format(
                            Locale.ROOT,
                            "to %8s %s %s",
                            Times.text(limits.get(i)),
                            percent(share, counts[i]),
                            bar(counts[i], most))
                    .stripTrailing());
        }
        return rows;
    }

    /** The smallest share is told as being above zero. */
    private static String percent(double share, long count) {
        boolean hidden = count > 0 && share < 0.005;
        return hidden ? " <0.01 %" : String.format(Locale.ROOT, "%6.2f %%", share);
    }

    private String bar(long count, long most) {
        if (count == 0) {
            return "";
        }
        int eighths = (int) Math.max(1, Math.round(8.0 * WIDTH * count / most));
        if (!unicode) {
            return "#".repeat((eighths + 7) / 8);
        }
        String rest = eighths % 8 == 0 ? "" : EIGHTHS.substring(eighths % 8 - 1, eighths % 8);
        return EIGHTHS.substring(7).repeat(eighths / 8) + rest;
    }

    /** The ends of the rows: the finest steps that make no more rows than are wanted. */
    private static List<Double> limits(long min, long max) {
        List<Double> limits = List.of();
        for (double[] steps : STEPS) {
            limits = limits(steps, min, max);
            if (limits.size() <= MOST_ROWS) {
                break;
            }
        }
        return limits;
    }

    private static List<Double> limits(double[] steps, long min, long max) {
        List<Double> limits = new ArrayList<>();
        for (double power = 1; ; power *= 10) {
            for (double step : steps) {
                double limit = step * power;
                if (limit >= min) {
                    limits.add(limit);
                }
                if (limit >= max) {
                    return limits;
                }
            }
        }
    }

    /** One letter for each second, or for several; empty if that is not worth it. */
    String timeline(long[] perSecond) {
        if (!unicode || perSecond.length < 3) {
            return "";
        }
        int together = (perSecond.length + MOST_COLUMNS - 1) / MOST_COLUMNS;
        long[] columns = new long[(perSecond.length + together - 1) / together];
        long most = 1;
        for (int i = 0; i < perSecond.length; i++) {
            columns[i / together] += perSecond[i];
            most = Math.max(most, columns[i / together]);
        }
        StringBuilder line = new StringBuilder();
        for (long column : columns) {
            int height = (int) Math.round(8.0 * column / most);
            line.append(height == 0 ? ' ' : HEIGHTS.charAt(height - 1));
        }
        return line.toString();
    }
}
