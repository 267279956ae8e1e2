package io.h2session.connection;

import io.h2session.api.Http2EndedBy;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.GoAwayFrame;
import io.h2session.queue.Lane;
import io.h2session.queue.OutboundItem;

/**
 * nghttp2's way ({@code nghttp2_session_terminate_session2}): GOAWAY waits its turn in the queue, other frames are
 * refused when their turn comes, and streams and bodies stay as they are until the session is closed.
 *
 * <pre>
 *   LIVE ── connection error, terminate ──► TERMINATING ── GOAWAY sent ──► GOODBYE_SENT ── close() ──► the end
 * </pre>
 */
final class Nghttp2Termination extends Termination {
    private final Connection connection;
    private final Shutdown shutdown;
    private Phase phase = Phase.LIVE;

    private enum Phase {
        LIVE,
        TERMINATING,
        GOODBYE_SENT
    }

    Nghttp2Termination(Connection connection, Shutdown shutdown) {
        this.connection = connection;
        this.shutdown = shutdown;
    }

    @Override
    void terminate(int lastStreamId, long errorCode, String reason, Http2EndedBy by) {
        if (shutdown.live()) {
            phase = Phase.TERMINATING;
            GoAwayFrame goodbye = shutdown.leave(lastStreamId, errorCode, reason, by);
            connection.queue().add(Lane.REGULAR, OutboundItem.ofGoodbye(goodbye));
        }
    }

    @Override
    boolean terminating() {
        return phase != Phase.LIVE && shutdown.keepsStreams();
    }

    @Override
    void markGoodbyeSent() {
        phase = Phase.GOODBYE_SENT;
    }

    @Override
    boolean goodbyeSent() {
        return phase == Phase.GOODBYE_SENT && shutdown.keepsStreams();
    }

    /** Terminating, or nothing is left to do ({@code session_is_closing}). */
    @Override
    boolean closing() {
        return terminating() || (!shutdown.wantRead() && !shutdown.wantWrite());
    }

    @Override
    boolean refusesRequests() {
        return closing();
    }

    @Override
    boolean noticeIsLate() {
        return shutdown.goAwayReceived();
    }

    @Override
    void consumedTooMuch() {
        terminate(
                connection.lastProcessedStreamId(),
                ErrorCode.FLOW_CONTROL_ERROR.code(),
                "more_consumed_than_received",
                Http2EndedBy.LOCAL);
    }
}
