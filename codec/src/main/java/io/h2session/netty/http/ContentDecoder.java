package io.h2session.netty.http;

import io.netty.buffer.ByteBuf;
import java.util.zip.DataFormatException;

/** Undoes a content coding, of one message, as far as it is asked to. */
interface ContentDecoder {
    /**
     * Decodes as much as {@code target}, a direct buffer, has room for.
     *
     * @return whether it should be called again: the room was used up
     * @throws DataFormatException if it is not what it says
     */
    boolean decode(ByteBuf source, ByteBuf target) throws DataFormatException;

    /** Whether nothing is missing. */
    boolean whole();

    /** Frees what it holds. */
    void end();
}
