package io.h2session.netty.pool;

import io.h2session.netty.Http2NotSentException;
import io.h2session.netty.client.Http2ResponseException;
import java.io.IOException;

/**
 * A {@link Http2ConnectionPool} gave no stream. Nothing was sent, so the request may be sent again, elsewhere or later, even if it is
 * not idempotent (RFC 9113 section 8.7). Its message has the address that the pool connects to, and the token of the {@link
 * PoolFailure}. Its cause is what the connect, the handshake or the session failed with, if one did. Has no stack trace.
 *
 * @since 0.1
 */
public final class PoolException extends IOException {
    private static final long serialVersionUID = 1;

    private final PoolFailure failure;

    private PoolException(PoolFailure failure, String target, Throwable cause) {
        super("no stream" + target + ": " + failure.token(), cause);
        this.failure = failure;
    }

    /** Names the address in its message, if the connector has one. */
    static PoolException of(PoolFailure failure, Connector connector, Throwable cause) {
        return new PoolException(failure, connector instanceof AddressConnector one ? " to " + one : "", cause);
    }

    /** The reason. */
    public PoolFailure failure() {
        return failure;
    }

    /**
     * Whether the request of a failed stream may be sent again even if it is not idempotent, for whatever the opening of a stream, a
     * write to it, or {@link Http2ConnectionPool#send} failed with: a {@code PoolException}, or what {@link
     * Http2ResponseException#retryIsSafe()} or {@link Http2NotSentException#retryIsSafe(Throwable)} says of it. How a stream ended that was
     * opened is said by {@link io.h2session.netty.channel.StreamEnd#retryIsSafe()}.
     */
    public static boolean retryIsSafe(Throwable cause) {
        return cause instanceof PoolException
                || (cause instanceof Http2ResponseException response
                        ? response.retryIsSafe()
                        : Http2NotSentException.retryIsSafe(cause));
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
