package io.h2session.api;

import io.netty.buffer.ByteBuf;

/**
 * Provides the input of the pulling form of {@code recv} ({@code nghttp2_recv_callback2}).
 *
 * @since 0.1
 */
public interface ByteSource {
    /** Returned by {@link #read} at the end of the input. */
    int EOF = -1;

    /**
     * Writes the available input into {@code target}.
     *
     * @param target borrowed for the call
     * @return the number of bytes written, 0 if none are available now (WOULDBLOCK), or {@link #EOF} at the end of the input
     */
    int read(ByteBuf target) throws Exception;
}
