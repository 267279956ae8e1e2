package io.h2session.differential;

import io.h2session.api.ByteSource;
import io.netty.buffer.ByteBuf;

/** Octets in pieces, and then nothing more for now, the end, or a failure. */
final class TapeSource implements ByteSource {
    private static final int MOST = 16_384;

    private final byte[] octets;
    private final int piece;
    private final String then;
    private int position;

    TapeSource(byte[] octets, int piece, String then) {
        this.octets = octets;
        this.piece = piece == 0 ? MOST : Math.min(piece, MOST);
        this.then = then;
    }

    @Override
    public int read(ByteBuf target) {
        if (position < octets.length) {
            int length = Math.min(piece, octets.length - position);
            target.writeBytes(octets, position, length);
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
