package io.h2session.examples.proxy;

import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * What belongs to one event loop: the exchanges of its clients, and its connections to each upstream server. Its clock has seconds, for
 * timeouts; asking it costs nothing.
 */
final class Worker {
    private final EventLoop loop;
    private final ProxySettings settings;
    private final Upstreams upstreams;
    private final AccessLog log;
    private final Map<Upstream, Connections> connections = new HashMap<>();
    private final Set<FrontConnection> clients = new LinkedHashSet<>();
    private final ArrayDeque<DirectFront> headsWait = new ArrayDeque<>();
    private final Runnable readHandled = this::readHandled;
    private Exchange first;
    private int now;

    Worker(EventLoop loop, ProxySettings settings, Upstreams upstreams, AccessLog log) {
        this.loop = loop;
        this.settings = settings;
        this.upstreams = upstreams;
        this.log = log;
        loop.scheduleAtFixedRate(() -> pass(1), 1, 1, TimeUnit.SECONDS);
    }

    EventLoop loop() {
        return loop;
    }

    ProxySettings settings() {
        return settings;
    }

    Upstreams upstreams() {
        return upstreams;
    }

    /** Seconds since it began. */
    int now() {
        return now;
    }

    Connections connections(Upstream upstream) {
        Connections known = connections.get(upstream);
        if (known == null) {
            known = new Connections(this, upstream);
            connections.put(upstream, known);
        }
        return known;
    }

    void add(Exchange exchange) {
        exchange.after = first;
        if (first != null) {
            first.before = exchange;
        }
        first = exchange;
    }

    /** Once more is harmless. */
    void remove(Exchange exchange) {
        if (exchange.before != null) {
            exchange.before.after = exchange.after;
        } else if (first == exchange) {
            first = exchange.after;
        }
        if (exchange.after != null) {
            exchange.after.before = exchange.before;
        }
        exchange.before = null;
        exchange.after = null;
    }

    void add(FrontConnection client) {
        clients.add(client);
    }

    void remove(FrontConnection client) {
        clients.remove(client);
    }

    /** Tells a stream when what is being read now has been handled: the content of its answer may be there by then. */
    void headWaits(DirectFront front) {
        if (headsWait.isEmpty()) {
            loop.execute(readHandled);
        }
        headsWait.add(front);
    }

    private void readHandled() {
        for (DirectFront one = headsWait.poll(); one != null; one = headsWait.poll()) {
            one.readHandled();
        }
    }

    /** Whether there is an access log. */
    boolean keepsLog() {
        return log != null;
    }

    /** An exchange has ended. */
    void ended(ExchangeRecord record) {
        if (log != null) {
            log.write(record);
        }
    }

    /** Lets seconds pass, and ends what has waited too long. */
    void pass(int seconds) {
        now += seconds;
        ArrayDeque<Exchange> running = new ArrayDeque<>();
        for (Exchange one = first; one != null; one = one.after) {
            running.add(one);
        }
        running.forEach(one -> one.checkTime(now));
        List.copyOf(clients).forEach(one -> one.checkTime(now));
        new ArrayList<>(connections.values()).forEach(one -> one.checkTime(now));
    }

    /** Closes the connections to the upstream servers. */
    void close() {
        connections.values().forEach(Connections::close);
    }
}
