package io.h2session.hpack;

/** The place of a string literal in the input (RFC 7541 5.2). One object is used for many strings. */
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

    /** The least length of the decoded string. */
    int leastLength() {
        return huffman ? HuffmanDecoder.leastLength(length) : length;
    }

    /** The scratch bytes that decoding may need. */
    long scratchLength() {
        return huffman ? HuffmanDecoder.mostLength(length) + HuffmanDecoder.SLACK : 0;
    }

    /**
     * Decodes the string if it is Huffman-coded, and then is the place of the decoded string in the scratch. Returns the
     * first free offset of the scratch.
     */
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
