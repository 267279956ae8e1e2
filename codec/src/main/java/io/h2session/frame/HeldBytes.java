package io.h2session.frame;

import io.netty.buffer.ByteBuf;

/**
 * Fields of a fixed size, at most 8 bytes, read as one number. If the input ends within a field, its first bytes are held
 * here until the rest arrives.
 */
final class HeldBytes {
    private long value;
    private int count;

    /** Whether a field is incomplete. */
    boolean any() {
        return count > 0;
    }

    /** The bytes of the incomplete field that have arrived. */
    int count() {
        return count;
    }

    /** The field that was read last, its first byte in the highest bits. */
    long value() {
        return value;
    }

    /** Reads a field of a given number of bytes; answers false, and holds what has arrived, if the input ends before. */
    boolean take(ByteBuf in, int bytes) {
        if (bytes == 0) {
            value = 0;
            return true;
        }
        if (count == 0 && in.readableBytes() >= bytes) {
            int index = in.readerIndex();
            in.readerIndex(index + bytes);
            value = switch (bytes) {
                case 1 -> in.getUnsignedByte(index);
                case 4 -> in.getUnsignedInt(index);
                case 5 -> in.getUnsignedInt(index) << 8 | in.getUnsignedByte(index + 4);
                case 6 -> in.getUnsignedInt(index) << 16 | in.getUnsignedShort(index + 4);
                case 8 -> in.getLong(index);
                default -> throw new IllegalArgumentException("no field has " + bytes + " bytes");
            };
            return true;
        }
        while (count < bytes) {
            if (!in.isReadable()) {
                return false;
            }
            hold(in.readUnsignedByte());
        }
        count = 0;
        return true;
    }

    /** Adds one byte to the incomplete field. */
    void hold(int next) {
        value = count == 0 ? next : value << 8 | next;
        count++;
    }

    /** The incomplete field is complete. */
    void end() {
        count = 0;
    }
}
