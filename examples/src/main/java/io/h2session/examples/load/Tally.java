package io.h2session.examples.load;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** What was counted on one event loop, or on all. One thread at a time. */
final class Tally {
    /** Three digits are 0.1 %. */
    private static final int DIGITS = 3;

    private static final long SHORTEST = TimeUnit.MICROSECONDS.toNanos(1) / 10;
    private static final long LONGEST = TimeUnit.HOURS.toNanos(24);

    /** A status with four digits is not one. */
    private static final int STATUSES = 1000;

    /** A request that was sent so long after it was due was kept back by this end. */
    private static final long LATE = TimeUnit.MILLISECONDS.toNanos(1);

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    /** From when a request was due until its response was complete, in nanoseconds. */
    final Histogram latency = histogram();

    /** From when a request was sent until its response was complete. */
    final Histogram service = histogram();

    /** From when a request was due until the head of its response. */
    final Histogram firstByte = histogram();

    /** From the beginning of a connection until it took requests. */
    final Histogram connect = histogram();

    /** How many requests failed for want of a whole response, for each reason. */
    final Map<String, Long> errors = new TreeMap<>();

    /** How many connections could not be made or ended early, for each reason. */
    final Map<String, Long> connectionErrors = new TreeMap<>();

    final long[] statuses = new long[STATUSES];
    long succeeded;
    long failed;
    long errored;

    /** Requests that were sent more than a millisecond after they were due. */
    long late;

    /** Requests that a server that was leaving had not processed, and that were sent again. */
    long resent;

    /** Connections that were made in place of those that servers ended in order. */
    long reconnected;

    /** Requests that ran when the time was over, and that are counted nowhere else. */
    long unfinished;

    /** The lowest limit of a server on the requests that run at once on a connection. */
    long allowedStreams = Long.MAX_VALUE;

    final Traffic traffic = new Traffic();

    /** When the run was over. */
    long ended;

    /** When the last response was complete. */
    long last;

    /** How many responses were complete in each second. */
    private long[] perSecond = new long[16];

    private int seconds;

    /** Bytes on connections, without those of TLS. Content is that of the responses that are counted. */
    static final class Traffic {
        long received;
        long sent;
        long content;
        long headers;
        long headersDecoded;

        void add(Traffic more, int sign) {
            received += sign * more.received;
            sent += sign * more.sent;
            content += sign * more.content;
            headers += sign * more.headers;
            headersDecoded += sign * more.headersDecoded;
        }
    }

    static Histogram histogram() {
        Histogram empty = new Histogram(SHORTEST, LONGEST, DIGITS);
        empty.setAutoResize(false);
        return empty;
    }

    /**
     * A whole response.
     *
     * @param began when the measuring began
     */
    void complete(Exchange exchange, long now, long began) {
        statuses[exchange.status % STATUSES]++;
        if (exchange.status < 400) {
            succeeded++;
        } else {
            failed++;
        }
        traffic.content += exchange.bytes;
        record(latency, now - exchange.due);
        record(service, now - exchange.sent);
        record(firstByte, exchange.head - exchange.due);
        if (exchange.sent - exchange.due > LATE) {
            late++;
        }
        last = now;
        int second = (int) ((now - began) / SECOND);
        if (second >= perSecond.length) {
            perSecond = Arrays.copyOf(perSecond, Math.max(second + 1, 2 * perSecond.length));
        }
        perSecond[second]++;
        seconds = Math.max(seconds, second + 1);
    }

    /** Requests without a whole response. */
    void failed(String reason, long count) {
        errored += count;
        errors.merge(reason, count, Long::sum);
    }

    static void record(Histogram times, long nanos) {
        times.recordValue(Math.min(Math.max(nanos, 0), LONGEST));
    }

    /** All whole responses. */
    long responses() {
        return succeeded + failed;
    }

    /** How many responses were complete in each second since the measuring began. */
    long[] perSecond() {
        return Arrays.copyOf(perSecond, seconds);
    }

    /** Adds what was counted on another event loop. */
    void add(Tally other) {
        latency.add(other.latency);
        service.add(other.service);
        firstByte.add(other.firstByte);
        connect.add(other.connect);
        other.errors.forEach((reason, count) -> errors.merge(reason, count, Long::sum));
        other.connectionErrors.forEach((reason, count) -> connectionErrors.merge(reason, count, Long::sum));
        for (int status = 0; status < STATUSES; status++) {
            statuses[status] += other.statuses[status];
        }
        succeeded += other.succeeded;
        failed += other.failed;
        errored += other.errored;
        late += other.late;
        resent += other.resent;
        reconnected += other.reconnected;
        unfinished += other.unfinished;
        allowedStreams = Math.min(allowedStreams, other.allowedStreams);
        traffic.add(other.traffic, 1);
        ended = Math.max(ended, other.ended);
        last = Math.max(last, other.last);
        perSecond = Arrays.copyOf(perSecond, Math.max(perSecond.length, other.seconds));
        for (int second = 0; second < other.seconds; second++) {
            perSecond[second] += other.perSecond[second];
        }
        seconds = Math.max(seconds, other.seconds);
    }
}
