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

    private static final FastThreadLocal<SpareBuffer> OF_THREAD = new FastThreadLocal<>() {
        @Override
        protected SpareBuffer initialValue() {
            return new SpareBuffer();
        }

        @Override
        protected void onRemoval(SpareBuffer removed) {
            removed.close();
        }
    };

    private final Thread thread = Thread.currentThread();
    private ByteBuf spare;
    private boolean closed;

    private SpareBuffer() {}

    /**
     * That of the current thread; null if the thread keeps none.
     *
     * @param last what this returned to the same caller before, or null: most sessions stay on one thread, so it need not be looked
     *     up again
     */
    static SpareBuffer ofThread(SpareBuffer last) {
        Thread current = Thread.currentThread();
        if (last != null && last.thread == current) {
            return last;
        }
        return keepsSpare(current) ? OF_THREAD.get() : null;
    }

    /** An empty buffer with room for that many bytes, owned by the caller. */
    ByteBuf take(ByteBufAllocator allocator, int size) {
        if (size > KEPT || closed) {
            return allocator.ioBuffer(size);
        }
        ByteBuf last = spare;
        if (last != null
                && last.refCnt() == 1
                && last.alloc() == allocator
                && last.capacity() >= size
                && last.capacity() <= KEPT) {
            return last.clear().retain();
        }
        ByteBuf fresh = allocator.ioBuffer(size);
        spare = fresh.retain();
        // Without an exception: if the transport released it once too often, this session is not at fault.
        ReferenceCountUtil.safeRelease(last);
        return fresh;
    }

    private void close() {
        closed = true;
        ReferenceCountUtil.safeRelease(spare);
        spare = null;
    }

    // On other threads it would never be released.
    @SuppressWarnings("deprecation") // what is to be used instead is not in Netty 4.1
    private static boolean keepsSpare(Thread thread) {
        return thread instanceof FastThreadLocalThread fast && fast.willCleanupFastThreadLocals();
    }
}
