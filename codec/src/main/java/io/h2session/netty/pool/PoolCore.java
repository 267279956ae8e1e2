package io.h2session.netty.pool;

import io.h2session.netty.pool.PooledConnection.Phase;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.SingleThreadEventExecutor;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.DoubleSupplier;

/**
 * Decides who gets a stream of which connection, when connections are made, and when they end. Everything but {@link #run} and the
 * numbers happens on one event loop.
 */
final class PoolCore {
    private final PoolOptions options;
    private final EventExecutor loop;
    private final Connector connector;
    private final ConnectionSetup setup;
    private final DoubleSupplier random;
    private final PoolCounts counts = new PoolCounts();
    private final Connections connections;
    private final PoolTime time;
    private final BackOff backOff;

    /** Wait for a stream. */
    private final WaitingList waiting = new WaitingList();

    /** Were refused, and wait until they may be sent again. */
    private final WaitingList delayed = new WaitingList();

    private final Promise<Void> closed;
    private final Runnable atShutdown = this::shutDown;
    private final Runnable serve = this::serve;
    private boolean closing;
    private long closeDue = PoolTime.NEVER;
    private boolean serveScheduled;

    /** Why the latest connection could not be made; null once one was. */
    private Throwable latestFailure;

    /** What kind of failure that was. */
    private PoolFailure latestKind = PoolFailure.CONNECT_FAILED;

    PoolCore(
            PoolOptions options,
            EventExecutor loop,
            Connector connector,
            ConnectionSetup setup,
            DoubleSupplier random) {
        this.options = options;
        this.loop = loop;
        this.connector = connector;
        this.setup = setup;
        this.random = random;
        connections = new Connections(options);
        time = new PoolTime(options.clock(), loop, this::sweep);
        backOff = new BackOff(options, random);
        closed = loop.newPromise();
    }

    PoolOptions options() {
        return options;
    }

    Connector connector() {
        return connector;
    }

    ConnectionSetup setup() {
        return setup;
    }

    PoolFacts facts() {
        return counts.facts();
    }

    Promise<Void> closed() {
        return closed;
    }

    /** Counts a failure. Any thread. */
    void failed(PoolFailure kind) {
        counts.failed(kind);
    }

    /** Runs a task on the event loop; at once if that is where it is. Any thread. Answers false if there is no event loop any more. */
    boolean run(Runnable task) {
        if (loop.inEventLoop()) {
            task.run();
            return true;
        }
        try {
            loop.execute(task);
            return true;
        } catch (RejectedExecutionException loopIsGone) {
            return false;
        }
    }

    /** Makes the connections that are there without need. */
    void begin() {
        if (loop instanceof SingleThreadEventExecutor single) {
            single.addShutdownHook(atShutdown);
            closed.addListener(done -> single.removeShutdownHook(atShutdown));
        }
        if (options.minConnections() > 0) {
            settle();
        }
    }

    // ---- who wants a stream ----------------------------------------------------------------------------------------

    /** Somebody wants one. */
    void enter(Opening opening) {
        PooledConnection free = waiting.isEmpty() ? connections.leastLoaded(null) : null;
        if (closing || loop.isShuttingDown()) {
            fail(opening, PoolFailure.CLOSED, null);
        } else if (free != null) {
            give(opening, free);
        } else if (waiting.size() + delayed.size() >= options.maxWaiters()) {
            fail(opening, PoolFailure.TOO_MANY_WAITERS, null);
        } else {
            await(opening);
            opening.waits(this);
        }
        settle();
    }

    /** Was refused, and nothing but that: it is sent once more. */
    void again(Opening opening, PooledConnection refuser, boolean pause) {
        opening.failures++;
        opening.avoided = refuser;
        opening.deadline = time.after(options.acquireTimeout());
        counts.retried();
        if (closing) {
            fail(opening, PoolFailure.CLOSED, null);
        } else if (opening.cancelled()) {
            settle();
        } else if (pause) {
            opening.notBefore = time.now() + backOff.after(opening.failures);
            delayed.add(opening);
            settle();
        } else {
            waiting.add(opening);
            serveSoon();
        }
    }

    /** The application does not want it any more. */
    void cancelled(Opening opening) {
        if (opening.list != null) {
            opening.list.remove(opening);
            settle();
        }
    }

    /** The connection could not open a stream for it: it ends, which the pool has not been told yet. */
    void returned(PooledConnection connection, Opening opening) {
        counts.takenBack();
        if (!connection.is(Phase.ENDED)) {
            connection.takeBack();
            if (connection.is(Phase.READY)) {
                drain(connection);
            } else {
                closeIfDrained(connection);
            }
        }
        if (closing) {
            fail(opening, PoolFailure.CLOSED, null);
        } else if (!opening.cancelled()) {
            await(opening);
        }
        serveSoon();
    }

    private void await(Opening opening) {
        if (opening.deadline == 0) {
            // Most openings never wait, and need none.
            opening.deadline = time.after(options.acquireTimeout());
        }
        waiting.add(opening);
    }

