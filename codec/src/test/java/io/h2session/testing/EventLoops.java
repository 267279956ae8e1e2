package io.h2session.testing;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;

/** Event loops for tests on real sockets, made in the one way Netty 4.1 and 4.2 share. */
public final class EventLoops {
    private EventLoops() {}

    /** NIO loops with this many threads. */
    @SuppressWarnings("deprecation") // 4.2 has another way, which 4.1 lacks
    public static EventLoopGroup nio(int threads) {
        return new NioEventLoopGroup(threads);
    }
}
