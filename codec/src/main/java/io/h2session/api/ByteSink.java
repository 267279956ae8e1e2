package io.h2session.api;

import io.netty.buffer.ByteBuf;

/** Where {@code send} puts octets. */
public interface ByteSink {
    /**
     * How many octets it takes now; 0 or less is nghttp2's WOULDBLOCK. Asked between frames; a frame once begun is written
     * whole, so the sink may receive somewhat more.
     */
    long writableBytes();

    /**
     * How many of the octets it was given the transport has not taken yet. A peer that takes some of them now and then
     * is slow but there; one that takes none, and answers nothing, is timed out ({@link Http2Timeouts#streamWrite()}).
     */
    default long pendingBytes() {
        return 0;
    }

    /**
     * Whether octets may lie for long where {@link #pendingBytes()} does not see them, as in an operating system's send
     * buffer. Then PINGs among the DATA ask whether the peer reads ({@link Http2SessionOptions#pingEveryBytes()}).
     */
    default boolean hidesPending() {
        return false;
    }

    /** Takes the next octets of the connection. The sink owns {@code octets} from here on, also when it throws. */
    void write(ByteBuf octets);
}
