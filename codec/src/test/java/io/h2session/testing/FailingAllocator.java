package io.h2session.testing;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledHeapByteBuf;
import java.util.ArrayList;
import java.util.List;

/** Has no memory when it is asked for it the n-th time: for a new buffer, or for the growth of one. */
public final class FailingAllocator extends AbstractByteBufAllocator {
    private final int failing;
    private final boolean forGood;
    private final List<ByteBuf> made = new ArrayList<>();
    private int asked;

    /** Fails at that request, the first is 1, and if for good at all that follow. */
    public FailingAllocator(int failing, boolean forGood) {
        this.failing = failing;
        this.forGood = forGood;
    }

    /** Whether it has failed. */
    public boolean failed() {
        return asked >= failing;
    }

    /** How many of the buffers it made were not released. */
    public long kept() {
        return made.stream().filter(buffer -> buffer.refCnt() > 0).count();
    }

    private void ask() {
        asked++;
        if (asked == failing || (forGood && asked > failing)) {
            throw new OutOfMemoryError("request " + asked);
        }
    }

    @Override
    protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
        ByteBuf buffer = new UnpooledHeapByteBuf(this, initialCapacity, maxCapacity) {
            @Override
            protected byte[] allocateArray(int capacity) {
                ask();
                return super.allocateArray(capacity);
            }
        };
        made.add(buffer);
        return buffer;
    }

    @Override
    protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
        return newHeapBuffer(initialCapacity, maxCapacity);
    }

    @Override
    public boolean isDirectBufferPooled() {
        return false;
    }
}
