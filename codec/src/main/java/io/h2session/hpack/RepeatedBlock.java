package io.h2session.hpack;

/**
 * A list that an encoder was given, and its bytes if it was given it again: many applications answer with the same list again
 * and again. A list that is encoded without changing the table has the same bytes until the table changes.
 */
final class RepeatedBlock {
    /** One list in 16 is tried, since to keep each would cost a write barrier for each. A power of two. */
    private static final int TRIED = 16;

    /** Longer blocks are not kept, since an idle connection would keep them, too. */
    private static final int KEPT = 128;

    private static final int NONE = -1;
    private static final byte[] NO_BYTES = {};

    private HeaderList fields;
    private int others;
    private byte[] bytes = NO_BYTES;
    private int length = NONE;

    /** Whether the bytes of this list are known. */
    boolean knows(HeaderList list) {
        return list == fields && length != NONE;
    }

    /** Copies the bytes; returns the offset after the last one. */
    int copyTo(byte[] out, int offset) {
        System.arraycopy(bytes, 0, out, offset, length);
        return offset + length;
    }

    /** A list was encoded, and the table is as it was before. */
    void encoded(HeaderList list, byte[] out, int from, int to) {
        if (list == fields) {
            keep(out, from, to - from);
        } else if ((++others & (TRIED - 1)) == 0) {
            fields = list;
            length = NONE;
        }
    }

    private void keep(byte[] block, int from, int size) {
        if (size <= KEPT) {
            length = size;
            if (bytes.length < size) {
                bytes = new byte[size];
            }
            System.arraycopy(block, from, bytes, 0, size);
        }
    }

    /** The table has changed. */
    void forget() {
        length = NONE;
    }
}
