package io.h2session.differential;

import io.h2session.api.ByteSource;
import io.netty.buffer.ByteBuf;

/** Bytes in pieces, and then nothing more for now, the end, or a failure. */
final class TapeSource implements ByteSource {
    private static final int MOST = 16_384;

    private final byte[] bytes;
    private final int piece;
    private final String then;
    private int position;

    TapeSource(byte[] bytes, int piece, String then) {
        this.bytes = bytes;
        this.piece = piece == 0 ? MOST : Math.min(piece, MOST);
        this.then = then;
    }

    @Override
    public int read(ByteBuf target) {
        if (position < bytes.length) {
            int length = Math.min(piece, bytes.length - position);
            target.writeBytes(bytes, position, length);
            position += length;
            return length;
        }
        return switch (then) {
            case "eof" -> EOF;
            case "wouldblock", "zero" -> 0;
            default -> throw new TapeFailure();
        };
    }
}
