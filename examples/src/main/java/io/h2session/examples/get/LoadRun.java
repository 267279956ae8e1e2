package io.h2session.examples.get;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** {@code -n}: sends many requests, with a fixed number of them running on the connection of each origin. */
final class LoadRun {
    private final Client client;
    private final BodyOutput output;
    private final int concurrency;
    private final Tally tally = new Tally();

    /** @param concurrency how many requests run on a connection at once */
    LoadRun(Client client, BodyOutput output, int concurrency) {
        this.client = client;
        this.output = output;
        this.concurrency = concurrency;
    }

    /** Sends {@code count} requests and returns when all have ended. */
    Tally run(List<Request> requests, int count) throws ExecutionException, InterruptedException {
        Map<Origin, Queue<Request>> queues = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            Request request = requests.get(i % requests.size());
            queues.computeIfAbsent(request.target().origin(), origin -> new ArrayDeque<>())
                    .add(request);
        }
        CountDownLatch finished = new CountDownLatch(count);
        long start = System.nanoTime();
        for (Map.Entry<Origin, Queue<Request>> queue : queues.entrySet()) {
            Connection connection = client.connection(queue.getKey());
            connection.channel().eventLoop().execute(() -> {
                for (int i = 0; i < concurrency; i++) {
                    next(connection, queue.getValue(), finished);
                }
            });
        }
        finished.await();
        tally.nanos = System.nanoTime() - start;
        return tally;
    }

    /** Each request starts the next one when it ends. */
    private void next(Connection connection, Queue<Request> queue, CountDownLatch finished) {
        Request request = queue.poll();
        if (request != null) {
            connection.fetch(request, output, outcome -> {
                tally.add(outcome);
                finished.countDown();
                connection.channel().eventLoop().execute(() -> next(connection, queue, finished));
            });
        }
    }

    /** The outcomes of the requests. */
    static final class Tally {
        private final Map<String, Integer> failures = new TreeMap<>();
        private final int[] statuses = new int[10];
        private int complete;
        private long bytes;
        private long nanos;

        private synchronized void add(Outcome outcome) {
            bytes += outcome.bytes();
            if (outcome.complete()) {
                complete++;
                statuses[outcome.status() / 100 % 10]++;
            } else {
                failures.merge(outcome.failure(), 1, Integer::sum);
            }
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
