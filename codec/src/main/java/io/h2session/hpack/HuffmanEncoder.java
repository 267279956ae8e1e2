package io.h2session.hpack;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Bytes to Huffman code (RFC 7541 5.2). */
final class HuffmanEncoder {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private static final byte[] LENGTHS = HuffmanCode.LENGTHS;

    /** By symbol: the code above the six bits of its length. */
    private static final long[] CODES = new long[256];

    static {
        for (int symbol = 0; symbol < CODES.length; symbol++) {
            CODES[symbol] = ((long) HuffmanCode.CODES[symbol] << 6) | LENGTHS[symbol];
        }
    }

    private HuffmanEncoder() {}

    /** The encoded length of a string in bytes. */
    static int encodedLength(byte[] in, int from, int to) {
        long bits = 7;
        for (int i = from; i < to; i++) {
            bits += LENGTHS[in[i] & 0xff];
        }
        return (int) (bits >>> 3);
    }

    /**
     * Writes the code of a string, padded with ones.
     *
     * @return the offset after the last byte written
     */
    static int encode(byte[] in, int from, int to, byte[] out, int offset) {
        int at = offset;
        long pending = 0;
        int bits = 0;
        for (int i = from; i < to; i++) {
            long code = CODES[in[i] & 0xff];
            // A shift by a long uses only its lowest six bits, which are the length.
            pending = (pending << code) | (code >>> 6);
            bits += (int) code & 0x3f;
            if (bits >= 32) {
                bits -= 32;
                INT.set(out, at, (int) (pending >>> bits));
                at += 4;
            }
        }
        while (bits >= 8) {
            bits -= 8;
            out[at++] = (byte) (pending >>> bits);
        }
        if (bits > 0) {
            out[at++] = (byte) ((pending << (8 - bits)) | (0xff >>> bits));
        }
        return at;
    }
}
