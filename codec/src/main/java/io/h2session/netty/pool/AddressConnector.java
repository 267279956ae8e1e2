package io.h2session.netty.pool;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** Connects to one address, which its text is: {@code HOST:PORT} as the application wrote it, never looked up. */
record AddressConnector(Bootstrap template, SocketAddress address) implements Connector {
    @Override
    public ChannelFuture connect(ChannelHandler initializer) {
        return template.clone().handler(initializer).connect(address);
    }

    @Override
    public String toString() {
        if (!(address instanceof InetSocketAddress internet)) {
            return address.toString();
        }
        String host = internet.getHostString();
        return (host.indexOf(':') < 0 ? host : '[' + host + ']') + ':' + internet.getPort();
    }
}
