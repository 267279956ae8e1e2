package io.h2session.testing;

import io.h2session.api.ByteSink;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;

/**
 * What lies between a session and a peer that reads slowly: what the transport has not taken, as a channel keeps it, and what
 * an operating system's send buffer holds. When that is full, it
 * takes more when a third of it is free, as Linux has it.
 *
 * <pre>
 *   session ──write──► [ waiting ] ──flush──► [ system's buffer ] ──read──► peer
 * </pre>
 */
public final class SlowTransport implements ByteSink {
    private static final int WATER_MARK = 64 * 1024;

    private final long capacity;
    private final boolean hides;
    private final CompositeByteBuf bytes = Unpooled.compositeBuffer(Integer.MAX_VALUE);
    private long handed;
    private long taken;
    private long read;
    private boolean full;

    /**
     * One with an empty buffer.
     *
     * @param capacity bytes the system's buffer holds
     * @param hides what {@link #hidesPending()} answers
     */
    public SlowTransport(long capacity, boolean hides) {
        this.capacity = capacity;
        this.hides = hides;
    }

    @Override
    public long writableBytes() {
        return WATER_MARK - (handed - taken);
    }

    @Override
    public long pendingBytes() {
        return handed - taken;
    }

    @Override
    public boolean hidesPending() {
        return hides;
    }

    @Override
    public void write(ByteBuf buffer) {
        handed += buffer.readableBytes();
        bytes.addComponent(true, buffer);
    }

    /** The system's buffer takes what it has room for. Answers whether it took anything. */
    public boolean flush() {
        long before = taken;
        if (!full || (capacity - (taken - read)) * 3 >= capacity) {
            taken = Math.min(handed, read + capacity);
            full = taken < handed;
        }
        return taken > before;
    }

    /** The peer reads at most this many bytes. */
    public byte[] read(int most) {
        byte[] next = new byte[(int) Math.min(most, taken - read)];
        bytes.readBytes(next);
        bytes.discardReadComponents();
        read += next.length;
        return next;
    }

    /** Ends it. */
    public void release() {
        bytes.release();
    }
}
