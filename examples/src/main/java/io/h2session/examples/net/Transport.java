package io.h2session.examples.net;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;

/** Event loops and sockets: epoll on Linux if its library can be loaded, NIO otherwise. */
public enum Transport {
    /** The native transport of Linux. */
    EPOLL(EpollServerSocketChannel.class, EpollSocketChannel.class),
    /** The transport that every JVM has. */
    NIO(NioServerSocketChannel.class, NioSocketChannel.class);

    private static final long NOT_SENT = 128 * 1024;

    private final Class<? extends ServerSocketChannel> serverChannel;
    private final Class<? extends SocketChannel> channel;

    Transport(Class<? extends ServerSocketChannel> serverChannel, Class<? extends SocketChannel> channel) {
        this.serverChannel = serverChannel;
        this.channel = channel;
    }

    /** The best transport of this system. */
    public static Transport best() {
        return Epoll.isAvailable() ? EPOLL : NIO;
    }

    /** Creates a group of event loops. */
    public EventLoopGroup eventLoops(int threads) {
        IoHandlerFactory factory = this == EPOLL ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        return new MultiThreadIoEventLoopGroup(threads, factory);
    }

    /**
     * Lets the kernel accept only what it will send soon, if that can be set, so that more urgent data can still overtake the
     * rest.
     */
    public void keepLittleInTheKernel(Channel connection) {
        if (this == EPOLL) {
            connection.config().setOption(EpollChannelOption.TCP_NOTSENT_LOWAT, NOT_SENT);
        }
    }

    /** The class of a listening socket. */
    public Class<? extends ServerSocketChannel> serverChannel() {
        return serverChannel;
    }

    /** The class of a connection. */
    public Class<? extends SocketChannel> channel() {
        return channel;
    }
}
