package io.h2session.connection;

import io.h2session.api.Http2SubmitException;
import io.h2session.api.Http2SubmitException.Reason;
import io.h2session.connection.PendingPriorities.Pending;
import io.h2session.priority.Priority;

/**
 * nghttp2's way: only servers that announced SETTINGS_NO_RFC7540_PRIORITIES have priorities, and each id that PRIORITY_UPDATE
 * names has a stream object, which stays when the id is not idle any more.
 */
final class Nghttp2PrioritySignals extends PrioritySignals {
    Nghttp2PrioritySignals(Connection connection) {
        super(connection);
    }

    @Override
    public boolean used() {
        if (!connection.role().isServer()) {
            throw new Http2SubmitException(Reason.INVALID_STATE, "a client has no priorities");
        }
        return connection.local().noRfc7540Priorities();
    }

    @Override
    public Pending kept(int streamId) {
        return pending.get(streamId);
    }

    @Override
    public Priority given(int streamId, Priority parsed) {
        boolean unknown = connection.stream(streamId) == null && pending.get(streamId) == null;
        // The stream object is made whatever the field says.
        return parsed == null && unknown ? Priority.DEFAULT : parsed;
    }

    @Override
    public boolean keeps(int streamId) {
        return connection.idle(streamId) || pending.get(streamId) != null;
    }

    @Override
    public boolean keep(int streamId, Priority priority) {
        long room = Math.min(MAX_PENDING, allowed());
        if (pending.put(streamId, priority, room)) {
            return true;
        }
        if (pending.size() >= MAX_PENDING) {
            pending.forgetUpTo(connection.peerHistory().highest());
        }
        return pending.put(streamId, priority, room) || pending.size() < allowed();
    }
}
