package io.h2session.examples.get;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** {@code -n COUNT} and {@code -m}: sends many requests, with a fixed number of them running on each connection. */
final class LoadRun {
    private final Client client;
    private final BodyOutput output;
    private final ResponseRules rules;
    private final Consumer<Exchange> report;
    private final Tally tally = new Tally();

    /** @param report called for each request when it has ended, by one thread at a time */
    LoadRun(Client client, BodyOutput output, ResponseRules rules, Consumer<Exchange> report) {
        this.client = client;
        this.output = output;
        this.rules = rules;
        this.report = report;
    }

    /**
     * Sends {@code count} requests and returns when all have ended.
     *
     * @param connections how many connections there are to each origin
     * @param concurrency how many requests run on a connection at once
     */
    Tally run(List<Request> requests, int count, int connections, int concurrency)
            throws ExecutionException, InterruptedException {
        Map<Origin, Queue<Request>> queues = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            Request request = requests.get(i % requests.size());
            queues.computeIfAbsent(request.target().origin(), origin -> new ConcurrentLinkedQueue<>())
                    .add(request);
        }
        CountDownLatch finished = new CountDownLatch(count);
        long start = System.nanoTime();
        for (Map.Entry<Origin, Queue<Request>> entry : queues.entrySet()) {
            Queue<Request> queue = entry.getValue();
            int wanted = Math.min(connections, queue.size());
            List<Connection> opened = new ArrayList<>();
            for (int i = 0; i < wanted; i++) {
                opened.add(client.open(entry.getKey()));
            }
            List<List<Request>> firsts = firsts(queue, wanted, concurrency);
            for (int i = 0; i < wanted; i++) {
                Connection connection = opened.get(i);
                List<Request> first = firsts.get(i);
                connection
                        .channel()
                        .eventLoop()
                        .execute(() -> first.forEach(request -> send(connection, request, queue, finished)));
            }
        }
        finished.await();
        tally.nanos = System.nanoTime() - start;
        return tally;
    }

    /** What each connection begins with, taken before one of them begins: it could leave nothing to the others. */
    private static List<List<Request>> firsts(Queue<Request> queue, int connections, int concurrency) {
        List<List<Request>> firsts = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            firsts.add(new ArrayList<>());
        }
        for (int turn = 0; turn < concurrency; turn++) {
            for (List<Request> first : firsts) {
                Request request = queue.poll();
                if (request == null) {
                    return firsts;
                }
                first.add(request);
            }
        }
        return firsts;
    }

    /** Each request starts the next one when it ends. */
    private void send(Connection connection, Request request, Queue<Request> queue, CountDownLatch finished) {
        connection.fetch(new Exchange(request), output, rules, ended -> {
            tally.add(ended);
            report(ended);
            finished.countDown();
            Request next = queue.poll();
            if (next != null) {
                connection.channel().eventLoop().execute(() -> send(connection, next, queue, finished));
            }
        });
    }

    private synchronized void report(Exchange ended) {
        report.accept(ended);
    }

    /** What became of the requests. */
    static final class Tally {
        private final Map<String, Integer> failures = new TreeMap<>();
        private final int[] statuses = new int[10];
        private int complete;
        private long bytes;
        private long nanos;

        private synchronized void add(Exchange ended) {
            bytes += ended.bytes;
            if (ended.complete()) {
                complete++;
                statuses[ended.status / 100 % 10]++;
            } else {
                failures.merge(ended.failure, 1, Integer::sum);
            }
        }

        /** The number of responses with status 400 or higher. */
        synchronized int errors() {
            return statuses[4] + statuses[5];
        }

        synchronized int complete() {
            return complete;
        }

        /** The number of failed requests for each reason. */
        synchronized Map<String, Integer> failures() {
            return failures;
        }

        /** A summary of three lines. */
        synchronized String report() {
            double seconds = nanos / (double) TimeUnit.SECONDS.toNanos(1);
            double megabytes = bytes / (double) (1 << 20);
            int failed = failures.values().stream().mapToInt(Integer::intValue).sum();
            return String.format(
                    Locale.ROOT,
                    "requests: %d succeeded, %d failed%n"
                            + "status:   %d 2xx, %d 3xx, %d 4xx, %d 5xx%n"
                            + "time:     %.3f s, %.0f requests/s, %.2f MiB/s",
                    complete,
                    failed,
                    statuses[2],
                    statuses[3],
                    statuses[4],
                    statuses[5],
                    seconds,
                    complete / seconds,
                    megabytes / seconds);
        }
    }
}
