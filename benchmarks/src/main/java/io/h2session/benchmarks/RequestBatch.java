package io.h2session.benchmarks;

import io.netty.buffer.ByteBuf;

/** {@link #REQUESTS} requests as a client sends them, to be sent again and again under other stream numbers. */
final class RequestBatch {
    static final int REQUESTS = 100;

    private final ByteBuf bytes;
    private final int[] frameStarts;

    /** How many bytes the paths of its requests have. */
    final int pathBytes;

    /**
     * @param bytes one HEADERS frame for each request, kept
     * @param frameStarts where each begins, and where the last one ends
     */
    RequestBatch(ByteBuf bytes, int[] frameStarts, int pathBytes) {
        this.bytes = bytes;
        this.frameStarts = frameStarts;
        this.pathBytes = pathBytes;
    }

    /** Writes the stream numbers into the frame headers, odd numbers from {@code firstStreamId} on. */
    void number(int firstStreamId) {
        for (int i = 0; i < REQUESTS; i++) {
            bytes.setInt(frameStarts[i] + 5, firstStreamId + 2 * i);
        }
    }

    /**
     * Some of the requests as one read. The same buffer every time, with a reference for the reader to release: a
     * benchmark of what comes behind the socket.
     */
    ByteBuf read(int firstRequest, int count) {
        return bytes.retain().setIndex(frameStarts[firstRequest], frameStarts[firstRequest + count]);
    }

    void release() {
        if (!bytes.release()) {
            throw new IllegalStateException("a server kept " + bytes.refCnt() + " references to what it read");
        }
    }
}
