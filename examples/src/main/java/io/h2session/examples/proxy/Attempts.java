package io.h2session.examples.proxy;

import io.netty.handler.codec.http.HttpMethod;
import java.util.HashSet;
import java.util.Set;

/** The tries that are made for one request: on which upstream server, and whether there is another one. */
final class Attempts {
    /** A request that was certainly not processed may go around among servers that are being replaced. */
    private static final int MAX_UNPROCESSED = 10;

    /** One that may have been processed is tried once more only. */
    private static final int MAX_REPLAYS = 2;

    private static final Set<HttpMethod> IDEMPOTENT = Set.of(
            HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS, HttpMethod.TRACE, HttpMethod.PUT, HttpMethod.DELETE);

    private final Worker worker;
    private final boolean idempotent;
    private final Replay replay = new Replay();
    private Upstream upstream;
    private int made;
    private int replays;
    private boolean http1Only;
    private Failure lastFailure;

    /** Servers that failed it; null if none did. */
    private Set<Upstream> failed;

    Attempts(Worker worker, HttpMethod method) {
        this.worker = worker;
        idempotent = IDEMPOTENT.contains(method);
    }

    Replay replay() {
        return replay;
    }

    /** Tries the server with the least to do. */
    void next(Exchange exchange, ExchangeRecord record) {
        made++;
        upstream = worker.upstreams().choose(failed == null ? Set.of() : failed);
        if (upstream == null) {
            exchange.notConnected(lastFailure == null ? Failure.NO_UPSTREAM : lastFailure);
            return;
        }
        upstream.begun();
        record.trying(upstream);
        worker.connections(upstream).serve(exchange, http1Only);
    }

    /**
     * Whether there is another try after this failure.
     *
     * @param unprocessed whether the server has certainly not begun to process the request
     */
    boolean again(Failure why, boolean unprocessed) {
        Upstream tried = upstream;
        ended();
        lastFailure = why;
        if (tried == null || !replay.isWhole()) {
            return false;
        }
        boolean allowed =
                switch (why.retry()) {
                    case ANY -> made < MAX_UNPROCESSED;
                    case IDEMPOTENT ->
                        (unprocessed && made < MAX_UNPROCESSED) || (idempotent && ++replays < MAX_REPLAYS);
                    case OVER_HTTP1 ->
                        !http1Only && (http1Only = worker.connections(tried).speaksHttp1());
                    case NEVER -> false;
                };
        if (allowed && why != Failure.WANTS_HTTP1 && (why != Failure.REFUSED || made > 2)) {
            // A server that drains has a new connection for it; one that fails again has not.
            if (failed == null) {
                failed = new HashSet<>(4);
            }
            failed.add(tried);
        }
        return allowed;
    }

    /** There is a connection to the server. */
    void reached() {
        if (upstream != null) {
            upstream.reached();
        }
    }

    /** The server has one less to do. */
    void ended() {
        if (upstream != null) {
            upstream.ended();
            upstream = null;
        }
    }
}
