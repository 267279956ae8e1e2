package io.h2session.examples.load;

import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** The result of a run as text. */
final class Report {
    private static final double[] PERCENTILES = {50, 75, 90, 99, 99.9, 99.99};

    private final LoadRun.Result result;
    private final StringBuilder text = new StringBuilder();

    Report(LoadRun.Result result) {
        this.result = result;
    }

    String text() {
        Tally tally = result.tally();
        line("finished in %.3f s%s", result.seconds(), result.stopped() ? ", stopped before its time" : "");
        text.append(System.lineSeparator());
        row(
                "requests",
                "%d succeeded, %d failed, %d without a whole response",
                tally.succeeded,
                tally.failed,
                tally.errored);
        row("statuses", "%s", statuses());
        row(
                "throughput",
                "%.1f requests/s, %s/s received",
                result.perSecond(),
                bytes(tally.traffic.received / result.seconds()));
        for (Map.Entry<String, Long> error : tally.errors.entrySet()) {
            row("error", "%d requests: %s", error.getValue(), error.getKey());
        }
        for (Map.Entry<String, Long> error : tally.connectionErrors.entrySet()) {
            row("error", "%d connections: %s", error.getValue(), error.getKey());
        }
        percentiles();
        return text.toString();
    }

    private void percentiles() {
        Tally tally = result.tally();
        if (tally.responses() == 0) {
            return;
        }
        line("%n%-8s %12s %12s %12s", "", "latency", "service", "first byte");
        for (double percentile : PERCENTILES) {
            line(
                    "%-8s %12s %12s %12s",
                    "p" + String.valueOf(percentile).replace(".0", ""),
                    at(tally.latency, percentile),
                    at(tally.service, percentile),
                    at(tally.firstByte, percentile));
        }
        line("%-8s %12s %12s %12s", "max", at(tally.latency, 100), at(tally.service, 100), at(tally.firstByte, 100));
    }

    private static String at(Histogram times, double percentile) {
        return Times.text((double) times.getValueAtPercentile(percentile));
    }

    private String statuses() {
        StringBuilder list = new StringBuilder();
        long[] statuses = result.tally().statuses;
        for (int status = 0; status < statuses.length; status++) {
            if (statuses[status] > 0) {
                list.append(list.length() == 0 ? "" : ", ")
                        .append(status)
                        .append(": ")
                        .append(statuses[status]);
            }
        }
        return list.length() == 0 ? "none" : list.toString();
    }

    static String bytes(double bytes) {
        if (bytes < 1024) {
            return String.format(Locale.ROOT, "%.0f bytes", bytes);
        }
        double scaled = bytes / 1024;
        String[] units = {"KiB", "MiB", "GiB", "TiB"};
        int unit = 0;
        while (scaled >= 1024 && unit < units.length - 1) {
            scaled /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, "%.2f %s", scaled, units[unit]);
    }

    private void row(String name, String format, Object... values) {
        text.append(String.format(Locale.ROOT, "%-12s", name));
        line(format, values);
    }

    private void line(String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append(System.lineSeparator());
    }
}
