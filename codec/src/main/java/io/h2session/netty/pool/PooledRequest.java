package io.h2session.netty.pool;

import io.h2session.netty.Http2StreamHandle;
import io.h2session.netty.channel.StreamHandler;
import io.netty.channel.ChannelHandlerContext;

/**
 * A request on a stream of a pool, without a channel for the stream. All of it is called on the event loop of the connection that the
 * stream belongs to; {@link #ended} is the last call.
 *
 * <p>If the peer has certainly not begun to process the request (RFC 9113 section 8.7), and nothing of an answer was told, the pool asks
 * {@link #sendAgain}, and sends it once more on another stream, preferably of another connection.
 *
 * @since 0.1
 */
public interface PooledRequest extends StreamHandler {
    /**
     * Writes the request to {@code connection}, with this handle; the head at least, before it returns. The handle's attachment is the
     * pool's.
     */
    void send(ChannelHandlerContext connection, Http2StreamHandle stream);

    /**
     * Whether {@link #send} can write the request once more, its body included. Asked each time the request was refused, up to {@link
     * PoolOptions#retries()} times; no by default. If it is not sent again, {@link #ended} says that a retry is safe.
     */
    default boolean sendAgain() {
        return false;
    }
}
