package io.h2session.connection;

import io.h2session.priority.Priority;
import java.util.Arrays;

/**
 * Priorities that arrived for streams that have not begun (RFC 9218 section 7.1). They are few, so a linear search is
 * enough.
 */
public final class PendingPriorities {
    private int[] ids = {};
    private Pending[] entries = {};
    private int size;

    /**
     * The priority of a stream that has not begun.
     *
     * @param priority the stream's priority
     * @param clientIgnored whether the application's priority overrides the client's
     */
    public record Pending(Priority priority, boolean clientIgnored) {}

    /** Keeps the priority that a client gives a stream. Returns false if {@code limit} of them are kept already. */
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

    /** Changes the priority that is kept for a stream. Returns false if there is none. */
    public boolean change(int streamId, Priority priority, boolean ignoreClient) {
        int index = indexOf(streamId);
        if (index >= 0) {
            entries[index] = new Pending(priority, ignoreClient || entries[index].clientIgnored());
        }
        return index >= 0;
    }

    /** The priority that is kept for a stream that has not begun, or null. */
    public Pending get(int streamId) {
        int index = indexOf(streamId);
        return index < 0 ? null : entries[index];
    }

    /** Removes and returns the priority that is kept for a stream that begins, or null. */
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
     * Forgets the priorities of streams that cannot begin any more: all ids up to {@code highest} were used or skipped.
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

    /** How many priorities are kept. */
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
