package io.h2session.submit;

import static io.h2session.submit.SubmitChecks.MAX_PAYLOAD;
import static io.h2session.submit.SubmitChecks.require;
import static io.h2session.submit.SubmitChecks.requireLive;

import io.h2session.api.Http2SubmitException.Reason;
import io.h2session.connection.Connection;
import io.h2session.connection.PendingPriorities.Pending;
import io.h2session.frame.PriorityUpdateFrame;
import io.h2session.priority.Priority;
import io.h2session.queue.Lane;
import io.h2session.queue.OutboundItem;
import io.h2session.stream.Stream;
import io.netty.util.AsciiString;

/** Priorities of streams (RFC 9218): PRIORITY_UPDATE of a client, and the decisions of a server. */
public final class PrioritySubmissions {
    private final Connection connection;

    /** The priorities of this connection. */
    public PrioritySubmissions(Connection connection) {
        this.connection = connection;
    }

    /** PRIORITY_UPDATE (RFC 9218 section 7.1), unless the server uses the old priority scheme. */
    public void priorityUpdate(int streamId, AsciiString fieldValue) {
        requireLive(connection);
        require(!connection.role().isServer(), Reason.INVALID_STATE, "a server sends no PRIORITY_UPDATE");
        if (!connection.semantics().prioritiesForAll() && connection.remote().noRfc7540Priorities() == 0) {
            return;
        }
        require(
                streamId > 0 && Integer.BYTES + fieldValue.length() <= MAX_PAYLOAD,
                Reason.INVALID_ARGUMENT,
                "not a stream, or more than a frame holds");
        // A server that has not disabled the old scheme does not use the new one (RFC 9218 section 2.1.1).
        if (connection.remote().noRfc7540Priorities() != 0) {
            connection
                    .queue()
                    .add(Lane.REGULAR, OutboundItem.ofApplication(new PriorityUpdateFrame(streamId, fieldValue)));
        }
    }

    /** Sets the priority of a stream. Returns false if there is no such stream. */
    public boolean changePriority(int streamId, Priority priority, boolean ignoreClientSignal) {
        if (!connection.prioritySignals().used()) {
            return true;
        }
        Stream stream = connection.stream(streamId);
        if (stream == null) {
            return connection.prioritySignals().change(streamId, priority, ignoreClientSignal);
        }
        if (ignoreClientSignal) {
            stream.clientPriorityIgnored(true);
        }
        stream.priority(priority);
        connection.scheduler().reprioritized(stream);
        return true;
    }

    /** The priority of a stream, or null if there is none. */
    public Priority priority(int streamId) {
        if (!connection.prioritySignals().used()) {
            return null;
        }
        Stream stream = connection.stream(streamId);
        if (stream != null) {
            return stream.priority();
        }
        Pending pending = pendingPriority(streamId);
        return pending == null ? null : pending.priority();
    }

    /** The priority kept for a stream that is idle, or null. */
    public Pending pendingPriority(int streamId) {
        return connection.prioritySignals().kept(streamId);
    }
}