    private void give(Opening opening, PooledConnection connection) {
        connection.give();
        counts.given();
        backOff.reset();
        if (connection.given() >= options.maxRequests()) {
            connection.retire();
            drain(connection);
        }
        connection.watch().open(opening);
    }

    private void fail(Opening opening, PoolFailure kind, Throwable cause) {
        counts.failed(kind);
        opening.fail(PoolException.of(kind, connector, cause));
    }

    private void failAll(WaitingList list, PoolFailure kind, Throwable cause) {
        for (int left = list.size(); left > 0; left--) {
            Opening one = list.poll();
            if (one == null) {
                return;
            }
            fail(one, kind, cause);
        }
    }

    // ---- what happens to connections -------------------------------------------------------------------------------

    /** The peer's limit has changed; the first one makes a connection ready. */
    void limit(PooledConnection connection, long streams) {
        if (connection.is(Phase.CONNECTING)) {
            connection.phase(Phase.READY, ageDue());
            connection.idleDue = time.after(options.maxIdle());
            counts.made();
            latestFailure = null;
        }
        connections.limit(connection, streams);
        if (closing) {
            drain(connection);
        }
        serveSoon();
    }

    private long ageDue() {
        Duration age = options.maxAge();
        if (age.isZero()) {
            return PoolTime.NEVER;
        }
        long less = (long) (age.toNanos() * options.maxAgeJitter() * random.getAsDouble());
        return time.after(age) - less;
    }

    /** A stream of it is over. */
    void released(PooledConnection connection) {
        if (connection.is(Phase.ENDED)) {
            return;
        }
        connection.release();
        if (connection.open() == 0) {
            connection.idleDue = time.after(options.maxIdle());
        }
        closeIfDrained(connection);
        serveSoon();
    }

    /** It takes no more requests: either end said so, or its session is over. */
    void draining(PooledConnection connection, boolean http1Required) {
        if (http1Required) {
            connection.requireHttp1();
        }
        drain(connection);
        serveSoon();
    }

    private void drain(PooledConnection connection) {
        if (connection.is(Phase.READY)) {
            connection.phase(Phase.DRAINING, time.after(options.drainTimeout()));
            closeIfDrained(connection);
        }
    }

    private static void closeIfDrained(PooledConnection connection) {
        if (connection.is(Phase.DRAINING) && connection.open() == 0) {
            connection.watch().close();
        }
    }

    /** It was not made. */
    void connectFailed(PooledConnection connection, PoolFailure kind, Throwable cause) {
        if (connection.is(Phase.CONNECTING)) {
            end(connection);
            connection.watch().abandon();
            if (closing) {
                closeIfEmpty();
            } else {
                useless(kind, cause);
            }
        }
    }

    /** It is closed. */
    void ended(PooledConnection connection, Throwable cause) {
        if (connection.is(Phase.ENDED)) {
            return;
        }
        boolean useless = connection.useless() && !closing;
        end(connection);
        if (useless) {
            PoolFailure kind =
                    connection.http1Required() ? PoolFailure.HTTP_1_1_REQUIRED : ConnectFailure.kindOf(cause);
            useless(kind, cause == null ? new ClosedChannelException() : cause);
        } else {
            serveSoon();
        }
        closeIfEmpty();
    }

    private void end(PooledConnection connection) {
        connection.phase(Phase.ENDED, PoolTime.NEVER);
        connections.remove(connection);
    }

    /** A connection gave no stream, for a reason that was not ours. */
    private void useless(PoolFailure kind, Throwable cause) {
        counts.failed(kind);
        latestFailure = cause;
        latestKind = kind;
        backOff.failed(time.now());
        if (connections.sums().alive() == 0) {
            WaitingList patient = new WaitingList();
            for (Opening one = waiting.poll(); one != null; one = waiting.poll()) {
                if (kind.asksForHttp1() || ++one.failures > options.retries()) {
                    fail(one, kind, cause);
                } else {
                    patient.add(one);
                }
            }
            for (Opening one = patient.poll(); one != null; one = patient.poll()) {
                waiting.add(one);
            }
        }
        settle();
    }

    // ---- what is to be done ----------------------------------------------------------------------------------------

    /** Gives streams to those that wait: in a task, because the session that tells of a change may be at work. */
    private void serveSoon() {
        if (!serveScheduled) {
            serveScheduled = true;
            try {
                loop.execute(serve);
            } catch (RejectedExecutionException loopIsGone) {
                serveScheduled = false;
            }
        }
    }

    private void serve() {
        serveScheduled = false;
        for (Opening next = waiting.first(); next != null; next = waiting.first()) {
            PooledConnection free = connections.leastLoaded(next.avoided);
            if (free == null) {
                break;
            }
            waiting.remove(next);
            give(next, free);
        }
        settle();
    }

