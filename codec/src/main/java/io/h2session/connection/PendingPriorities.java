package io.h2session.connection;

import io.h2session.priority.Priority;
import java.util.Arrays;

/** Priorities that arrived for streams that have not begun (RFC 9218 section 7.1): few, so they are simply searched. */
public final class PendingPriorities {
    private int[] ids = {};
    private Pending[] entries = {};
    private int size;

    /**
     * What is kept.
     *
     * @param priority the stream's priority
     * @param clientIgnored whether the application's priority overrides the client's
     */
    public record Pending(Priority priority, boolean clientIgnored) {}

    /** Keeps the priority a client gives a stream. False: there are {@code limit} already. */
    public boolean put(int streamId, Priority priority, long limit) {
        int index = indexOf(streamId);
        if (index < 0) {
            if (size >= limit) {
                return false;
            }
            if (size == ids.length) {
                ids = Arrays.copyOf(ids, size + 8);
                entries = Arrays.copyOf(entries, size + 8);
            }
            index = size++;
            ids[index] = streamId;
        } else if (entries[index].clientIgnored()) {
            return true;
        }
        entries[index] = new Pending(priority, false);
        return true;
    }

    /** Changes what is kept for a stream. False: nothing is. */
    public boolean change(int streamId, Priority priority, boolean ignoreClient) {
        int index = indexOf(streamId);
        if (index >= 0) {
            entries[index] = new Pending(priority, ignoreClient || entries[index].clientIgnored());
        }
        return index >= 0;
    }

    /** What is kept for a stream that has not begun, or null. */
    public Pending get(int streamId) {
        int index = indexOf(streamId);
        return index < 0 ? null : entries[index];
    }

    /** Takes what is kept for a stream that begins, or null. */
    public Pending take(int streamId) {
        int index = indexOf(streamId);
        if (index < 0) {
            return null;
        }
        Pending taken = entries[index];
        size--;
        ids[index] = ids[size];
        entries[index] = entries[size];
        entries[size] = null;
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
                entries[kept++] = entries[i];
            }
        }
        Arrays.fill(entries, kept, size, null);
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
