package io.h2session.netty.http;

import io.netty.buffer.ByteBuf;

/** Applies a content coding to one message. */
interface ContentEncoder {
    /** What is to be seen of the source at the other end. */
    enum Step {
        /** What makes the best of it. */
        MORE,

        /** All of it. */
        FLUSH,

        /** All of it, and that it is the end. */
        FINISH
    }

    /**
     * Encodes all of {@code source}.
     *
     * @param target a direct buffer that grows
     */
    void encode(ByteBuf source, Step step, ByteBuf target);

    /** Frees what it holds. */
    void end();
}
