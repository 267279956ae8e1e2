package io.h2session.examples.load;

import io.h2session.examples.get.Origin;
import io.h2session.examples.net.Transport;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A run from its first connection to its result. */
final class LoadRun implements AutoCloseable {
    private static final int CLOSE_TIMEOUT_SECONDS = 3;
    private static final double SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Plan plan;
    private final EventLoopGroup eventLoops;
    private final List<Worker> workers = new ArrayList<>();
    private volatile boolean stopped;

    /**
     * The outcome of a run.
     *
     * @param seconds how long was measured
     * @param stopped whether it was ended before its time
     */
    record Result(Plan plan, Tally tally, double seconds, boolean stopped) {
        /** Whether requests were answered, and none failed. */
        boolean good() {
            return tally.succeeded > 0 && tally.failed + tally.errored == 0 && tally.connectionErrors.isEmpty();
        }

        /** Responses in a second. */
        double perSecond() {
            return tally.responses() / seconds;
        }
    }

    /**
     * A run that has not begun.
     *
     * @param tls null for cleartext
     * @throws java.net.UnknownHostException if the host has no address
     */
    LoadRun(Plan plan, Origin origin, SslContext tls) throws IOException {
        this.plan = plan;
        Transport transport = Transport.best();
        InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(origin.host()), origin.port());
        Connector connector = new SocketConnector(transport, address, origin, tls, plan);
        eventLoops = transport.eventLoops(plan.threads());
        for (int thread = 0; thread < plan.threads(); thread++) {
            workers.add(new Worker(plan, thread, eventLoops.next(), System::nanoTime, connector));
        }
    }

    /**
     * Makes the connections, sends the requests and waits for the responses.
     *
     * @param progress told every second how far it is
     */
    Result run(Consumer<Worker.Progress> progress) throws InterruptedException {
        all(workers.stream().map(Worker::open).toList()).join();
        long begun = System.nanoTime();
        List<CompletableFuture<Tally>> tallies =
                workers.stream().map(worker -> worker.begin(begun)).toList();
        CompletableFuture<Void> done = all(tallies);
        while (!awaitSecond(done)) {
            progress.accept(progress());
        }
        Tally sum = new Tally();
        tallies.forEach(tally -> sum.add(tally.join()));
        return new Result(plan, sum, seconds(sum, begun + plan.warmUpNanos()), stopped);
    }

    /** Ends the run before its time: what is running is not waited for. Any thread. */
    void stop() {
        stopped = true;
        workers.forEach(Worker::stop);
    }

    @Override
    public void close() {
        eventLoops
                .shutdownGracefully(0, CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly();
    }

    private static CompletableFuture<Void> all(List<? extends CompletableFuture<?>> futures) {
        return CompletableFuture.allOf(futures.toArray(new CompletableFuture<?>[0]));
    }

    private static boolean awaitSecond(CompletableFuture<Void> done) throws InterruptedException {
        try {
            done.get(1, TimeUnit.SECONDS);
            return true;
        } catch (java.util.concurrent.TimeoutException notYet) {
            return false;
        } catch (java.util.concurrent.ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private Worker.Progress progress() {
        return workers.stream()
                .map(worker -> worker.progress().join())
                .reduce(new Worker.Progress(0, 0, 0), Worker.Progress::plus);
    }

    /** How long was measured: a run of a number of requests ends with the last response, one of a time with that time. */
    private double seconds(Tally sum, long measuredFrom) {
        boolean toTheEnd = plan.timed() || stopped || sum.responses() == 0;
        long nanos = (toTheEnd ? sum.ended : sum.last) - measuredFrom;
        if (plan.open() && !stopped) {
            nanos = Math.max(nanos, plan.scheduled());
        }
        return Math.max(nanos, 1) / SECOND;
    }
}
