package io.h2session.interop;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Random;

/** Bytes that tell where they belong: what is lost, doubled or out of place does not match. */
final class Pattern {
    // A prime: no frame, page or buffer size is a multiple of it.
    private static final int PERIOD = 65_521;
    private static final byte[] BYTES = new byte[PERIOD];
    private static final ByteBuf VIEW = Unpooled.wrappedBuffer(BYTES).asReadOnly();

    static {
        new Random(1).nextBytes(BYTES);
    }

    private Pattern() {}

    /** The bytes from an offset on, in a buffer of their own. */
    static ByteBuf at(ByteBufAllocator allocator, long offset, int length) {
        ByteBuf bytes = allocator.ioBuffer(length, length);
        int done = 0;
        while (done < length) {
            int from = (int) ((offset + done) % PERIOD);
            int count = Math.min(length - done, PERIOD - from);
            bytes.writeBytes(BYTES, from, count);
            done += count;
        }
        return bytes;
    }

    /** Whether these are the bytes of an offset. */
    static boolean matches(ByteBuf bytes, long offset) {
        int done = 0;
        int length = bytes.readableBytes();
        while (done < length) {
            int from = (int) ((offset + done) % PERIOD);
            int count = Math.min(length - done, PERIOD - from);
            if (!ByteBufUtil.equals(bytes, bytes.readerIndex() + done, VIEW, from, count)) {
                return false;
            }
            done += count;
        }
        return true;
    }
}
