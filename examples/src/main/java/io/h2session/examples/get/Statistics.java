package io.h2session.examples.get;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code -s}: a table of times, with a line for each request in the order in which they ended. */
final class Statistics implements Report {
    private static final String HEADING = """

            Milliseconds from the beginning of each request. A connection counts for the request that it was opened for.
                stream    connect        TLS first byte      total  status       size  URL
            """;
    private static final double MILLIS = 1e3;

    private final PrintWriter out;
    private final List<Exchange> exchanges = new ArrayList<>();

    Statistics(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void add(Exchange ended) {
        exchanges.add(ended);
    }

    @Override
    public void end() {
        out.print(HEADING);
        for (Exchange one : exchanges) {
            out.println(String.format(
                    Locale.ROOT,
                    "%10d %s %s %s %s %7s %10d  %s",
                    one.streamId,
                    millis(one.connected()),
                    millis(one.secured()),
                    millis(one.firstByte()),
                    millis(one.total()),
                    one.complete() ? Integer.toString(one.status) : "failed",
                    one.bytes,
                    one.request.target().url()));
        }
        out.flush();
    }

    private static String millis(double seconds) {
        return seconds == 0 ? "         -" : String.format(Locale.ROOT, "%10.3f", seconds * MILLIS);
    }
}
