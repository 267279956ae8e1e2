package io.h2session.frame;

import io.netty.buffer.ByteBuf;

/** Reads the 9 bytes of a frame header (RFC 9113 section 4.1). */
final class HeaderReader {
    private static final int HEADER_BYTES = 9;
    private static final int LENGTH_BYTES = 3;

    private final ReadState frame;
    private final HeldBytes held;
    private int framesBegun;

    HeaderReader(ReadState frame) {
        this.frame = frame;
        this.held = frame.held;
    }

    int framesBegun() {
        return framesBegun;
    }

    /** Whether the header is complete. */
    boolean read(ByteBuf in) {
        if (held.any()) {
            return readHeld(in);
        }
        int readable = in.readableBytes();
        if (readable > 0) {
            framesBegun++;
        }
        if (readable < HEADER_BYTES) {
            return readHeld(in);
        }
        int index = in.readerIndex();
        // As few reads as possible: a buffer checks each.
        long first = in.getLong(index);
        frame.length = (int) (first >>> 40);
        frame.type = (int) (first >>> 32) & 0xff;
        frame.flags = (int) (first >>> 24) & 0xff;
        frame.streamId = ((int) first << 8 | in.getUnsignedByte(index + 8)) & Integer.MAX_VALUE;
        in.readerIndex(index + HEADER_BYTES);
        return true;
    }

    // Eight bytes can be held, so the length is taken out early.
    private boolean readHeld(ByteBuf in) {
        while (held.count() < HEADER_BYTES) {
            if (!in.isReadable()) {
                return false;
            }
            held.hold(in.readUnsignedByte());
            if (held.count() == LENGTH_BYTES) {
                frame.length = (int) held.value();
            }
        }
        held.end();
        frame.type = (int) (held.value() >>> 40) & 0xff;
        frame.flags = (int) (held.value() >>> 32) & 0xff;
        frame.streamId = (int) held.value() & Integer.MAX_VALUE;
        return true;
    }
}
