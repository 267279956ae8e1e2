package io.h2session.netty.compat;

import static java.util.Objects.requireNonNull;

import io.h2session.netty.channel.StreamBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;

/**
 * Opens streams on a client's connection that has a {@link FrameMultiplexHandler}: the methods and rules of Netty's {@code
 * Http2StreamChannelBootstrap}, which can make Netty's own channels only. {@link StreamBootstrap} has the rules.
 *
 * @since 0.1
 */
public final class FrameStreamBootstrap {
    private final Channel connection;
    private final StreamBootstrap streams;

    /** Opens streams on that connection. */
    public FrameStreamBootstrap(Channel connection) {
        this.connection = requireNonNull(connection, "connection");
        streams = new StreamBootstrap(connection);
    }

    /** An option of each stream; null removes it. */
    public <T> FrameStreamBootstrap option(ChannelOption<T> option, T value) {
        streams.option(option, value);
        return this;
    }

    /** An attribute of each stream; null removes it. */
    public <T> FrameStreamBootstrap attr(AttributeKey<T> key, T value) {
        streams.attr(key, value);
        return this;
    }

    /** What is added to the pipeline of each stream; one that is not sharable serves one stream. */
    public FrameStreamBootstrap handler(ChannelHandler handler) {
        streams.handler(handler);
        return this;
    }

    /** Opens one. Any thread. */
    public Future<Http2StreamChannel> open() {
        return open(connection.eventLoop().newPromise());
    }

    /** Opens one. Any thread. */
    public Future<Http2StreamChannel> open(Promise<Http2StreamChannel> promise) {
        streams.open(FrameStreamChannel.class, promise);
        return promise;
    }
}
