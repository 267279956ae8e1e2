package io.h2session.connection;

import io.h2session.priority.Priority;
import java.util.Arrays;

/** Priorities that arrived for streams that have not begun (RFC 9218 section 7.1): few, so they are simply searched. */
public final class PendingPriorities {
    private int[] ids = {};
    private Priority[] priorities = {};
    private int size;

    /** Keeps a stream's priority. False: there are {@code limit} already. */
    public boolean put(int streamId, Priority priority, long limit) {
        int index = indexOf(streamId);
        if (index < 0) {
            if (size >= limit) {
                return false;
            }
            if (size == ids.length) {
                ids = Arrays.copyOf(ids, size + 8);
                priorities = Arrays.copyOf(priorities, size + 8);
            }
            index = size++;
            ids[index] = streamId;
        }
        priorities[index] = priority;
        return true;
    }

    /** The priority of a stream that has not begun, or null. */
    public Priority get(int streamId) {
        int index = size == 0 ? -1 : indexOf(streamId);
        return index < 0 ? null : priorities[index];
    }

    /** Takes the priority of a stream that begins, or null. */
    public Priority take(int streamId) {
        int index = size == 0 ? -1 : indexOf(streamId);
        if (index < 0) {
            return null;
        }
        Priority taken = priorities[index];
        size--;
        ids[index] = ids[size];
        priorities[index] = priorities[size];
        priorities[size] = null;
        return taken;
    }

    /**
     * Forgets those of streams that will not begin any more: all up to {@code highest} have begun or were passed
     * over.
     */
    public void forgetUpTo(int highest) {
        int kept = 0;
        for (int i = 0; i < size; i++) {
            if (ids[i] > highest) {
                ids[kept] = ids[i];
                priorities[kept++] = priorities[i];
            }
        }
        Arrays.fill(priorities, kept, size, null);
        size = kept;
    }

    /** How many are kept. */
    public int size() {
        return size;
    }

    private int indexOf(int streamId) {
        for (int i = 0; i < size; i++) {
            if (ids[i] == streamId) {
                return i;
            }
        }
        return -1;
    }
}
