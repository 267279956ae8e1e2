package io.h2session.benchmarks;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;

/** The body as a pooled direct buffer of which every response takes a duplicate: the cheapest way to write one. */
final class SharedBody {
    private SharedBody() {}

    static ByteBuf create() {
        byte[] body = Shape.body();
        return PooledByteBufAllocator.DEFAULT.directBuffer(body.length).writeBytes(body);
    }
}
