package io.h2session.api;

import io.netty.buffer.ByteBuf;

/** Where the pulled form of {@code recv} takes octets from ({@code nghttp2_recv_callback2}). */
public interface ByteSource {
    /** The answer of a source that is at its end. */
    int EOF = -1;

    /**
     * Writes what is there into {@code target}.
     *
     * @param target borrowed for the call
     * @return how many octets were written; 0 when there are none now (WOULDBLOCK); {@link #EOF} at the end
     */
    int read(ByteBuf target) throws Exception;
}
