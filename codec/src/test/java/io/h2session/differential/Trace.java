package io.h2session.differential;

import java.util.ArrayList;
import java.util.List;

/** The lines of a trace. Pieces of one payload that come one after the other make one line, however the input was cut. */
final class Trace {
    private static final int FNV_BASIS = 0x811c9dc5;
    private static final int FNV_PRIME = 0x01000193;

    private final List<String> lines = new ArrayList<>();
    private String chunk;
    private int chunkBytes;
    private int chunkHash;

    List<String> lines() {
        endChunk();
        return lines;
    }

    void line(String line) {
        endChunk();
        lines.add(line);
    }

    void chunk(String head, byte[] bytes) {
        if (!head.equals(chunk)) {
            endChunk();
            chunk = head;
            chunkBytes = 0;
            chunkHash = FNV_BASIS;
        }
        chunkBytes += bytes.length;
        chunkHash = fnv(bytes, chunkHash);
    }

    void endChunk() {
        if (chunk != null) {
            lines.add(String.format("%s len=%d fnv=%08x", chunk, chunkBytes, chunkHash));
            chunk = null;
        }
    }

    static int fnv(byte[] bytes) {
        return fnv(bytes, FNV_BASIS);
    }

    private static int fnv(byte[] bytes, int basis) {
        int hash = basis;
        for (byte b : bytes) {
            hash = (hash ^ (b & 0xff)) * FNV_PRIME;
        }
        return hash;
    }
}
