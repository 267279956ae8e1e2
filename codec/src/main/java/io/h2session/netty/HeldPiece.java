package io.h2session.netty;

import io.netty.buffer.ByteBuf;

/** The small pieces of one body that the application keeps, and the piece that is held back because of them. See {@link BodyPieces}. */
final class HeldPiece {
    static final long NEVER = Long.MAX_VALUE;

    final Http2StreamHandle stream;

    /** Held back; null if nothing is. */
    ByteBuf content;

    /** What the events that the application keeps cost beyond what their content pays for. */
    int debt;

    /** When the content is fired whatever the application keeps. */
    long due = NEVER;

    /** How long the next content is held back. */
    long wait;

    boolean listed;
    HeldPiece next;

    HeldPiece(Http2StreamHandle stream, long wait) {
        this.stream = stream;
        this.wait = wait;
    }
}
