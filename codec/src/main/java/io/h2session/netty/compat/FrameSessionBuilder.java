package io.h2session.netty.compat;

import io.h2session.api.Http2SessionOptions;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionHandlerBuilder;
import io.netty.handler.codec.http2.Http2Settings;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Builds a {@link Http2SessionHandler} for a {@link FrameMultiplexHandler} behind it, with the names of Netty's {@code
 * Http2FrameCodecBuilder}. The window of the connection is given back as data arrives, so that a stream that is not read stops no
 * other; padding that frames ask for is sent, and frames of unknown types are. A handler that {@link Http2SessionHandler#forServer} has
 * built does as well, without these. One builder may build any number of handlers.
 *
 * @since 0.1
 */
public final class FrameSessionBuilder {
    private static final Duration FOR_EVER = Duration.ofDays(3650);

    private final Http2SessionHandlerBuilder handler;
    private final Http2SessionOptions.Builder options = Http2SessionOptions.builder();

    private FrameSessionBuilder(Http2SessionHandlerBuilder handler) {
        this.handler = handler.automaticConnectionWindow(true)
                .listener(FrameListener::new)
                .gracefulShutdownTimeout(Duration.ZERO);
    }

    /** For a client's connection. */
    public static FrameSessionBuilder forClient() {
        return new FrameSessionBuilder(Http2SessionHandler.forClient());
    }

    /** For a server's connection. */
    public static FrameSessionBuilder forServer() {
        return new FrameSessionBuilder(Http2SessionHandler.forServer());
    }

    /** The settings that are sent first; those that are not given keep the default of {@link Http2SessionOptions}. */
    public FrameSessionBuilder initialSettings(Http2Settings settings) {
        if (settings.headerTableSize() != null) {
            options.headerTableSize((int) Math.min(Integer.MAX_VALUE, settings.headerTableSize()));
        }
        if (settings.pushEnabled() != null) {
            options.enablePush(settings.pushEnabled());
        }
        if (settings.maxConcurrentStreams() != null) {
            options.maxConcurrentStreams(settings.maxConcurrentStreams());
        }
        if (settings.initialWindowSize() != null) {
            options.initialWindowSize(settings.initialWindowSize());
        }
        if (settings.maxFrameSize() != null) {
            options.maxFrameSize(settings.maxFrameSize());
        }
        if (settings.maxHeaderListSize() != null) {
            options.maxHeaderListSize(settings.maxHeaderListSize());
        }
        if (settings.connectProtocolEnabled() != null) {
            options.enableConnectProtocol(settings.connectProtocolEnabled());
        }
        return this;
    }

    /** How long streams may go on after the connection's {@code close()}; a negative number for ever. 0 by default, as with Netty's. */
    public FrameSessionBuilder gracefulShutdownTimeoutMillis(long millis) {
        handler.gracefulShutdownTimeout(millis < 0 ? FOR_EVER : Duration.ofMillis(millis));
        return this;
    }

    /** Whether the session answers PING; true by default. */
    public FrameSessionBuilder autoAckPingFrame(boolean automatically) {
        options.automaticPingAck(automatically);
        return this;
    }

    /** Whether a header list larger than the peer accepts is sent all the same; false by default. */
    public FrameSessionBuilder encoderIgnoreMaxHeaderListSize(boolean ignore) {
        options.heedPeerHeaderListSize(!ignore);
        return this;
    }

    /**
     * Frames of an unknown type that handlers are to read; by default they are ignored, as RFC 9113 section 4.1 says.
     *
     * @param types 10 to 255
     */
    public FrameSessionBuilder unknownFrames(int... types) {
        for (int type : types) {
            options.receiveExtension(type);
        }
        return this;
    }

    /** Other options of the session. */
    public FrameSessionBuilder options(Consumer<Http2SessionOptions.Builder> change) {
        change.accept(options);
        return this;
    }

    /** Other settings of the session's handler; its listener is in use here already. */
    public FrameSessionBuilder handler(Consumer<Http2SessionHandlerBuilder> change) {
        change.accept(handler);
        return this;
    }

    /** A handler for one connection. */
    public Http2SessionHandler build() {
        return handler.options(options.build()).build();
    }
}
