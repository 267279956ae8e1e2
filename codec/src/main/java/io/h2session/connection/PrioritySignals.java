package io.h2session.connection;

import io.h2session.connection.PendingPriorities.Pending;
import io.h2session.priority.Priority;

/**
 * Who may give streams priorities, and for which streams without a {@code Stream} they are kept (RFC 9218 sections 2.1 and 7.1). A
 * connection has {@link SafePrioritySignals} or {@link Nghttp2PrioritySignals}.
 */
public abstract sealed class PrioritySignals permits SafePrioritySignals, Nghttp2PrioritySignals {
    /** How many priorities are kept at most, whatever the limit of streams. */
    static final long MAX_PENDING = 1000;

    final Connection connection;
    final PendingPriorities pending;

    PrioritySignals(Connection connection) {
        this.connection = connection;
        pending = connection.pendingPriorities();
    }

    static PrioritySignals of(Connection connection) {
        return connection.semantics().prioritiesForAll()
                ? new SafePrioritySignals(connection)
                : new Nghttp2PrioritySignals(connection);
    }

    /**
     * Whether this session has priorities.
     *
     * @throws io.h2session.api.Http2SubmitException INVALID_STATE if it never has
     */
    public abstract boolean used();

    /** What is kept for a stream that has not begun, or null. */
    public abstract Pending kept(int streamId);

    /** Changes what is kept for a stream that has not begun. Returns false if there is nothing. */
    public final boolean change(int streamId, Priority priority, boolean ignoreClient) {
        return kept(streamId) != null && pending.change(streamId, priority, ignoreClient);
    }

    /**
     * The priority that PRIORITY_UPDATE gives a stream; null for none.
     *
     * @param parsed null if the field cannot be parsed
     */
    public abstract Priority given(int streamId, Priority parsed);

    /** Whether a priority for a stream without a {@code Stream} is kept. */
    public abstract boolean keeps(int streamId);

    /**
     * Keeps a priority, or forgets it if there are too many. Returns false if the client knows the limit that it has exceeded. Idle
     * streams with a priority count as if they were open: the client has to keep to the limit once it has acknowledged it.
     */
    public abstract boolean keep(int streamId, Priority priority);

    final long allowed() {
        return connection.local().maxConcurrentStreams()
                - connection.lifecycle().openedByPeer();
    }
}
