package io.h2session.api;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Takes the bytes of one read of a {@link DataSource}. Buffers of {@link #PASS_THROUGH} bytes or more are sent without a
 * copy. Smaller ones are copied behind the frame header, so that a small body needs no buffer of its own.
 *
 * <p>A session uses one sink for all its bodies. To test a source alone, create a sink, {@linkplain #begin begin} a read and
 * check {@link #length()}.
 *
 * @since 0.1
 */
public final class BodySink {
    /** Buffers of at least this many bytes are passed through instead of being copied. */
    public static final int PASS_THROUGH = 1024;

    private final ByteBufAllocator allocator;
    private ByteBuf gather;
    private ByteBuf[] parts = new ByteBuf[2];
    private int partCount;
    private int length;
    private int max;

    /** Creates a sink that allocates its own buffers from {@code allocator}. */
    public BodySink(ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    /** Adds the readable bytes of a buffer and takes ownership of the buffer, also if this method throws. */
    public void add(ByteBuf bytes) {
        int readable = bytes.readableBytes();
        if (readable > max - length) {
            bytes.release();
            throw tooMuch(readable);
        }
        if (readable < PASS_THROUGH && partCount == 0 && gather != null) {
            // Not gather.writeBytes(bytes): with Netty's adaptive allocator that makes a ByteBuffer of each.
            try {
                bytes.readBytes(gather.ensureWritable(readable), readable);
            } finally {
                bytes.release();
            }
        } else if (readable == 0) {
            bytes.release();
        } else {
            addPart(bytes);
        }
        length += readable;
    }

    /**
     * Adds the next {@code count} bytes of a buffer that the source keeps. Advances its reader index. If the bytes are passed
     * through, a slice retains the buffer.
     */
    public void addFrom(ByteBuf bytes, int count) {
        if (count < 0 || count > max - length) {
            throw tooMuch(count);
        }
        if (count < PASS_THROUGH && partCount == 0 && gather != null) {
            bytes.readBytes(gather.ensureWritable(count), count);
        } else if (count > 0) {
            addPart(bytes.readRetainedSlice(count));
        }
        length += count;
    }

    /** Adds a copy of bytes of an array. */
    public void write(byte[] bytes, int offset, int count) {
        Objects.checkFromIndexSize(offset, count, bytes.length);
        if (count > max - length) {
            throw tooMuch(count);
        }
        if (partCount == 0 && gather != null) {
            gather.writeBytes(bytes, offset, count);
            length += count;
        } else if (count > 0) {
            addPart(allocator.ioBuffer(count, count).writeBytes(bytes, offset, count));
            length += count;
        }
    }

    /**
     * Allocates an empty buffer with room for {@code capacity} bytes, for sources that fill one, such as a file channel. Pass it
     * to {@link #add}, or release it.
     */
    public ByteBuf buffer(int capacity) {
        return allocator.ioBuffer(capacity, capacity);
    }

    /** The number of bytes that were added in this read. */
    public int length() {
        return length;
    }

    /** The number of bytes that may still be added in this read. */
    public int remaining() {
        return max - length;
    }

    /**
     * Begins a read.
     *
     * @param target the buffer that small pieces are copied to, borrowed for the read; null to keep every piece separate
     * @param most how many bytes the read may add at most
     */
    public void begin(@Nullable ByteBuf target, int most) {
        gather = target;
        max = most;
        length = 0;
    }

    /** The number of buffers that were kept separate. Their bytes follow those that were copied. */
    public int parts() {
        return partCount;
    }

    /** Returns a buffer that was kept separate. The caller owns it. */
    public ByteBuf takePart(int index) {
        ByteBuf part = parts[index];
        parts[index] = null;
        return part;
    }

    /** Ends a read. Separate buffers that were not taken are released, and nothing more can be added. */
    public void end() {
        for (int i = 0; i < partCount; i++) {
            if (parts[i] != null) {
                parts[i].release();
                parts[i] = null;
            }
        }
        partCount = 0;
        gather = null;
        // Bytes that a source adds after its read must not get into the frame of another stream.
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
                "a body added " + count + " bytes where " + remaining() + " were asked for");
    }
}
