package io.h2session.api;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Arrays;
import java.util.Objects;

/**
 * Takes the octets of one read of a {@link DataSource}. Buffers of {@link #PASS_THROUGH} octets or more leave uncopied;
 * smaller ones are copied behind the frame header, so that a small body costs no buffer of its own.
 *
 * <p>A session uses one sink for all its bodies; to try a source alone, make one and look at {@link #length()}.
 */
public final class BodySink {
    /** From this many octets on a buffer is passed through instead of being copied. */
    public static final int PASS_THROUGH = 1024;

    private final ByteBufAllocator allocator;
    private ByteBuf gather;
    private ByteBuf[] parts = new ByteBuf[2];
    private int partCount;
    private int length;
    private int max;

    /** A sink whose own buffers come from {@code allocator}. */
    public BodySink(ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    /** Takes a buffer's readable octets and the buffer with them: it is released here or by the transport. */
    public void add(ByteBuf octets) {
        int readable = octets.readableBytes();
        if (readable > max - length) {
            octets.release();
            throw tooMuch(readable);
        }
        if (readable < PASS_THROUGH && partCount == 0 && gather != null) {
            // Not gather.writeBytes(octets): with Netty's adaptive allocator that makes a ByteBuffer of each.
            try {
                octets.readBytes(gather.ensureWritable(readable), readable);
            } finally {
                octets.release();
            }
        } else if (readable == 0) {
            octets.release();
        } else {
            addPart(octets);
        }
        length += readable;
    }

    /**
     * Takes the next octets of a buffer that stays the source's: its reader index is advanced, and if they are passed through
     * it is retained by a slice.
     */
    public void addFrom(ByteBuf octets, int count) {
        if (count < 0 || count > max - length) {
            throw tooMuch(count);
        }
        if (count < PASS_THROUGH && partCount == 0 && gather != null) {
            octets.readBytes(gather.ensureWritable(count), count);
        } else if (count > 0) {
            addPart(octets.readRetainedSlice(count));
        }
        length += count;
    }

    /** Copies octets. */
    public void write(byte[] octets, int offset, int count) {
        Objects.checkFromIndexSize(offset, count, octets.length);
        if (count > max - length) {
            throw tooMuch(count);
        }
        if (partCount == 0 && gather != null) {
            gather.writeBytes(octets, offset, count);
            length += count;
        } else if (count > 0) {
            addPart(allocator.ioBuffer(count, count).writeBytes(octets, offset, count));
            length += count;
        }
    }

    /**
     * Lends an empty buffer with room for {@code capacity} octets, for sources that fill one (a file channel, a codec). Give
     * it back with {@link #add}, or release it.
     */
    public ByteBuf buffer(int capacity) {
        return allocator.ioBuffer(capacity, capacity);
    }

    /** How many octets this read has given so far. */
    public int length() {
        return length;
    }

    /** How many more octets this read may give. */
    public int remaining() {
        return max - length;
    }

    /**
     * Begins a read.
     *
     * @param target where small pieces are copied to, borrowed for the read; null to keep every piece apart
     * @param most the most octets it takes
     */
    public void begin(ByteBuf target, int most) {
        gather = target;
        max = most;
        length = 0;
    }

    /** How many buffers are kept apart; their octets follow those that were copied. */
    public int parts() {
        return partCount;
    }

    /** Hands over a buffer that was kept apart; the caller owns it. */
    public ByteBuf takePart(int index) {
        ByteBuf part = parts[index];
        parts[index] = null;
        return part;
    }

    /** Ends a read: what was kept apart and not taken is released, and nothing more is taken. */
    public void end() {
        for (int i = 0; i < partCount; i++) {
            if (parts[i] != null) {
                parts[i].release();
                parts[i] = null;
            }
        }
        partCount = 0;
        gather = null;
        // What a source adds too late must not get into another stream's frame.
        max = length;
    }

    private void addPart(ByteBuf part) {
        if (partCount == parts.length) {
            parts = Arrays.copyOf(parts, partCount * 2);
        }
        parts[partCount++] = part;
    }

    private IllegalArgumentException tooMuch(int count) {
        return new IllegalArgumentException(
                "a body gave " + count + " octets where " + remaining() + " were asked for");
    }
}
