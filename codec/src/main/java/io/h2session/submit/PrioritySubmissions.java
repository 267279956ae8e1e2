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
        if (!priorityKnown()) {
            return true;
        }
        Stream stream = connection.stream(streamId);
        if (stream == null) {
            return (connection.idle(streamId) || !connection.semantics().prioritiesForAll())
                    && connection.pendingPriorities().change(streamId, priority, ignoreClientSignal);
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
        if (!priorityKnown()) {
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
        return connection.idle(streamId) || !connection.semantics().prioritiesForAll()
                ? connection.pendingPriorities().get(streamId)
                : null;
    }

    private boolean priorityKnown() {
        if (connection.semantics().prioritiesForAll()) {
            return true;
        }
        // nghttp2 has priorities only on servers that announced SETTINGS_NO_RFC7540_PRIORITIES (RFC 9218 section 2.1).
        require(connection.role().isServer(), Reason.INVALID_STATE, "a client has no priorities");
        return connection.local().noRfc7540Priorities();
    }
}
