package io.h2session.netty.channel;

import static java.util.Objects.requireNonNull;

import io.h2session.netty.Http2SessionEvent;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.util.AttributeKey;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Settings of a {@link Http2StreamsHandler}. One builder may build any number of handlers, one for each connection.
 *
 * @since 0.1
 */
public final class Http2StreamsHandlerBuilder {
    Consumer<ChildChannel> childInitializer;
    Consumer<ChildChannel> pushInitializer;
    Consumer<ChildChannel> upgradeInitializer;
    Function<? super Http2SessionEvent.Headers, ? extends StreamHandler> streamHandler;
    ToLongFunction<? super Throwable> errorCode = StreamErrorException::codeOf;
    boolean requestsWait = true;
    ChildChannel.Factory channels = StreamChannel::new;
    final Map<ChannelOption<?>, Object> childOptions = new LinkedHashMap<>();
    final Map<AttributeKey<?>, Object> childAttributes = new LinkedHashMap<>();

    Http2StreamsHandlerBuilder() {}

    /**
     * What is added to the pipeline of each stream the peer opens: a {@link io.netty.channel.ChannelInitializer}, or another handler
     * that is {@link ChannelHandler.Sharable}. Without it, a {@link #childInitializer} and a {@link #streamHandler} the events of such streams go on in
     * the connection's pipeline.
     */
    public Http2StreamsHandlerBuilder childHandler(ChannelHandler handler) {
        return childInitializer(Http2StreamsHandler.adding(sharable(handler)));
    }

    /**
     * Adds the handlers of each stream the peer opens, in place of a {@link #childHandler}. A {@link
     * io.netty.channel.ChannelInitializer} does the same and costs each stream a handler that is added and removed.
     *
     * <pre>{@code
     * Http2StreamsHandler.builder().childInitializer(stream -> stream.pipeline().addLast(new Greeter()))
     * }</pre>
     *
     * @param initializer is given the channel, on the event loop; what it throws ends the stream as {@link #errorCode} says
     */
    public Http2StreamsHandlerBuilder childInitializer(Consumer<? super ChildChannel> initializer) {
        requireNonNull(initializer, "initializer");
        childInitializer = channel -> initialize(channel, initializer);
        return this;
    }

    private static void initialize(ChildChannel channel, Consumer<? super ChildChannel> initializer) {
        try {
            initializer.accept(channel);
        } catch (RuntimeException failure) {
            // As if the last handler had thrown it.
            channel.pipeline().fireExceptionCaught(failure);
        }
    }

    /**
     * What is added to the pipeline of each response that the server promises. It reads the {@link
     * Http2SessionEvent.PushPromise} first. Without it, promises are refused: their streams are reset with CANCEL. (By default the
     * session's settings allow no push at all.)
     */
    public Http2StreamsHandlerBuilder pushHandler(ChannelHandler handler) {
        pushInitializer = Http2StreamsHandler.adding(sharable(handler));
        return this;
    }

    /**
     * What is added to the pipeline of the stream whose request asked for an upgrade from HTTP/1.1, at a client ({@link
     * io.h2session.netty.negotiation.Http2ClientUpgradeHandler}). It is told {@link Http2SessionEvent.Upgraded} and reads the
     * response; the request cannot be written again. Without it, and without a {@link StreamHandler} that is attached to the
     * stream, its events go on in the connection's pipeline.
     */
    public Http2StreamsHandlerBuilder upgradeHandler(ChannelHandler handler) {
        upgradeInitializer = Http2StreamsHandler.adding(sharable(handler));
        return this;
    }

    private static ChannelHandler sharable(ChannelHandler handler) {
        if (!handler.getClass().isAnnotationPresent(ChannelHandler.Sharable.class)) {
            throw new IllegalArgumentException(
                    "one handler serves all streams: it must be a ChannelInitializer, or @Sharable");
        }
        return handler;
    }

    /**
     * Chooses the {@link StreamHandler} of each stream that the peer opens, which takes the place of a channel.
     *
     * @param chooser gets the request and returns its handler; null makes a channel for it, if there is a {@link
     *     #childHandler} or {@link #childInitializer}
     */
    public Http2StreamsHandlerBuilder streamHandler(
            Function<? super Http2SessionEvent.Headers, ? extends StreamHandler> chooser) {
        streamHandler = requireNonNull(chooser, "chooser");
        return this;
    }

    /**
     * An option of the channels of {@link #childHandler}, {@link #childInitializer}, {@link #pushHandler} and {@link #upgradeHandler}; null
     * removes it.
     */
    public <T> Http2StreamsHandlerBuilder childOption(ChannelOption<T> option, @Nullable T value) {
        put(childOptions, option, value);
        return this;
    }

    /**
     * An attribute of the channels of {@link #childHandler}, {@link #childInitializer}, {@link #pushHandler} and {@link #upgradeHandler}; null
     * removes it.
     */
    public <T> Http2StreamsHandlerBuilder childAttr(AttributeKey<T> key, @Nullable T value) {
        put(childAttributes, key, value);
        return this;
    }

    static <K> void put(Map<K, Object> map, K key, Object value) {
        requireNonNull(key, "key");
        if (value == null) {
            map.remove(key);
        } else {
            map.put(key, value);
        }
    }

    /**
     * With which code a stream is reset when an exception reaches the end of its pipeline. By default that of the {@link
     * StreamErrorException} that it is or was caused by, otherwise INTERNAL_ERROR: a stream whose handler has failed would hang.
     *
     * @param codes answers an error code, or a negative number if the exception is only to be logged
     */
    public Http2StreamsHandlerBuilder errorCode(ToLongFunction<? super Throwable> codes) {
        errorCode = requireNonNull(codes, "codes");
        return this;
    }

    /**
     * Whether a request waits when the peer allows no more streams now; true by default. Otherwise it fails at once, with an {@link
     * io.h2session.api.Http2SubmitException} of the reason TOO_MANY_PENDING, and its channel is closed.
     */
    public Http2StreamsHandlerBuilder requestsWait(boolean wait) {
        requestsWait = wait;
        return this;
    }

    /** Makes the channels of streams; {@link StreamChannel}s by default. */
    public Http2StreamsHandlerBuilder channels(ChildChannel.Factory factory) {
        channels = requireNonNull(factory, "factory");
        return this;
    }

    /** The settings as they are now. */
    Http2StreamsHandlerBuilder copy() {
        Http2StreamsHandlerBuilder copy = new Http2StreamsHandlerBuilder();
        copy.childInitializer = childInitializer;
        copy.pushInitializer = pushInitializer;
        copy.upgradeInitializer = upgradeInitializer;
        copy.streamHandler = streamHandler;
        copy.errorCode = errorCode;
        copy.requestsWait = requestsWait;
        copy.channels = channels;
        copy.childOptions.putAll(childOptions);
        copy.childAttributes.putAll(childAttributes);
        return copy;
    }

    /** A handler for one connection. */
    public Http2StreamsHandler build() {
        return new Http2StreamsHandler(this);
    }
}
