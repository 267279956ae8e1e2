package io.h2session.examples.proxy;

import io.h2session.examples.net.Printable;
import java.io.PrintStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/**
 * A line for each exchange, when it has ended:
 *
 * <pre>{@code
 * 2026-01-31T12:00:00.123Z 127.0.0.1 h2 "GET /hello" 200 - in=0 out=13 ms=1.2 head=1.1 upstream=h2c://127.0.0.1:8080 over=h2 tries=1
 * }</pre>
 */
final class AccessLog {
    private static final double NANOS_PER_MILLI = 1e6;

    /** More of a target tells nothing. */
    private static final int MAX_TARGET = 1024;

    private final PrintStream out;

    AccessLog(PrintStream out) {
        this.out = out;
    }

    void write(ExchangeRecord record) {
        String target = record.target();
        StringBuilder line = new StringBuilder(200)
                .append(Instant.now().truncatedTo(ChronoUnit.MILLIS))
                .append(' ')
                .append(record.client().address())
                .append(record.client().http2() ? " h2 \"" : " http/1.1 \"")
                .append(quoted(record.method()))
                .append(' ')
                .append(quoted(target.length() > MAX_TARGET ? target.substring(0, MAX_TARGET) : target))
                .append("\" ")
                .append(record.status() == 0 ? "-" : Integer.toString(record.status()))
                .append(' ')
                .append(record.failure() == null ? "-" : record.failure().flag())
                .append(" in=")
                .append(record.bytesReceived())
                .append(" out=")
                .append(record.bytesSent())
                .append(" ms=")
                .append(millis(System.nanoTime() - record.began()))
                .append(" head=")
                .append(record.answeredAfter() < 0 ? "-" : millis(record.answeredAfter()));
        if (record.upstream() != null) {
            line.append(" upstream=")
                    .append(record.upstream())
                    .append(record.upstreamHttp2() ? " over=h2" : " over=http/1.1")
                    .append(" tries=")
                    .append(record.tries());
        }
        out.println(line);
    }

    private static String quoted(String text) {
        return Printable.of(text).replace("\"", "\\x22");
    }

    private static String millis(long nanos) {
        return String.format(Locale.ROOT, "%.1f", nanos / NANOS_PER_MILLI);
    }
}
