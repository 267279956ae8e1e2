package io.h2session.examples.load;

import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;

/** The result of a run as text for people. */
final class Report {
    private static final double SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final int STEP = 1024;

    private final LoadRun.Result result;
    private final Plan plan;
    private final Tally tally;
    private final Chart chart;
    private final StringBuilder text = new StringBuilder();

    /** @param unicode whether more letters than those of ASCII can be printed */
    Report(LoadRun.Result result, boolean unicode) {
        this.result = result;
        plan = result.plan();
        tally = result.tally();
        chart = new Chart(unicode);
    }

    /** Some lines that tell what a plan will do. */
    static String of(Plan plan) {
        StringBuilder line = new StringBuilder(
                plan.open() ? "open model: " + number(plan.rate()) + " requests/s on " : "closed model: ");
        line.append(many(plan.connections(), "connection"));
        line.append(plan.http1() ? " of HTTP/1.1" : " x " + many(plan.streams(), "stream"));
        line.append(", ").append(many(plan.threads(), "thread")).append(", ");
        line.append(plan.count() > 0 ? many(plan.count(), "request") : number(plan.nanos() / SECOND) + " s");
        if (plan.warmUpNanos() > 0) {
            line.append(" after ").append(number(plan.warmUpNanos() / SECOND)).append(" s of warm-up");
        }
        return line.toString();
    }

    String text() {
        line("%s", of(plan));
        line("finished in %.3f s%s%n", result.seconds(), result.stopped() ? ", stopped before its time" : "");
        counts();
        errors();
        notes();
        if (tally.responses() > 0) {
            percentiles();
            line("%nlatency");
            chart.distribution(tally.latency).forEach(row -> line("  %s", row));
            timeline();
        }
        return text.toString();
    }

    private void counts() {
        Tally.Traffic traffic = tally.traffic;
        double seconds = result.seconds();
        row(
                "requests",
                "%d succeeded, %d failed, %d without a whole response",
                tally.succeeded,
                tally.failed,
                tally.errored);
        row("statuses", "%s", statuses());
        row("throughput", "%.1f requests/s, %s/s received", result.perSecond(), bytes(traffic.received / seconds));
        row(
                "received",
                "%s, of which %s content%s",
                bytes((double) traffic.received),
                bytes((double) traffic.content),
                headers());
        row("sent", "%s", bytes((double) traffic.sent));
        if (tally.connect.getTotalCount() > 0) {
            row(
                    "connecting",
                    "%s in the median, %s at most, until a connection took requests",
                    Times.text((double) Percentiles.P50.of(tally.connect)),
                    Times.text((double) Percentiles.MAX.of(tally.connect)));
        }
    }

    private String headers() {
        Tally.Traffic traffic = tally.traffic;
        if (traffic.headersDecoded == 0) {
            return "";
        }
        double saved = 100 - 100.0 * traffic.headers / traffic.headersDecoded;
        return String.format(
                Locale.ROOT, " and %s header blocks (HPACK saved %.1f %%)", bytes((double) traffic.headers), saved);
    }

    private String statuses() {
        StringJoiner list = new StringJoiner(", ").setEmptyValue("none");
        statuses(tally).forEach((status, count) -> list.add(status + ": " + count));
        return list.toString();
    }

    /** How many responses there were with each status. */
    static Map<String, Long> statuses(Tally tally) {
        Map<String, Long> counts = new java.util.TreeMap<>();
        for (int status = 0; status < tally.statuses.length; status++) {
            if (tally.statuses[status] > 0) {
                counts.put(Integer.toString(status), tally.statuses[status]);
            }
        }
        return counts;
    }

    private void errors() {
        tally.errors.forEach((reason, count) -> row("error", "%s: %s", many(count, "request"), reason));
        tally.connectionErrors.forEach((reason, count) -> row("error", "%s: %s", many(count, "connection"), reason));
    }

    private void notes() {
        if (plan.open() && tally.late > 0) {
            row(
                    "note",
                    "%.2f %% of requests were sent more than 1 ms after they were due; latency has that time, service has not",
                    100.0 * tally.late / Math.max(1, tally.responses()));
        }
        if (tally.allowedStreams < plan.streams()) {
            row("note", "the server lets %d requests run at once on a connection", tally.allowedStreams);
        }
        if (tally.resent > 0) {
            row("note", "%s sent again that the server had not processed when it left", many(tally.resent, "request"));
        }
        if (tally.reconnected > 0) {
            row("note", "%s made in place of those that the server ended", many(tally.reconnected, "connection"));
        }
        if (tally.unfinished > 0) {
            row("note", "%s ran when the time was over, and not counted", many(tally.unfinished, "request"));
        }
    }

    private void percentiles() {
        line("%n%-8s %12s %12s %12s", "", "latency", "service", "first byte");
        line(
                "%-8s %12s %12s %12s",
                "mean",
                Times.text(tally.latency.getMean()),
                Times.text(tally.service.getMean()),
                Times.text(tally.firstByte.getMean()));
        for (Percentiles one : Percentiles.values()) {
            line(
                    "%-8s %12s %12s %12s",
                    one.label(),
                    Times.text((double) one.of(tally.latency)),
                    Times.text((double) one.of(tally.service)),
                    Times.text((double) one.of(tally.firstByte)));
        }
    }

    private void timeline() {
        String timeline = chart.timeline(tally.perSecond());
        if (!timeline.isEmpty()) {
            line("%nresponses over %.0f s", result.seconds());
            line("  %s", timeline);
        }
    }

    static String bytes(double bytes) {
        if (bytes < STEP) {
            return String.format(Locale.ROOT, "%.0f bytes", bytes);
        }
        double scaled = bytes / STEP;
        String[] units = {"KiB", "MiB", "GiB", "TiB"};
        int unit = 0;
        while (scaled >= STEP && unit < units.length - 1) {
            scaled /= STEP;
            unit++;
        }
        return String.format(Locale.ROOT, "%.2f %s", scaled, units[unit]);
    }

    private static String many(long count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }

    /** Without digits behind the point that say nothing. */
    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }

    private void row(String name, String format, Object... values) {
        text.append(String.format(Locale.ROOT, "%-12s", name));
        line(format, values);
    }

    private void line(String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append(System.lineSeparator());
    }
}
