package io.h2session.differential;

import java.util.ArrayList;
import java.util.List;

/** The lines of a trace. Pieces of one payload that come one after the other make one line, however the input was cut. */
final class Trace {
    private static final int FNV_BASIS = 0x811c9dc5;
    private static final int FNV_PRIME = 0x01000193;

    private final List<String> lines = new ArrayList<>();
    private String chunk;
    private int chunkOctets;
    private int chunkHash;

    List<String> lines() {
        endChunk();
        return lines;
    }

    void line(String line) {
        endChunk();
        lines.add(line);
    }

    void chunk(String head, byte[] octets) {
        if (!head.equals(chunk)) {
            endChunk();
            chunk = head;
            chunkOctets = 0;
            chunkHash = FNV_BASIS;
        }
        chunkOctets += octets.length;
        chunkHash = fnv(octets, chunkHash);
    }

    void endChunk() {
        if (chunk != null) {
            lines.add(String.format("%s len=%d fnv=%08x", chunk, chunkOctets, chunkHash));
            chunk = null;
        }
    }

    static int fnv(byte[] octets) {
        return fnv(octets, FNV_BASIS);
    }

    private static int fnv(byte[] octets, int basis) {
        int hash = basis;
        for (byte octet : octets) {
            hash = (hash ^ (octet & 0xff)) * FNV_PRIME;
        }
        return hash;
    }
}
