package io.h2session.hpack;

/** Where in the input a string literal lies (RFC 7541 5.2). Used again for each string. */
final class StringLiteral {
    int from;
    int length;
    boolean huffman;

    void set(int from, int length, boolean huffman) {
        this.from = from;
        this.length = length;
        this.huffman = huffman;
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
}
