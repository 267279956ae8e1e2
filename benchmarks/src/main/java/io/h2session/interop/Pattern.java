package io.h2session.interop;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Random;

/** Octets that tell where they belong: what is lost, doubled or out of place does not match. */
final class Pattern {
    // A prime: no frame, page or buffer size is a multiple of it.
    private static final int PERIOD = 65_521;
    private static final byte[] OCTETS = new byte[PERIOD];
    private static final ByteBuf VIEW = Unpooled.wrappedBuffer(OCTETS).asReadOnly();

    static {
        new Random(1).nextBytes(OCTETS);
    }

    private Pattern() {}

    /** The octets from an offset on, in a buffer of their own. */
    static ByteBuf at(ByteBufAllocator allocator, long offset, int length) {
        ByteBuf octets = allocator.ioBuffer(length, length);
        int done = 0;
        while (done < length) {
            int from = (int) ((offset + done) % PERIOD);
            int count = Math.min(length - done, PERIOD - from);
            octets.writeBytes(OCTETS, from, count);
            done += count;
        }
        return octets;
    }

    /** Whether these are the octets of an offset. */
    static boolean matches(ByteBuf octets, long offset) {
        int done = 0;
        int length = octets.readableBytes();
        while (done < length) {
            int from = (int) ((offset + done) % PERIOD);
            int count = Math.min(length - done, PERIOD - from);
            if (!ByteBufUtil.equals(octets, octets.readerIndex() + done, VIEW, from, count)) {
                return false;
            }
            done += count;
        }
        return true;
    }
}
