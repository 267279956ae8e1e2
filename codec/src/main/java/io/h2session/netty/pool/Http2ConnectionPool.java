package io.h2session.netty.pool;

import static java.util.Objects.requireNonNull;

import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2StreamHandle;
import io.h2session.netty.channel.StreamBootstrap;
import io.h2session.netty.channel.StreamChannel;
import io.h2session.netty.client.Http2Response;
import io.h2session.netty.client.Http2ResponseException;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.netty.util.concurrent.Promise;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Streams over connections to one origin.
 *
 * <pre>{@code
 * Http2ConnectionPool pool = Http2ConnectionPool.to(bootstrap, new InetSocketAddress("example.org", 443))
 *         .setup(new TlsSetup(Http2Tls.only(SslContextBuilder.forClient()).build(), "example.org", 443))
 *         .options(PoolOptions.builder().maxConnections(4).build())
 *         .build();
 * Future<StreamChannel> opening = pool.open(handler);
 * }</pre>
 *
 * <p><b>Which connection.</b> A stream is opened on the connection with the fewest open streams, never on one that drains or beyond the
 * peer's limit as it is at that moment, 0 included. Another connection is begun when the streams that are left are fewer than what waits
 * and {@link PoolOptions#spareStreams()}; the streams it is expected to bring count, so that a burst of requests makes no burst of
 * connections. As long as a peer allows no streams at all, no other connection is begun.
 *
 * <p><b>Waiting.</b> Those that find no stream wait in order, each until its timeout, or until it is cancelled. They are served when a
 * stream ends, a limit grows or a connection is ready. While there is no connection, and the next try to make one lies in the future,
 * they do not wait: they fail as the latest try did ({@link PoolOptions#failFast()}).
 *
 * <p><b>Whole responses.</b> {@link #send} gives a future of a response; {@link #open(ChannelHandler)} and {@link
 * #open(PooledRequest)} are for what does not fit into memory, or is used while it arrives.
 *
 * <p><b>Failures.</b> What gives no stream fails with a {@link PoolException}, whose {@link PoolFailure} tells why. Nothing was sent then.
 * A {@link PooledRequest} is sent again by the pool where RFC 9113 section 8.7 says that this is safe, and only there. How a stream ended is
 * told by {@link StreamChannel#end()} or {@link PooledRequest#ended}.
 *
 * <p><b>The event loop.</b> A pool whose event loop shuts down is closed: what waits fails with {@link PoolFailure#CLOSED} at once.
 *
 * <p>All methods may be called by any thread. The decisions are made on one event loop of the bootstrap's group; with a group of one loop,
 * such as the loop of a proxy's inbound connection, nothing changes threads.
 *
 * @since 0.1
 */
public final class Http2ConnectionPool {
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);

    private final EventExecutor loop;
    private final PoolCore core;
    private final StreamDefaults defaults;

    private Http2ConnectionPool(Builder builder) {
        loop = builder.loop;
        defaults = builder.streams.copy();
        core = new PoolCore(builder.options, loop, builder.connector, builder.setup, builder.random);
        core.run(core::begin);
    }

    /** Begins the settings of a pool that connects to an address. The bootstrap's own handler is not used. */
    public static Builder to(Bootstrap bootstrap, SocketAddress address) {
        return with(Connector.to(bootstrap, address), bootstrap.config().group().next());
    }

    /**
     * Begins the settings of a pool whose connections are made in another way.
     *
     * @param loop where the pool decides; best one of those that its connections use
     */
    public static Builder with(Connector connector, EventExecutor loop) {
        return new Builder(requireNonNull(connector, "connector"), requireNonNull(loop, "loop"));
    }

    /**
     * Opens a stream with a channel. Its handler has been told that it is active when the future completes, and may have written the
     * request already. The stream counts until it is over, or the channel is closed.
     *
     * @param handler what is added to the pipeline of the channel; one that is not sharable serves one stream
     * @return fails with a {@link PoolException}, or with what adding the handler has thrown; may be cancelled while it waits
     */
    public Future<StreamChannel> open(ChannelHandler handler) {
        requireNonNull(handler, "handler");
        return open((StreamBootstrap stream) -> stream.handler(handler));
    }

    /**
     * Opens a stream with a channel that has options and attributes of its own, as {@link #open(ChannelHandler)} does:
     *
     * <pre>{@code
     * pool.open(stream -> stream.handler(handler).option(ChannelOption.AUTO_READ, false).attr(CALL, call));
     * }</pre>
     *
     * @param settings sets the handler, options and attributes, which come after those of {@link Builder#childOption} and {@link
     *     Builder#childAttr}. Called once, on the event loop of the connection, when there is a stream; it must not open one itself
     * @return fails with a {@link PoolException}, or with what {@code settings} or adding the handler has thrown; may be cancelled while
     *     it waits
     */
    public Future<StreamChannel> open(Consumer<? super StreamBootstrap> settings) {
        requireNonNull(settings, "settings");
        Promise<StreamChannel> promise = loop.newPromise();
        return enter(
                new ChannelOpening(
                        stream -> {
                            defaults.applyTo(stream);
                            settings.accept(stream);
                        },
                        promise),
                promise);
    }

    /**
     * Opens a stream without a channel and sends a request on it.
     *
     * @return the stream that the request was first sent on; fails with a {@link PoolException}, and then {@link PooledRequest#ended} is
     *     not called; may be cancelled while it waits
     */
    public Future<Http2StreamHandle> open(PooledRequest request) {
        Promise<Http2StreamHandle> promise = loop.newPromise();
        return enter(new RequestOpening(core, requireNonNull(request, "request"), promise), promise);
    }

    /**
     * Sends a request and gives a future of its whole response, for exchanges that fit into memory.
     *
     * <pre>{@code
     * pool.send(HeaderList.of(":method", "GET", ":scheme", "https", ":authority", "example.org", ":path", "/"), null)
     *         .addListener((Future<Http2Response> done) -> {
     *             if (done.isSuccess()) {
     *                 log.info("{}", done.getNow().status());
     *             } else {
     *                 log.info("failed, may be sent again: {}", PoolException.retryIsSafe(done.cause()));
     *             }
     *         });
     * }</pre>
     *
     * <p>The pool sends it again as it does a {@link PooledRequest} that says it can be. For this it keeps the body until the answer
     * begins.
     *
     * @param headers pseudo-header fields first
     * @param body the content, which the pool owns and releases, whatever happens; null for none
     * @return fails with a {@link PoolException} if there was no stream, and with a {@link Http2ResponseException} if there was one but no
     *     whole response: with {@link Http2ResponseException.Reason#TOO_LARGE} if that has more content than {@link
     *     PoolOptions#maxContentLength()}. Its cancellation takes the request back, or resets its stream with CANCEL. Listeners are called
     *     on the pool's event loop
     */
    public Future<Http2Response> send(HeaderList headers, @Nullable ByteBuf body) {
        Promise<Http2Response> response = loop.newPromise();
        PooledExchange exchange = new PooledExchange(
                requireNonNull(headers, "headers"),
                body,
                response,
                core.options().maxContentLength());
        Promise<Http2StreamHandle> opened = loop.newPromise();
        RequestOpening opening = new RequestOpening(core, exchange, opened);
        exchange.begin(opening, opened);
        Future<Http2Response> entered = enter(opening, response);
        if (entered != response) {
            ReferenceCountUtil.release(exchange.takeBody());
        }
        return entered;
    }

    private <T> Future<T> enter(Opening opening, Promise<T> promise) {
        if (core.run(() -> core.enter(opening))) {
            return promise;
        }
        core.failed(PoolFailure.CLOSED);
        return ImmediateEventExecutor.INSTANCE.newFailedFuture(
                PoolException.of(PoolFailure.CLOSED, core.connector(), null));
    }

    /** What the pool holds and has done. */
    public PoolFacts facts() {
        return core.facts();
    }

    /** {@link #close(Duration)} with 30 seconds. */
    public Future<Void> close() {
        return close(CLOSE_TIMEOUT);
    }

    /**
     * Gives no more streams: those that wait fail, and so does what is opened from now on. Connections are closed when their streams are
     * over.
     *
     * @param timeout how long streams may continue; what is left then is reset with CANCEL. A later call may make it shorter
     * @return complete when all connections are closed, or the pool's event loop shuts down
     */
    public Future<Void> close(Duration timeout) {
        if (timeout.isNegative()) {
            throw new IllegalArgumentException("timeout must not be negative: " + timeout);
        }
        if (!core.run(() -> core.close(timeout))) {
            return ImmediateEventExecutor.INSTANCE.newSucceededFuture(null);
        }
        return core.closed();
    }

    /** Settings of a {@link Http2ConnectionPool}. */
    public static final class Builder {
        private final Connector connector;
        private final EventExecutor loop;
        private ConnectionSetup setup = ConnectionSetup.priorKnowledge();
        private PoolOptions options = PoolOptions.defaults();
        private final StreamDefaults streams = new StreamDefaults();
        private DoubleSupplier random = () -> ThreadLocalRandom.current().nextDouble();

        private Builder(Connector connector, EventExecutor loop) {
            this.connector = connector;
            this.loop = loop;
        }

        /** How connections begin HTTP/2; in cleartext with prior knowledge by default. */
        public Builder setup(ConnectionSetup how) {
            setup = requireNonNull(how, "how");
            return this;
        }

        /** How the pool behaves. */
        public Builder options(PoolOptions values) {
            options = requireNonNull(values, "values");
            return this;
        }

        /**
         * An option of the channel of each stream that is opened with a channel; null removes it. An option that is unknown or fails is a
         * line in the log.
         */
        public <T> Builder childOption(ChannelOption<T> option, @Nullable T value) {
            streams.option(option, value);
            return this;
        }

        /** An attribute of the channel of each stream that is opened with a channel; null removes it. */
        public <T> Builder childAttr(AttributeKey<T> key, @Nullable T value) {
            streams.attr(key, value);
            return this;
        }

        /** What takes the parts of times that are left out at random, 0 to 1. */
        Builder random(DoubleSupplier parts) {
            random = parts;
            return this;
        }

        /** The pool. It begins to connect if {@link PoolOptions#minConnections()} says so. */
        public Http2ConnectionPool build() {
            return new Http2ConnectionPool(this);
        }
    }
}
