package io.h2session.netty.channel;

import static java.util.Objects.requireNonNull;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.nio.channels.ClosedChannelException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Opens {@link StreamChannel}s on a client's connection, which has an {@link Http2StreamsHandler} in its pipeline. One bootstrap
 * serves any number of streams; it is not changed while it does.
 *
 * <p>A channel that is open has no stream yet: writing a request to it makes one. If the peer allows no more streams now, the
 * request waits, unless {@link Http2StreamsHandlerBuilder#requestsWait} says otherwise; closing the channel then sends nothing. When
 * the request fails because the peer takes no more (GOAWAY), the channel is closed before its promise fails, and {@link
 * StreamChannel#end()} says that a retry is safe.
 *
 * @since 0.1
 */
public final class StreamBootstrap {
    private final Channel connection;
    private final Map<ChannelOption<?>, Object> options = new LinkedHashMap<>();
    private final Map<AttributeKey<?>, Object> attributes = new LinkedHashMap<>();
    private volatile ChannelHandler handler;
    private volatile ChannelHandlerContext context;

    /** Opens streams on that connection. */
    public StreamBootstrap(Channel connection) {
        this.connection = requireNonNull(connection, "connection");
    }

    /** What is added to the pipeline of each stream; one that is not sharable serves one stream. */
    public StreamBootstrap handler(ChannelHandler added) {
        handler = requireNonNull(added, "added");
        return this;
    }

    /** An option of each stream; null removes it. An option that is unknown or fails is a line in the log. */
    public <T> StreamBootstrap option(ChannelOption<T> option, @Nullable T value) {
        synchronized (options) {
            Http2StreamsHandlerBuilder.put(options, option, value);
        }
        return this;
    }

    /** An attribute of each stream; null removes it. */
    public <T> StreamBootstrap attr(AttributeKey<T> key, @Nullable T value) {
        synchronized (attributes) {
            Http2StreamsHandlerBuilder.put(attributes, key, value);
        }
        return this;
    }

    /** Opens one. Any thread. Fails as {@link #open(Promise)} does. */
    public Future<StreamChannel> open() {
        return open(connection.eventLoop().newPromise());
    }

    /**
     * Opens one. Any thread. The handlers have been told that it is active when the promise completes.
     *
     * <p>Fails with {@link ClosedChannelException} if the connection is closed, {@link IllegalStateException} if it has no {@link
     * Http2StreamsHandler} or is a server's.
     */
    public Future<StreamChannel> open(Promise<StreamChannel> promise) {
        open(StreamChannel.class, promise);
        return promise;
    }

    /**
     * Opens one as {@link #open(Promise)} does, where {@link Http2StreamsHandlerBuilder#channels} makes other channels.
     *
     * @param kind what they are; the promise fails with {@link IllegalStateException} if this one is not
     */
    public <C extends ChildChannel> void open(Class<C> kind, Promise<? super C> promise) {
        EventExecutor loop = connection.eventLoop();
        if (loop.inEventLoop()) {
            openNow(kind, promise);
        } else {
            try {
                loop.execute(() -> openNow(kind, promise));
            } catch (RejectedExecutionException loopIsGone) {
                promise.tryFailure(closed(loopIsGone));
            }
        }
    }

    private <C extends ChildChannel> void openNow(Class<C> kind, Promise<? super C> promise) {
        if (!promise.setUncancellable()) {
            return;
        }
        Http2StreamsHandler streams = streams();
        if (!connection.isActive()) {
            promise.tryFailure(closed(null));
        } else if (streams == null) {
            promise.tryFailure(new IllegalStateException("the connection has no Http2StreamsHandler"));
        } else if (streams.server()) {
            promise.tryFailure(new IllegalStateException("requests are a client's"));
        } else {
            try {
                ChildChannel made = streams.open(handler, copy(options), copy(attributes));
                if (kind.isInstance(made)) {
                    promise.trySuccess(kind.cast(made));
                } else {
                    made.close();
                    promise.tryFailure(
                            new IllegalStateException("the connection's channels are not of " + kind.getSimpleName()));
                }
            } catch (RuntimeException failure) {
                promise.tryFailure(failure);
            }
        }
    }

    private Http2StreamsHandler streams() {
        ChannelHandlerContext known = context;
        if (known == null || known.isRemoved()) {
            known = connection.pipeline().context(Http2StreamsHandler.class);
            context = known;
        }
        return known == null ? null : (Http2StreamsHandler) known.handler();
    }

    private static <K> Map<K, Object> copy(Map<K, Object> map) {
        synchronized (map) {
            return map.isEmpty() ? Map.of() : new LinkedHashMap<>(map);
        }
    }

    private static ClosedChannelException closed(Throwable cause) {
        ClosedChannelException closed = new ClosedChannelException();
        closed.initCause(cause);
        return closed;
    }
}
