package io.h2session.api;

import io.netty.buffer.ByteBuf;

/**
 * Receives the bytes that {@code send} produces.
 *
 * @since 0.1
 */
public interface ByteSink {
    /**
     * How many bytes the sink accepts now. With 0 or less {@code send} stops, as with nghttp2's WOULDBLOCK. The session asks
     * between frames and writes each frame whole, so the sink may receive somewhat more.
     */
    long writableBytes();

    /**
     * How many of the bytes given to the sink the transport has not accepted yet. A peer whose transport accepts some of them
     * from time to time is slow but alive. A peer whose transport accepts none, and that answers nothing, times out ({@link
     * Http2Timeouts#streamWrite()}).
     */
    default long pendingBytes() {
        return 0;
    }

    /**
     * Whether bytes may wait for long where {@link #pendingBytes()} does not count them, such as in the send buffer of an
     * operating system. Then a server sends PINGs among its DATA to find out whether the peer still reads ({@link
     * Http2SessionOptions#pingEveryBytes()}).
     */
    default boolean hidesPending() {
        return false;
    }

    /** Accepts the next bytes of the connection. The sink owns {@code bytes} from now on, also if it throws. */
    void write(ByteBuf bytes);
}
