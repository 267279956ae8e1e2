package io.h2session.benchmarks;

import io.netty.buffer.ByteBuf;

/** Where a server's bytes end: counted and released; while capturing, kept for a {@link Verification}. */
final class Output {
    private ByteBuf captured;
    private long bytes;
    private int writes;
    private int buffers;
    private int flushes;

    /** One write that reached the transport. */
    void write(ByteBuf data) {
        writes++;
        bytes += data.readableBytes();
        if (captured != null) {
            buffers += data.nioBufferCount();
            captured.writeBytes(data);
        }
        data.release();
    }

    /** One flush that found something to write. */
    void flush() {
        flushes++;
    }

    /** Begins to keep what is written, in {@code target}, and to count from zero. */
    void capture(ByteBuf target) {
        captured = target;
        bytes = 0;
        writes = 0;
        buffers = 0;
        flushes = 0;
    }

    void captureNoMore() {
        captured = null;
    }

    /** Bytes written. */
    long bytes() {
        return bytes;
    }

    /** Writes to the transport. */
    int writes() {
        return writes;
    }

    /** Pieces of memory the kernel would have been given; counted only while capturing. */
    int buffers() {
        return buffers;
    }

    /** Flushes. */
    int flushes() {
        return flushes;
    }
}
