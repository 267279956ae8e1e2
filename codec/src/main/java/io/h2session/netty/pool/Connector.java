package io.h2session.netty.pool;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import java.net.SocketAddress;

/**
 * Makes the connections of a pool. Usually a {@link Bootstrap} does ({@link #to}); another one may choose among addresses, or connect
 * through a tunnel.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface Connector {
    /**
     * Begins to connect. Called on the pool's event loop, for one connection at a time.
     *
     * @param initializer to be added to the pipeline of the channel before that is registered, as {@link Bootstrap#handler} does
     * @return complete when the channel is connected
     */
    ChannelFuture connect(ChannelHandler initializer);

    /** Connects to an address. The handler of the bootstrap is not used. */
    static Connector to(Bootstrap bootstrap, SocketAddress address) {
        return new AddressConnector(bootstrap.clone(), address);
    }
}
