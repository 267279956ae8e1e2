package io.h2session.hpack;

/** Where in the input a string literal lies (RFC 7541 5.2). Used again for each string. */
final class StringLiteral {
    int from;
    int length;
    boolean huffman;

    void set(int start, int encodedLength, boolean encodedByHuffman) {
        from = start;
        length = encodedLength;
        huffman = encodedByHuffman;
    }

    void clear() {
        set(0, 0, false);
    }

    /** The fewest octets it can stand for. */
    int leastLength() {
        return huffman ? HuffmanDecoder.leastLength(length) : length;
    }

    /** Octets of scratch that decoding it may take. */
    long scratchLength() {
        return huffman ? HuffmanDecoder.mostLength(length) + HuffmanDecoder.SLACK : 0;
    }

    /** Decodes it to an offset of the scratch if it is Huffman-coded, and then lies there; answers where the scratch is free. */
    int decode(byte[] input, byte[] scratch, int offset) throws HpackException {
        if (!huffman) {
            return offset;
        }
        int to = HuffmanDecoder.decode(input, from, from + length, scratch, offset);
        from = offset;
        length = to - offset;
        return to;
    }
}
