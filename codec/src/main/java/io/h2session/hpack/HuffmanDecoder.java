package io.h2session.hpack;

import io.netty.util.concurrent.FastThreadLocal;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Huffman code to bytes (RFC 7541 5.2). A window of 64 bits is kept left-aligned; its leading {@value #BITS} bits
 * select one or two symbols at once from a table. Longer codes, rare in text, are found by their length.
 *
 * <pre>
 *   window   |..leading bits..|................|  filled from the input eight bytes at a time
 *   PAIRS    | bits of the first (8) | second (8) | first (8) | count (2) | bits of both (6) |     0: a longer code
 * </pre>
 */
final class HuffmanDecoder {
    /** Bytes that the output needs beyond the decoded ones: two bytes are always written at once. */
    static final int SLACK = 2;

    private static final int BITS = 12;
    private static final int KEPT_SCRATCH = 16 * 1024;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final FastThreadLocal<byte[]> SCRATCH = new FastThreadLocal<>();

    private static final int[] PAIRS = new int[1 << BITS];

    /** By length: one more than its greatest code, left-aligned in 32 bits. */
    private static final long[] LIMITS = new long[HuffmanCode.LONGEST + 1];

    /** By length: what to add to a code to get its rank in {@link HuffmanCode#SYMBOLS}. */
    private static final int[] RANKS = new int[HuffmanCode.LONGEST + 1];

    static {
        int rank = 0;
        int code = 0;
        for (int length = HuffmanCode.SHORTEST; length <= HuffmanCode.LONGEST; length++, code <<= 1) {
            RANKS[length] = rank - code;
            while (rank < HuffmanCode.SYMBOLS.length && HuffmanCode.LENGTHS[HuffmanCode.SYMBOLS[rank]] == length) {
                rank++;
                code++;
            }
            LIMITS[length] = (long) code << (32 - length);
        }
        for (int bits = 0; bits < PAIRS.length; bits++) {
            PAIRS[bits] = pair((long) bits << (64 - BITS));
        }
    }

    private HuffmanDecoder() {}

    private static int pair(long window) {
        int firstLength = codeLength(window);
        if (firstLength > BITS) {
            return 0;
        }
        int first = symbol(window, firstLength);
        int secondLength = codeLength(window << firstLength);
        if (firstLength + secondLength > BITS) {
            return (firstLength << 24) | (first << 8) | (1 << 6) | firstLength;
        }
        int second = symbol(window << firstLength, secondLength);
        return (firstLength << 24) | (second << 16) | (first << 8) | (2 << 6) | (firstLength + secondLength);
    }

    private static int codeLength(long window) {
        long leading = window >>> 32;
        int length = HuffmanCode.SHORTEST;
        while (length < HuffmanCode.LONGEST && leading >= LIMITS[length]) {
            length++;
        }
        return length;
    }

    private static int symbol(long window, int length) {
        return HuffmanCode.SYMBOLS[(int) (window >>> (64 - length)) + RANKS[length]];
    }

    /** The least decoded length of a number of encoded bytes. */
    static int leastLength(int encoded) {
        return (int) ((8L * encoded + 22) / HuffmanCode.LONGEST);
    }

    /** The greatest decoded length of a number of encoded bytes. */
    static long mostLength(int encoded) {
        return 8L * encoded / HuffmanCode.SHORTEST;
    }

    /** An array of the calling thread, at least this long, valid until its next call. */
    static byte[] scratch(long length) {
        byte[] scratch = SCRATCH.get();
        if (scratch != null && scratch.length >= length) {
            return scratch;
        }
        if (length > KEPT_SCRATCH) {
            return new byte[Math.toIntExact(length)];
        }
        scratch = new byte[Math.max(1024, Integer.highestOneBit((int) length - 1) << 1)];
        SCRATCH.set(scratch);
        return scratch;
    }

    /**
     * Decodes a whole string.
     *
     * @param out has room for {@link #mostLength} and {@link #SLACK} bytes from the offset
     * @return the offset after the last byte decoded
     */
    static int decode(byte[] in, int from, int to, byte[] out, int offset) throws HpackException {
        long left = 8L * (to - from);
        long window = 0;
        int bits = 0;
        int at = from;
        int put = offset;
        // May read beyond the string if the array is longer: "left" tells how many bits count.
        while (at <= in.length - Long.BYTES) {
            window |= (long) LONG.get(in, at) >>> bits;
            at += (63 - bits) >>> 3;
            bits |= 56;
            // As often as the longest codes allow, so that the branch predictor is always right within the loop.
            for (int i = 0; i < 56 / BITS; i++) {
                int pair = PAIRS[(int) (window >>> (64 - BITS))];
                if (pair == 0) {
                    int length = codeLength(window);
                    if (length > left) {
                        return end(window, left, pair, out, put);
                    }
                    if (length <= bits) {
                        out[put++] = (byte) checked(symbol(window, length));
                        window <<= length;
                        bits -= length;
                        left -= length;
                    }
                    break;
                }
                int length = pair & 0x3f;
                left -= length;
                if (left < 0) {
                    return end(window, left + length, pair, out, put);
                }
                // A shift uses only the lowest six bits, which are the length: no mask is needed.
                window <<= pair;
                SHORT.set(out, put, (short) (pair >>> 8));
                put += (pair >>> 6) & 3;
                bits -= length;
            }
        }
        return decodeAtArrayEnd(in, to, left, out, put);
    }

    /** Decodes the rest symbol by symbol; {@code left} bits are left. */
    private static int decodeAtArrayEnd(byte[] in, int to, long left, byte[] out, int offset) throws HpackException {
        long window = 0;
        int at = to - (int) ((left + 7) >>> 3);
        int put = offset;
        int skipped = (int) -left & 7;
        int bits = -skipped;
        while (true) {
            while (bits <= 56 && at < to) {
                window |= (in[at++] & 0xffL) << (56 - bits);
                bits += 8;
            }
            int pair = PAIRS[(int) (window >>> (64 - BITS))];
            int length = pair == 0 ? codeLength(window) : pair & 0x3f;
            if (length > bits) {
                return end(window, bits, pair, out, put);
            }
            if (pair == 0) {
                out[put++] = (byte) checked(symbol(window, length));
            } else {
                out[put] = (byte) (pair >>> 8);
                out[put + 1] = (byte) (pair >>> 16);
                put += (pair >>> 6) & 3;
            }
            window <<= length;
            bits -= length;
        }
    }

    /** Decodes the last bits: one more symbol at most, then padding of up to seven ones. */
    private static int end(long window, long left, int pair, byte[] out, int offset) throws HpackException {
        long rest = window;
        int bits = (int) left;
        int put = offset;
        int first = pair >>> 24;
        if (pair != 0 && first <= bits) {
            out[put++] = (byte) (pair >>> 8);
            rest <<= first;
            bits -= first;
        }
        if (bits > 7 || (bits > 0 && rest >>> (64 - bits) != (1 << bits) - 1)) {
            throw new HpackException("huffman_padding");
        }
        return put;
    }

    private static int checked(int symbol) throws HpackException {
        if (symbol == HuffmanCode.EOS) {
            throw new HpackException("huffman_eos");
        }
        return symbol;
    }
}
