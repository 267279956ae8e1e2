package io.h2session.stream;

import java.util.concurrent.ThreadLocalRandom;

/**
 * The live streams: an open-addressed hash table by stream id, and a linked list of all of them in the order of creation.
 * Nothing is allocated before the first stream.
 */
public final class StreamTable {
    private static final Stream[] NONE = new Stream[0];
    private static final int INITIAL_CAPACITY = 16;
    private static final int SEED = ThreadLocalRandom.current().nextInt();

    // 2^32 divided by the golden ratio: neighbouring ids are spread far apart.
    private static final int SPREAD = 0x9e37_79b9;

    private Stream[] slots = NONE;
    private int size;
    private int added;
    private Stream first;
    private Stream last;

    /** The stream with that id, or null. */
    public Stream get(int id) {
        Stream[] table = slots;
        int mask = table.length - 1;
        if (mask < 0) {
            return null;
        }
        for (int i = slot(id, mask); ; i = (i + 1) & mask) {
            Stream stream = table[i];
            if (stream == null || stream.id() == id) {
                return stream;
            }
        }
    }

    /** Adds a stream whose id is not in the table. */
    public void add(Stream stream) {
        if (size * 2 >= slots.length) {
            grow();
        }
        put(stream);
        size++;
        stream.tableOrder = ++added;
        stream.tablePrevious = last;
        if (last == null) {
            first = stream;
        } else {
            last.tableNext = stream;
        }
        last = stream;
    }

    /** Removes a stream that is in the table. */
    public void remove(Stream stream) {
        int mask = slots.length - 1;
        int hole = slot(stream.id(), mask);
        while (slots[hole] != stream) {
            hole = (hole + 1) & mask;
        }
        closeHole(hole, mask);
        size--;
        unlink(stream);
    }

    /** How many streams there are. */
    public int size() {
        return size;
    }

    /** The oldest stream, or null; {@link Stream#next()} leads to the others. */
    public Stream first() {
        return first;
    }

    /** The ids of all streams, the oldest first. */
    public int[] ids() {
        int[] ids = new int[size];
        int count = 0;
        for (Stream stream = first; stream != null; stream = stream.next()) {
            ids[count++] = stream.id();
        }
        return ids;
    }

    // Linear probing without tombstones: entries behind the hole that belong nearer to their place move up.
    private void closeHole(int from, int mask) {
        int hole = from;
        for (int i = (hole + 1) & mask; slots[i] != null; i = (i + 1) & mask) {
            int home = slot(slots[i].id(), mask);
            if (((i - home) & mask) >= ((i - hole) & mask)) {
                slots[hole] = slots[i];
                hole = i;
            }
        }
        slots[hole] = null;
    }

    private void unlink(Stream stream) {
        Stream previous = stream.tablePrevious;
        Stream next = stream.tableNext;
        if (previous == null) {
            first = next;
        } else {
            previous.tableNext = next;
        }
        if (next == null) {
            last = previous;
        } else {
            next.tablePrevious = previous;
        }
        stream.tablePrevious = null;
        stream.tableNext = null;
    }

    private void grow() {
        slots = new Stream[Math.max(INITIAL_CAPACITY, slots.length * 2)];
        for (Stream stream = first; stream != null; stream = stream.tableNext) {
            put(stream);
        }
    }

    private void put(Stream stream) {
        int mask = slots.length - 1;
        int i = slot(stream.id(), mask);
        while (slots[i] != null) {
            i = (i + 1) & mask;
        }
        slots[i] = stream;
    }

    // The peer chooses its stream ids, and must not know which of them collide.
    private static int slot(int id, int mask) {
        return (id ^ SEED) * SPREAD >>> Integer.numberOfLeadingZeros(mask);
    }
}
