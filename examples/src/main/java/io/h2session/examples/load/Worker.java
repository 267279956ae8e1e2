package io.h2session.examples.load;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The connections of one event loop: which of them sends which request and when, and what became of it. Everything runs on the
 * event loop, and workers share nothing.
 */
final class Worker {
    /** How many connections are begun at once. A listening socket has a short queue. */
    private static final int OPENING = 128;

    private static final long TICK = TimeUnit.MILLISECONDS.toNanos(100);

    /** What a worker is doing. */
    private enum Phase {
        CONNECTING,
        RUNNING,
        OVER
    }

    private final Plan plan;
    private final EventLoop loop;
    private final LongSupplier clock;
    private final Connector connector;
    private final Pace pace;
    private final Tally tally = new Tally();
    private final Tally.Traffic before = new Tally.Traffic();
    private final LoadConnection[] connections;
    private final List<LoadConnection> touched = new ArrayList<>();
    /** What a server had not processed when it left. */
    private final Queue<Exchange> unprocessed = new ArrayDeque<>();

    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final CompletableFuture<Tally> done = new CompletableFuture<>();

    private Phase phase = Phase.CONNECTING;
    private int begun;
    private int settled;
    private int dead;
    private int running;
    private int nextConnection;
    private int nextRequest;
    private long measureFrom;
    private long end;
    private long progress;
    private boolean armed;
    private ScheduledFuture<?> ticks;

    /**
     * A worker without connections.
     *
     * @param thread its number, 0 or more
     * @param clock in nanoseconds
     */
    Worker(Plan plan, int thread, EventLoop loop, LongSupplier clock, Connector connector) {
        this.plan = plan;
        this.loop = loop;
        this.clock = clock;
        this.connector = connector;
        pace = Pace.of(plan, thread);
        connections = new LoadConnection[plan.connectionsBefore(thread + 1) - plan.connectionsBefore(thread)];
        // Workers begin the list of requests at different places.
        nextRequest = thread % plan.requests().size();
    }

    // ---- for the run -----------------------------------------------------------------------------------------------

    /** Begins the connections. The future completes when each takes requests or has failed. */
    CompletableFuture<Void> open() {
        loop.execute(() -> {
            ticks = loop.scheduleAtFixedRate(this::tick, TICK, TICK, TimeUnit.NANOSECONDS);
            openMore();
        });
        return ready;
    }

    /** Begins to send. The future completes when all is done. */
    CompletableFuture<Tally> begin(long now) {
        loop.execute(() -> run(now));
        return done;
    }

    /** Ends the run before its time. */
    void stop() {
        loop.execute(this::finish);
    }

    /** How many responses there are so far, those of the warm-up not counted. */
    CompletableFuture<Progress> progress() {
        CompletableFuture<Progress> answer = new CompletableFuture<>();
        loop.execute(() -> answer.complete(new Progress(tally.responses(), tally.failed + tally.errored, running)));
        return answer;
    }

    /**
     * How far a run is.
     *
     * @param responses whole ones
     * @param failures requests that failed
     * @param running requests that have been sent and not been answered
     */
    record Progress(long responses, long failures, long running) {
        Progress plus(Progress other) {
            return new Progress(responses + other.responses, failures + other.failures, running + other.running);
        }
    }

    // ---- for the connections ---------------------------------------------------------------------------------------

    Plan plan() {
        return plan;
    }

    long now() {
        return clock.getAsLong();
    }

    /** A connection takes requests. */
    void ready(LoadConnection connection) {
        Tally.record(tally.connect, now() - connection.begun);
        settle();
        if (phase == Phase.RUNNING) {
            connection.sendAll();
        }
    }

    /** The server has told how many requests may run at once on a connection. */
    void allowed(long streams) {
        tally.allowedStreams = Math.min(tally.allowedStreams, streams);
    }

    /** Gives a connection the requests that are due and for which it has room. */
    void refill(LoadConnection connection) {
        if (phase != Phase.RUNNING || !connection.isReady()) {
            return;
        }
        while (connection.hasRoom()) {
            long now = now();
            Exchange exchange = due(now);
            if (exchange == null) {
                break;
            }
            send(connection, exchange, now);
        }
        arm();
    }

