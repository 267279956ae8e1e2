package io.h2session.benchmarks;

import io.netty.buffer.ByteBuf;

/** {@link #REQUESTS} requests as a client sends them, to be sent again and again under other stream numbers. */
final class RequestBatch {
    static final int REQUESTS = 100;

    private final ByteBuf octets;
    private final int[] frameStarts;

    /** How many octets the paths of its requests have. */
    final int pathOctets;

    /**
     * @param octets one HEADERS frame for each request, kept
     * @param frameStarts where each begins, and where the last one ends
     */
    RequestBatch(ByteBuf octets, int[] frameStarts, int pathOctets) {
        this.octets = octets;
        this.frameStarts = frameStarts;
        this.pathOctets = pathOctets;
    }

    /** Writes the stream numbers into the frame headers, odd numbers from {@code firstStreamId} on. */
    void number(int firstStreamId) {
        for (int i = 0; i < REQUESTS; i++) {
            octets.setInt(frameStarts[i] + 5, firstStreamId + 2 * i);
        }
    }

    /**
     * Some of the requests as one read. The same buffer every time, with a reference for the reader to release: a
     * benchmark of what comes behind the socket.
     */
    ByteBuf read(int firstRequest, int count) {
        return octets.retain().setIndex(frameStarts[firstRequest], frameStarts[firstRequest + count]);
    }

    void release() {
        if (!octets.release()) {
            throw new IllegalStateException("a server kept " + octets.refCnt() + " references to what it read");
        }
    }
}
