package io.h2session.netty;

import java.util.Collections;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The sessions that there are now, for gauges and for tools that look into them: {@link Http2SessionHandlerBuilder#registry}. Any
 * number of builders may share one. A session is in it from when its handler was added to a pipeline until it is removed, which
 * happens at the latest when the channel has closed. Thread-safe.
 *
 * @since 0.1
 */
public final class Http2SessionRegistry {
    private final Set<Http2SessionHandler> handlers = ConcurrentHashMap.newKeySet();
    private final Set<Http2SessionHandler> view = Collections.unmodifiableSet(handlers);

    /** A registry without sessions. */
    public Http2SessionRegistry() {}

    /**
     * The handlers of the sessions, in no order: a view that changes as they come and go, which any thread may iterate over. {@link
     * Http2SessionHandler#facts()} and {@link Http2SessionHandler#snapshot()} tell more of each.
     */
    public Set<Http2SessionHandler> sessions() {
        return view;
    }

    void added(Http2SessionHandler handler) {
        handlers.add(handler);
    }

    void removed(Http2SessionHandler handler) {
        handlers.remove(handler);
    }
}
