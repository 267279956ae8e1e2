package io.h2session.netty.http;

/**
 * Fired as user event when a stream has become a WebSocket: from here on its handlers read and write Netty's {@code WebSocketFrame}s.
 *
 * @param path path and query of the request
 * @param subprotocol the one both ends agreed on, null if none
 * @param deflate whether messages may be compressed
 */
public record WebSocketOpened(String path, String subprotocol, boolean deflate) {}
