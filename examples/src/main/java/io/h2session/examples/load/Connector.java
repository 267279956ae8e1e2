package io.h2session.examples.load;

import io.netty.channel.EventLoop;

/** Makes connections. */
interface Connector {
    /**
     * Begins a connection on an event loop. It is made the last handler of its pipeline, or {@linkplain LoadConnection#gone gone}
     * after it was told why.
     */
    void connect(EventLoop loop, LoadConnection connection);
}
