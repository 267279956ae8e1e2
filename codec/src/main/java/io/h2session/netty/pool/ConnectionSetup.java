package io.h2session.netty.pool;

import static java.util.Objects.requireNonNull;

import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.channel.Http2StreamsHandler;
import io.h2session.netty.negotiation.Http2Negotiation;
import io.netty.channel.ChannelPipeline;
import io.netty.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Fills the pipeline of a connection of a pool. When it is done, the pipeline must have a client's {@link Http2SessionHandler} and,
 * behind it, an {@link Http2StreamsHandler}. Other handlers may be added.
 *
 * <p>Ready ways: {@link #priorKnowledge}, and {@link TlsSetup} for TLS with ALPN.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface ConnectionSetup {
    /**
     * Adds the handlers, or those that find out which handlers to add. Called on the connection's event loop, before it is connected.
     *
     * @return complete when the handlers of HTTP/2 are in the pipeline, such as the future of {@link Http2Negotiation#overTls}. Its
     *     failure is the connection's
     */
    Future<?> setUp(ChannelPipeline pipeline);

    /** HTTP/2 in cleartext, with prior knowledge (RFC 9113 section 3.3) and the handlers of {@link #handlers}. */
    static ConnectionSetup priorKnowledge() {
        return priorKnowledge(ConnectionSetup::handlers);
    }

    /** HTTP/2 in cleartext, with prior knowledge and handlers of the application's choice. */
    static ConnectionSetup priorKnowledge(Consumer<? super ChannelPipeline> handlers) {
        requireNonNull(handlers, "handlers");
        return pipeline -> {
            handlers.accept(pipeline);
            return pipeline.channel().newSucceededFuture();
        };
    }

    /**
     * Adds a client's session, with an automatic connection window so that no stream can stop the others, and a streams handler, both
     * with their defaults.
     */
    static void handlers(ChannelPipeline pipeline) {
        pipeline.addLast(
                Http2SessionHandler.forClient().automaticConnectionWindow(true).build(),
                Http2StreamsHandler.builder().build());
    }
}
