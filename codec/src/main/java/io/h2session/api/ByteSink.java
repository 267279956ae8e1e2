package io.h2session.api;

import io.netty.buffer.ByteBuf;

/** Where {@code send} puts octets. */
public interface ByteSink {
    /**
     * How many octets it takes now; 0 or less is nghttp2's WOULDBLOCK. Asked between frames; a frame once begun is written
     * whole, so the sink may receive somewhat more.
     */
    long writableBytes();

    /** Takes the next octets of the connection. The sink owns {@code octets} from here on, also when it throws. */
    void write(ByteBuf octets);
}
