package io.h2session.netty.inspect;

import io.h2session.netty.Http2SessionHandlerBuilder;
import io.h2session.netty.Http2SessionObserver;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http.HttpServerCodec;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A page that shows live sessions: who is connected, what is sent, and what each stream waits for.
 *
 * <pre>{@code
 * Http2Inspector inspector = Http2Inspector.builder().build();
 * Http2SessionHandler.forServer().observer(inspector).build(); // in the pipeline of each connection
 * inspector.listen(new ServerBootstrap().group(eventLoops).channel(NioServerSocketChannel.class), 9000);
 * }</pre>
 *
 * <p>Or a server shows the page itself: {@link #handler}.
 *
 * <p><b>Cost.</b> A session that is not watched counts frames, bytes, stalls and glitches, and does nothing else. Frames, streams
 * and gauges are recorded while the page is open, up to a number of each ({@link Http2InspectorBuilder}), for the streams and
 * frames from then on.
 *
 * <p><b>Privacy.</b> The page shows names and numbers, and {@code :status}; values of header fields if it is told to ({@link
 * Http2InspectorBuilder#headerValues}), and never bodies. It changes nothing.
 *
 * <p>Thread-safe. One inspector may observe any number of servers and clients.
 *
 * @since 0.1
 */
public final class Http2Inspector implements Http2SessionObserver.Factory {
    private final InspectorSettings settings;
    private final Sessions sessions;
    private final AtomicLong lastId = new AtomicLong();

    Http2Inspector(InspectorSettings settings) {
        this.settings = settings;
        sessions = new Sessions(settings);
    }

    /** Starts building an inspector. */
    public static Http2InspectorBuilder builder() {
        return new Http2InspectorBuilder();
    }

    /** Observes the session of a channel, for {@link Http2SessionHandlerBuilder#observer}. */
    @Override
    public @Nullable Http2SessionObserver observe(Channel channel) {
        return new InspectedSession(this, lastId.incrementAndGet(), channel);
    }

    /**
     * A new handler that answers requests whose path begins with a prefix, and passes the others on. Stands behind an {@code
     * HttpServerCodec}, or an {@link io.h2session.netty.http.HttpStreamCodec}, in any channel. The page is at the prefix itself.
     *
     * @param prefix begins and ends with {@code /}
     */
    public ChannelHandler handler(String prefix) {
        if (!prefix.startsWith("/") || !prefix.endsWith("/")) {
            throw new IllegalArgumentException("prefix: " + prefix);
        }
        return new InspectorHandler(this, prefix);
    }

    /**
     * Listens for browsers on this computer: on the loopback address only, with HTTP/1.1.
     *
     * @param bootstrap its groups and the type of its channel are set. One event loop is enough, and one of its own shows even when
     *     those of the server are blocked
     * @param port 0 for any free port
     * @return complete when it listens; closing its channel ends it
     */
    public ChannelFuture listen(ServerBootstrap bootstrap, int port) {
        return bootstrap
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new HttpServerCodec(), handler("/"));
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    InspectorSettings settings() {
        return settings;
    }

    Sessions sessions() {
        return sessions;
    }

    void begun(InspectedSession session) {
        sessions.begun(session);
    }

    void ended(InspectedSession session) {
        sessions.ended(session);
    }
}
