package io.h2session.netty.negotiation;

import io.h2session.netty.Http2SessionHandler;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Determines whether a connection speaks HTTP/2, and fills its pipeline accordingly. One negotiation serves any number of
 * channels.
 *
 * <pre>{@code
 * Http2Negotiation negotiation = Http2Negotiation.forServer()
 *         .http2(pipeline -> pipeline.addLast(Http2SessionHandler.forServer().build(), new Greeter()))
 *         .http1(pipeline -> pipeline.addLast(new HttpServerCodec(), new Http1Greeter()))
 *         .build();
 *
 * // in a ChannelInitializer
 * negotiation.overTls(channel.pipeline(), tls.newHandler(channel.alloc()));
 * // or
 * negotiation.inCleartext(channel.pipeline());
 * }</pre>
 *
 * <p>Both add handlers at the end of the pipeline. When the protocol is known, these add the handlers of the application and
 * remove themselves. An error of the peer or of its TLS closes the channel and fails the returned future; it does not become
 * an exception in the pipeline.
 *
 * @since 0.1
 */
public final class Http2Negotiation {
    private final boolean server;
    private final Consumer<ChannelPipeline> http2;
    private final Consumer<ChannelPipeline> http1;
    private final long firstBytesTimeoutNanos;
    private final boolean tlsPolicy;

    private Http2Negotiation(Builder builder) {
        server = builder.server;
        http2 = Objects.requireNonNull(builder.http2, "http2");
        http1 = builder.http1;
        firstBytesTimeoutNanos = builder.firstBytesTimeout.toNanos();
        tlsPolicy = builder.tlsPolicy;
    }

    /** Starts building the negotiation of a server. */
    public static Builder forServer() {
        return new Builder(true);
    }

    /** Starts building the negotiation of a client. */
    public static Builder forClient() {
        return new Builder(false);
    }

    /**
     * Negotiates by ALPN (RFC 9113 section 3.2). Then the requirements of RFC 9113 section 9.2 are enforced: version and
     * cipher suite after the handshake, with GOAWAY(INADEQUATE_SECURITY), and no renegotiation of TLS 1.2, with
     * GOAWAY(PROTOCOL_ERROR). A server answers 421 to requests for an authority that the client did not name in the handshake,
     * unless the certificate covers it ({@link Http2Tls#authorityVerifier}) or the handler has another verifier.
     *
     * @param tls from a context with ALPN, see {@link Http2Tls}; this method adds it to the pipeline
     * @return the protocol, {@code h2} or {@code http/1.1}, once its handlers are in the pipeline; fails with an {@link
     *     javax.net.ssl.SSLException}, a {@link Http2NegotiationException} or a {@link
     *     java.nio.channels.ClosedChannelException}
     */
    public Future<String> overTls(ChannelPipeline pipeline, SslHandler tls) {
        Promise<String> result = pipeline.channel().eventLoop().newPromise();
        AlpnChoice.addTo(pipeline, this, tls, result);
        return result;
    }

    /**
     * Recognizes HTTP/2 with prior knowledge by its first bytes (RFC 9113 section 3.3); anything else is HTTP/1.1. A client
     * does not wait: its server is known to speak HTTP/2.
     *
     * @return the protocol, {@code h2c} or {@code http/1.1}, once its handlers are in the pipeline; fails with a {@link
     *     Http2NegotiationException} or a {@link java.nio.channels.ClosedChannelException}
     */
    public Future<String> inCleartext(ChannelPipeline pipeline) {
        Promise<String> result = pipeline.channel().eventLoop().newPromise();
        if (server) {
            FirstBytes.addTo(pipeline, this, result);
        } else {
            beginHttp2(pipeline);
            result.setSuccess("h2c");
        }
        return result;
    }

    void beginHttp2(ChannelPipeline pipeline) {
        http2.accept(pipeline);
    }

    boolean hasHttp1() {
        return http1 != null;
    }

    void beginHttp1(ChannelPipeline pipeline) {
        http1.accept(pipeline);
    }

    long firstBytesTimeoutNanos() {
        return firstBytesTimeoutNanos;
    }

    boolean enforcesTlsPolicy() {
        return tlsPolicy;
    }

    Http2SessionHandler bareSession() {
        return (server ? Http2SessionHandler.forServer() : Http2SessionHandler.forClient()).build();
    }

    /** The settings of a {@link Http2Negotiation}. */
    public static final class Builder {
        private final boolean server;
        private Consumer<ChannelPipeline> http2;
        private Consumer<ChannelPipeline> http1;
        private Duration firstBytesTimeout = Duration.ofSeconds(10);
        private boolean tlsPolicy = true;

        private Builder(boolean server) {
            this.server = server;
        }

        /** Adds the handlers of HTTP/2 to the end of a pipeline, including a {@link Http2SessionHandler}. Required. */
        public Builder http2(Consumer<ChannelPipeline> handlers) {
            http2 = handlers;
            return this;
        }

        /** Adds the handlers of HTTP/1.1 to the end of a pipeline. If it is not set, a peer that does not choose HTTP/2 is refused. */
        public Builder http1(Consumer<ChannelPipeline> handlers) {
            http1 = handlers;
            return this;
        }

        /**
         * How long a client in cleartext may take until its protocol is known; 10 s by default, zero for no limit. The TLS
         * handshake has a timeout of its own, in {@code SslHandler}.
         */
        public Builder firstBytesTimeout(Duration timeout) {
            if (timeout.isNegative()) {
                throw new IllegalArgumentException("firstBytesTimeout must not be negative: " + timeout);
            }
            firstBytesTimeout = timeout;
            return this;
        }

        /**
         * Whether TLS below 1.2 and the cipher suites of RFC 9113 appendix A are refused; true by default. Set it to false
         * only for peers that support nothing better.
         */
        public Builder tlsPolicy(boolean enforced) {
            tlsPolicy = enforced;
            return this;
        }

        /** Makes the negotiation. */
        public Http2Negotiation build() {
            return new Http2Negotiation(this);
        }
    }
}
