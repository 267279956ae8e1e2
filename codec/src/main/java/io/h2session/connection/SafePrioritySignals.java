package io.h2session.connection;

import io.h2session.connection.PendingPriorities.Pending;
import io.h2session.priority.Priority;

/** All sessions have priorities. They are kept for idle streams. */
final class SafePrioritySignals extends PrioritySignals {
    SafePrioritySignals(Connection connection) {
        super(connection);
    }

    @Override
    public boolean used() {
        return true;
    }

    @Override
    public Pending kept(int streamId) {
        return connection.idle(streamId) ? pending.get(streamId) : null;
    }

    @Override
    public Priority given(int streamId, Priority parsed) {
        return parsed;
    }

    @Override
    public boolean keeps(int streamId) {
        return connection.idle(streamId);
    }

    @Override
    public boolean keep(int streamId, Priority priority) {
        long submitted = connection.local().pendingMaxConcurrentStreams()
                - connection.lifecycle().openedByPeer();
        long room = Math.min(MAX_PENDING, Math.min(allowed(), submitted));
        if (pending.put(streamId, priority, room)) {
            return true;
        }
        pending.forgetUpTo(connection.peerHistory().highest());
        return pending.put(streamId, priority, room) || pending.size() < allowed();
    }
}