    /** Makes the connections that are needed, publishes the numbers and sets the timer. */
    private void settle() {
        if (!closing && loop.isShuttingDown()) {
            shutDown();
            return;
        }
        Connections.Sums sums = connections.sums();
        if (hopeless(sums)) {
            failAll(waiting, latestKind, latestFailure);
        }
        while (needsAnother(sums)) {
            connect();
            sums = connections.sums();
        }
        counts.publish(sums, waiting.size() + delayed.size());
        time.wakeAt(nextDue());
    }

    /** Whether no stream can be there before the next connect, which is not due yet, and as many have failed as requests wait for. */
    private boolean hopeless(Connections.Sums sums) {
        return options.failFast()
                && sums.alive() == 0
                && pausing()
                && (latestKind.asksForHttp1() || backOff.failures() > options.retries());
    }

    private boolean needsAnother(Connections.Sums sums) {
        if (closing || sums.alive() >= options.maxConnections() || pausing()) {
            return false;
        }
        // A peer that allows no streams now asks us to wait, not to come by another way.
        return sums.alive() < options.minConnections() || (supply(sums) < demand(sums) && !sums.atZero());
    }

    /** Whether no connection may be begun yet. Mostly there was no failure, and the time does not matter. */
    private boolean pausing() {
        return backOff.failures() > 0 && time.now() < backOff.until();
    }

    private long supply(Connections.Sums sums) {
        return sums.free() + sums.connecting() * connections.expected();
    }

    private long demand(Connections.Sums sums) {
        boolean used = sums.open() > 0 || !waiting.isEmpty();
        return waiting.size() + (used ? (long) options.spareStreams() : 0);
    }

    private void connect() {
        PooledConnection made = new PooledConnection(this);
        made.phaseDue = time.after(options.connectTimeout());
        connections.add(made);
        made.watch().connect();
    }

    private long nextDue() {
        long due = Math.min(connections.nextDue(), closeDue);
        if (!waiting.isEmpty()) {
            due = Math.min(due, waiting.first().deadline);
        }
        for (Opening one = delayed.first(); one != null; one = one.after) {
            due = Math.min(due, Math.min(one.deadline, one.notBefore));
        }
        return pausing() ? Math.min(due, backOff.until()) : due;
    }

    /** Something is due. */
    private void sweep() {
        long now = time.now();
        for (Opening one = delayed.first(); one != null; ) {
            Opening next = one.after;
            if (one.notBefore <= now) {
                delayed.remove(one);
                waiting.add(one);
            }
            one = next;
        }
        for (Opening one = waiting.first(); one != null && one.deadline <= now; one = waiting.first()) {
            waiting.remove(one);
            fail(one, PoolFailure.ACQUIRE_TIMEOUT, latestFailure);
        }
        for (PooledConnection one : connections.copy()) {
            sweep(one, now);
        }
        if (closeDue <= now) {
            closeDue = PoolTime.NEVER;
            connections.copy().forEach(one -> one.watch().cut());
        }
        serve();
    }

    private void sweep(PooledConnection connection, long now) {
        if (connection.phaseDue <= now) {
            switch (connection.phase()) {
                case CONNECTING -> connectFailed(connection, PoolFailure.CONNECT_TIMEOUT, null);
                case READY -> {
                    connection.retire();
                    drain(connection);
                }
                default -> {
                    connection.phaseDue = PoolTime.NEVER;
                    connection.watch().cut();
                }
            }
        } else if (connection.is(Phase.READY) && connection.idleDue <= now) {
            Connections.Sums sums = connections.sums();
            if (sums.alive() > options.minConnections() && supply(sums) - connection.free() >= demand(sums)) {
                connection.retire();
                drain(connection);
            } else {
                connection.idleDue = time.after(options.maxIdle());
            }
        }
    }

    // ---- the end ---------------------------------------------------------------------------------------------------

    /** Gives no more streams, and closes each connection when its streams are over, or at the deadline. */
    void close(Duration timeout) {
        long due = time.now() + timeout.toNanos();
        if (!closing || due < closeDue) {
            closeDue = due;
        }
        if (!closing) {
            closing = true;
            failAll(delayed, PoolFailure.CLOSED, null);
            failAll(waiting, PoolFailure.CLOSED, null);
            for (PooledConnection one : connections.copy()) {
                one.retire();
                if (one.is(Phase.CONNECTING)) {
                    one.watch().abandon();
                } else {
                    drain(one);
                }
            }
            closeIfEmpty();
        }
        settle();
    }

    /**
     * The event loop shuts down: nothing is decided any more, and what waits would wait for ever. It is told while the loop still tells
     * anything. Connections that have other loops let their streams end.
     */
    private void shutDown() {
        close(Duration.ZERO);
        closeDue = PoolTime.NEVER;
        time.cancel();
        connections.copy().forEach(one -> one.watch().close());
        closed.trySuccess(null);
    }

    private void closeIfEmpty() {
        if (closing && connections.isEmpty()) {
            closeDue = PoolTime.NEVER;
            time.cancel();
            closed.trySuccess(null);
        }
    }
}
