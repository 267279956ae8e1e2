package io.h2session.netty.pool;

import static java.util.Objects.requireNonNull;

import io.h2session.netty.negotiation.Http2Negotiation;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Connections over TLS that choose HTTP/2 by ALPN (RFC 9113 section 3.2). Needs {@code netty-handler}.
 *
 * @since 0.1
 */
public final class TlsSetup implements ConnectionSetup {
    private final SslContext context;
    private final String host;
    private final int port;
    private final Http2Negotiation negotiation;

    /**
     * Connections with the handlers of {@link ConnectionSetup#handlers}.
     *
     * @param context of a client, with ALPN: see {@link io.h2session.netty.negotiation.Http2Tls#only}
     * @param host the name of the origin, for SNI and the verification of the certificate
     * @param port of the origin
     */
    public TlsSetup(SslContext context, String host, int port) {
        this(context, host, port, ConnectionSetup::handlers);
    }

    /** Connections with handlers of the application's choice. */
    public TlsSetup(SslContext context, String host, int port, Consumer<ChannelPipeline> handlers) {
        this.context = requireNonNull(context, "context");
        this.host = requireNonNull(host, "host");
        this.port = port;
        negotiation = Http2Negotiation.forClient().http2(handlers).build();
    }

    @Override
    public Future<?> setUp(ChannelPipeline pipeline) {
        return negotiation.overTls(
                pipeline, context.newHandler(pipeline.channel().alloc(), host, port));
    }
}
