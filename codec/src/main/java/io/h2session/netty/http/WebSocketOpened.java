package io.h2session.netty.http;

import org.jspecify.annotations.Nullable;

/**
 * Fired as user event when a stream has become a WebSocket: from here on its handlers read and write Netty's {@code WebSocketFrame}s.
 *
 * @param path path and query of the request
 * @param subprotocol the one both ends agreed on, null if none
 * @param deflate whether messages may be compressed
 * @since 0.1
 */
public record WebSocketOpened(String path, @Nullable String subprotocol, boolean deflate) {}