    void complete(Exchange exchange) {
        running--;
        long now = now();
        progress = now;
        if (counts(exchange, now)) {
            tally.complete(exchange, now, measureFrom);
        }
        finishIfDone(now);
    }

    void failed(Exchange exchange) {
        running--;
        long now = now();
        progress = now;
        if (counts(exchange, now)) {
            tally.failed(exchange.failure, 1);
        }
        finishIfDone(now);
    }

    /** A server that is leaving has not processed a request: another connection may send it. */
    void unprocessed(Exchange exchange) {
        running--;
        if (phase == Phase.RUNNING) {
            tally.resent++;
            unprocessed.add(exchange);
        }
    }

    /** A connection has ended, or could not be made. */
    void gone(LoadConnection connection) {
        if (phase == Phase.OVER) {
            return;
        }
        tally.traffic.add(connection.traffic(), 1);
        failRunning(connection);
        if (connection.failure() != null || !connection.isReady()) {
            tally.connectionErrors.merge(reasonOf(connection), 1L, Long::sum);
        }
        if (!connection.isReady() && connection.completed() == 0) {
            settle();
        }
        if (phase == Phase.RUNNING && connection.completed() > 0 && !nothingLeft(now())) {
            tally.reconnected++;
            open(connection.slot);
        } else {
            connections[connection.slot] = null;
            dead++;
            if (dead == connections.length && phase == Phase.RUNNING) {
                abandon("no connection is left: " + reasonOf(connection));
            }
        }
        finishIfDone(now());
    }

    // ---- connections -----------------------------------------------------------------------------------------------

    private void openMore() {
        while (begun < connections.length && begun - settled < OPENING && phase != Phase.OVER) {
            open(begun++);
        }
    }

    private void open(int slot) {
        LoadConnection connection = plan.http1() ? new Http1Connection(this) : new Http2Connection(this, plan);
        connection.slot = slot;
        connections[slot] = connection;
        connector.connect(loop, connection);
    }

    private void settle() {
        if (phase == Phase.CONNECTING) {
            settled++;
            openMore();
            if (settled == connections.length) {
                ready.complete(null);
            }
        }
    }

    private static String reasonOf(LoadConnection connection) {
        return connection.failure() == null ? LoadConnection.CLOSED : connection.failure();
    }

    private void failRunning(LoadConnection connection) {
        for (Exchange one = connection.oldest(); one != null; one = connection.oldest()) {
            connection.ended(one);
            one.because(reasonOf(connection));
            failed(one);
        }
    }

    // ---- requests --------------------------------------------------------------------------------------------------

    private void run(long now) {
        if (phase == Phase.OVER) {
            return;
        }
        phase = Phase.RUNNING;
        progress = now;
        measureFrom = now + plan.warmUpNanos();
        end = plan.timed() ? measureFrom + plan.nanos() : Pace.NEVER;
        pace.begin(now);
        if (plan.warmUpNanos() == 0) {
            measure();
        } else {
            after(measureFrom, this::measure);
        }
        if (plan.timed()) {
            after(end, this::finish);
        }
        if (dead == connections.length) {
            abandon("there is no connection");
            finishIfDone(now);
        } else if (plan.open()) {
            dispatch();
        } else {
            for (LoadConnection connection : connections) {
                if (connection != null) {
                    connection.sendAll();
                }
            }
        }
    }

    private void after(long time, Runnable action) {
        loop.schedule(action, Math.max(0, time - now()), TimeUnit.NANOSECONDS);
    }

    private void measure() {
        if (phase == Phase.RUNNING) {
            before.add(tally.traffic, 1);
            addTraffic(before);
        }
    }

    private void addTraffic(Tally.Traffic sum) {
        for (LoadConnection connection : connections) {
            if (connection != null) {
                sum.add(connection.traffic(), 1);
            }
        }
    }

    /** The next request if one is due; null if none is. */
    private Exchange due(long now) {
        Exchange again = unprocessed.poll();
        if (again != null) {
            return again;
        }
        long due = pace.take(now);
        if (due == Pace.NEVER) {
            return null;
        }
        Exchange exchange = new Exchange(plan.requests().get(nextRequest), due, pace.measured());
        nextRequest = nextRequest + 1 == plan.requests().size() ? 0 : nextRequest + 1;
        return exchange;
    }

