package io.h2session.hpack;

import java.util.ArrayList;
import java.util.List;

/**
 * The dynamic table (RFC 7541 2.3.2, 4): fields in the order of their insertion, the newest first.
 *
 * <p>A ring whose length is a power of two. The entry inserted as number {@code n} (from 0, wrapping) lives in slot
 * {@code n & mask}; its age is {@code inserted - n}, 1 for the newest. The array appears with the first insertion and
 * only grows, so that a peer that changes the size to and fro does not make us allocate.
 */
final class DynamicTable {
    private static final int FIRST_SLOTS = 16;
    private static final HeaderField[] NONE = new HeaderField[0];

    private HeaderField[] ring = NONE;
    private int inserted;
    private int length;
    private int size;
    private int capacity;

    DynamicTable(int capacity) {
        this.capacity = capacity;
    }

    /** Number of entries. */
    int length() {
        return length;
    }

    /** The size in bytes as RFC 7541 4.1 counts it. */
    int size() {
        return size;
    }

    /** The greatest size in bytes. */
    int capacity() {
        return capacity;
    }

    /** Number of all insertions, wrapping; the newest entry has this number minus one. */
    int inserted() {
        return inserted;
    }

    /** Slots of the ring; changes only when an insertion makes it grow. */
    int slots() {
        return ring.length;
    }

    /** The entry of an age from 1 (newest) to {@link #length()}. */
    HeaderField get(int age) {
        return ring[(inserted - age) & (ring.length - 1)];
    }

    /** The entries, the newest first. */
    List<HeaderField> copy() {
        List<HeaderField> entries = new ArrayList<>(length);
        for (int age = 1; age <= length; age++) {
            entries.add(get(age));
        }
        return entries;
    }

    /** Sets the number of bytes that fit, and evicts the entries that do not fit any more. */
    void capacity(int bytes) {
        capacity = bytes;
        evictDownTo(bytes);
    }

    /** Inserts a field; one that does not fit an empty table just empties it (RFC 7541 4.4). */
    boolean insert(HeaderField field) {
        int room = capacity - field.size();
        if (room < 0) {
            clear();
            return false;
        }
        if (size > room) {
            evictDownTo(room);
        }
        if (length == ring.length) {
            grow();
        }
        ring[inserted++ & (ring.length - 1)] = field;
        length++;
        size += field.size();
        return true;
    }

    void clear() {
        evictDownTo(0);
    }

    private void evictDownTo(int bytes) {
        HeaderField[] slots = ring;
        int left = size;
        int oldest = inserted - length;
        while (left > bytes) {
            int slot = oldest++ & (slots.length - 1);
            left -= slots[slot].size();
            slots[slot] = null;
        }
        size = left;
        length = inserted - oldest;
    }

    private void grow() {
        HeaderField[] larger = new HeaderField[Math.max(FIRST_SLOTS, ring.length * 2)];
        for (int n = inserted - length; n != inserted; n++) {
            larger[n & (larger.length - 1)] = ring[n & (ring.length - 1)];
        }
        ring = larger;
    }
}
