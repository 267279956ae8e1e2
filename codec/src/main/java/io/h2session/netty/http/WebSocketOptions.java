package io.h2session.netty.http;

import java.util.List;

/**
 * How a stream is used for WebSocket (RFC 8441, RFC 6455). Immutable.
 *
 * @param subprotocols those that are offered or accepted, best first; empty for none
 * @param deflate whether permessage-deflate (RFC 7692) is offered or accepted. True by default
 * @param maxFrameBytes longest payload of a frame that is received, and longest message that is inflated, in bytes: 1 to 2^31-1. 65536
 *     by default
 * @since 0.1
 */
public record WebSocketOptions(List<String> subprotocols, boolean deflate, int maxFrameBytes) {
    /** What is used if nothing is said. */
    public static final WebSocketOptions DEFAULT = new WebSocketOptions(List.of(), true, 65_536);

    /** Copies the list. */
    public WebSocketOptions {
        subprotocols = List.copyOf(subprotocols);
        if (maxFrameBytes < 1) {
            throw new IllegalArgumentException("maxFrameBytes: " + maxFrameBytes);
        }
    }

    /** These options with other {@link #subprotocols()}. */
    public WebSocketOptions withSubprotocols(String... subprotocols) {
        return new WebSocketOptions(List.of(subprotocols), deflate, maxFrameBytes);
    }

    /** These options with another {@link #deflate()}. */
    public WebSocketOptions withDeflate(boolean deflate) {
        return new WebSocketOptions(subprotocols, deflate, maxFrameBytes);
    }

    /** These options with another {@link #maxFrameBytes()}. */
    public WebSocketOptions withMaxFrameBytes(int maxFrameBytes) {
        return new WebSocketOptions(subprotocols, deflate, maxFrameBytes);
    }
}