    private void send(LoadConnection connection, Exchange exchange, long now) {
        exchange.sent = now;
        running++;
        connection.send(exchange);
    }

    /** In the open model: sends what is due on the connections that have room, in turn. */
    private void dispatch() {
        armed = false;
        if (phase != Phase.RUNNING) {
            return;
        }
        long now = now();
        LoadConnection free = pace.next() <= now ? free() : null;
        while (free != null) {
            send(free, due(now), now);
            if (!free.touched) {
                free.touched = true;
                touched.add(free);
            }
            free = pace.next() <= now ? free() : null;
        }
        for (LoadConnection connection : touched) {
            connection.touched = false;
            connection.sendAll();
        }
        touched.clear();
        arm();
    }

    private LoadConnection free() {
        for (int i = 0; i < connections.length; i++) {
            LoadConnection connection = connections[nextConnection];
            nextConnection = nextConnection + 1 == connections.length ? 0 : nextConnection + 1;
            if (connection != null && connection.isReady() && connection.hasRoom()) {
                return connection;
            }
        }
        return null;
    }

    /** Sets the timer for the next request. One that is due already waits for a connection that has room, which asks for it. */
    private void arm() {
        long next = pace.next();
        if (!armed && next != Pace.NEVER && phase == Phase.RUNNING) {
            long delay = next - now();
            if (delay > 0) {
                armed = true;
                loop.schedule(this::dispatch, delay, TimeUnit.NANOSECONDS);
            }
        }
    }

    private boolean counts(Exchange exchange, long now) {
        if (phase != Phase.RUNNING) {
            return false;
        }
        return plan.timed() ? now >= measureFrom && now < end : exchange.measured;
    }

    // ---- the end ---------------------------------------------------------------------------------------------------

    /** What takes too long is given up. */
    private void tick() {
        long now = now();
        for (LoadConnection connection : connections) {
            if (connection != null) {
                tick(connection, now);
            }
        }
        if (phase != Phase.RUNNING || plan.timed()) {
            return;
        }
        if (plan.open() && now > measureFrom + plan.scheduled() + plan.timeoutNanos()) {
            abandon("not sent in time: no connection had room");
        } else if (!plan.open() && running == 0 && now > progress + plan.timeoutNanos()) {
            abandon("not sent in time: the server lets no request run");
        }
        finishIfDone(now);
    }

    private void tick(LoadConnection connection, long now) {
        long since = now - plan.timeoutNanos();
        if (!connection.isReady()) {
            if (connection.begun <= since) {
                connection.failed(plan.noAnswer());
                connection.close();
            }
            return;
        }
        boolean late = false;
        Exchange one = connection.oldest();
        while (one != null && one.sent <= since) {
            Exchange newer = one.newer;
            if (one.failure == null) {
                one.because(plan.noAnswer());
                connection.cancel(one);
                late = true;
            }
            one = newer;
        }
        if (late) {
            connection.sendAll();
        }
    }

    /** What has not been sent will not be. */
    private void abandon(String reason) {
        long untaken = pace.abandon() + unprocessed.size();
        unprocessed.clear();
        if (untaken > 0) {
            tally.failed(reason, untaken);
        }
    }

    private boolean nothingLeft(long now) {
        return pace.over(now) && unprocessed.isEmpty();
    }

    private void finishIfDone(long now) {
        boolean none = dead == connections.length;
        if (phase == Phase.RUNNING && running == 0 && nothingLeft(now) && (none || !plan.timed())) {
            // Not amid the calls of a connection.
            loop.execute(this::finish);
        }
    }

    private void finish() {
        if (phase == Phase.OVER) {
            return;
        }
        boolean began = phase == Phase.RUNNING;
        phase = Phase.OVER;
        tally.unfinished = running;
        tally.ended = Math.min(now(), began ? end : Pace.NEVER);
        ticks.cancel(false);
        addTraffic(tally.traffic);
        tally.traffic.add(before, -1);
        for (LoadConnection connection : connections) {
            if (connection != null) {
                connection.finish();
            }
        }
        ready.complete(null);
        done.complete(tally);
    }
}
