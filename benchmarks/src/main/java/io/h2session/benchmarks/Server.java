package io.h2session.benchmarks;

import io.netty.buffer.ByteBuf;

/** One connection of a server that answers every request when it has ended. */
interface Server {
    /** What is read from the client goes in here, and is released. The answers are in {@link #output()} afterwards. */
    void read(ByteBuf bytes);

    /** What a real event loop does between reads: tasks that wait, failures that were recorded. */
    void betweenReads();

    Output output();

    /** Bytes of all paths so far: proof that the application was told the requests. */
    long pathBytes();

    void close();
}
