package io.h2session.send;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.concurrent.FastThreadLocalThread;

/**
 * The small buffer each event loop gathers its sessions' octets in, again and again, for as long as the transport takes what
 * it is given at once: memory that is in the cache, and nothing to allocate and free for each send.
 *
 * <p>Whoever gets it owns a reference as of any other buffer; that the thread's own is the only one left shows that it is
 * free. A transport that keeps one keeps it alone: the next that is needed is a new one, and becomes the spare.
 */
final class SpareBuffer {
    /** Larger ones are not kept. */
    static final int KEPT = 4096;

    private static final FastThreadLocal<ByteBuf> SPARE = new FastThreadLocal<>() {
        @Override
        protected void onRemoval(ByteBuf spare) {
            ReferenceCountUtil.safeRelease(spare);
        }
    };

    private SpareBuffer() {}

    /** An empty buffer with room for so many octets, owned by the caller. */
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
        // Safely: if the transport's end released it once too often, this session is not to blame.
        ReferenceCountUtil.safeRelease(spare);
        return fresh;
    }

    // On other threads nobody would release it in the end.
    @SuppressWarnings("deprecation") // what is to be used instead is not in Netty 4.1
    private static boolean keepsSpare(Thread thread) {
        return thread instanceof FastThreadLocalThread fast && fast.willCleanupFastThreadLocals();
    }
}
