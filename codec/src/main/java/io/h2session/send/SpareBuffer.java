package io.h2session.send;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.concurrent.FastThreadLocalThread;

/**
 * A small buffer of each event loop, in which its sessions gather their bytes. It is used again for each send as long as
 * the transport writes at once: its memory is in the cache, and nothing is allocated and freed for each send.
 *
 * <p>A caller owns a reference to it as to any other buffer. The buffer is free when the thread's own reference is the only
 * one left. If a transport keeps the buffer, the next caller gets a new one, which becomes the spare.
 */
final class SpareBuffer {
    /** Larger buffers are not kept. */
    static final int KEPT = 4096;

    private static final FastThreadLocal<ByteBuf> SPARE = new FastThreadLocal<>() {
        @Override
        protected void onRemoval(ByteBuf spare) {
            ReferenceCountUtil.safeRelease(spare);
        }
    };

    private SpareBuffer() {}

    /** An empty buffer with room for that many bytes, owned by the caller. */
    static ByteBuf take(ByteBufAllocator allocator, int size) {
        if (size > KEPT || !keepsSpare(Thread.currentThread())) {
            return allocator.ioBuffer(size);
        }
        ByteBuf spare = SPARE.get();
        if (spare != null
                && spare.refCnt() == 1
                && spare.alloc() == allocator
                && spare.capacity() >= size
                && spare.capacity() <= KEPT) {
            return spare.clear().retain();
        }
        ByteBuf fresh = allocator.ioBuffer(size);
        SPARE.set(fresh.retain());
        // Without an exception: if the transport released it once too often, this session is not at fault.
        ReferenceCountUtil.safeRelease(spare);
        return fresh;
    }

    // On other threads it would never be released.
    @SuppressWarnings("deprecation") // what is to be used instead is not in Netty 4.1
    private static boolean keepsSpare(Thread thread) {
        return thread instanceof FastThreadLocalThread fast && fast.willCleanupFastThreadLocals();
    }
}
