package io.h2session.netty.pool;

import java.util.Locale;

/**
 * Why a pool could not give a stream.
 *
 * @since 0.1
 */
public enum PoolFailure {
    /** The pool was closed, or its event loop shuts down. Another pool may be asked. */
    CLOSED(503),

    /** {@link PoolOptions#maxWaiters()} others wait already. */
    TOO_MANY_WAITERS(503),

    /** No stream could be opened within {@link PoolOptions#acquireTimeout()}. */
    ACQUIRE_TIMEOUT(503),

    /**
     * No connection could be made, or the peer ended it before it had given a stream; or that was so a moment ago, and the next try is
     * not due yet ({@link PoolOptions#failFast()}).
     */
    CONNECT_FAILED(502),

    /** A connection was not ready within {@link PoolOptions#connectTimeout()}. */
    CONNECT_TIMEOUT(504),

    /** The TLS handshake failed: the certificate of the peer, the versions, the ciphers. */
    TLS_FAILED(502),

    /** The peer does not speak HTTP/2: it did not choose it by ALPN. The request may be sent over HTTP/1.1. */
    NOT_HTTP2(502),

    /**
     * The peer ended a connection, or reset a stream, with HTTP_1_1_REQUIRED (RFC 9113 section 7). The request may be sent over
     * HTTP/1.1.
     */
    HTTP_1_1_REQUIRED(502),

    /** The application did not write a request to the stream that it was given, or the session refused what it wrote. */
    NOT_WRITTEN(502);

    private final int gatewayStatus;

    PoolFailure(int gatewayStatus) {
        this.gatewayStatus = gatewayStatus;
    }

    /**
     * The status code with which a gateway answers a client whose request got no stream (RFC 9110 sections 15.6.3 to 15.6.5): 503 if
     * there is no room, 504 if a connection took too long, otherwise 502.
     */
    public int gatewayStatus() {
        return gatewayStatus;
    }

    /** A fixed snake_case token, as in the names of metrics. */
    public String token() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether the peer may be asked over HTTP/1.1 instead. */
    boolean asksForHttp1() {
        return this == NOT_HTTP2 || this == HTTP_1_1_REQUIRED;
    }
}
