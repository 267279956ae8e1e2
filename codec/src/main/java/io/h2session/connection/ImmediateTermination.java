package io.h2session.connection;

import io.h2session.api.Http2EndedBy;
import io.h2session.api.Http2SubmitException;
import io.h2session.api.Http2SubmitException.Reason;

/** The connection, its streams and bodies end together; GOAWAY is the last frame that is sent. */
final class ImmediateTermination extends Termination {
    private final Shutdown shutdown;

    ImmediateTermination(Shutdown shutdown) {
        this.shutdown = shutdown;
    }

    @Override
    void terminate(int lastStreamId, long errorCode, String reason, Http2EndedBy by) {
        shutdown.end(lastStreamId, errorCode, reason, by);
    }

    @Override
    boolean terminating() {
        return false;
    }

    @Override
    void markGoodbyeSent() {
        throw new AssertionError("the last GOAWAY is never queued");
    }

    @Override
    boolean goodbyeSent() {
        return false;
    }

    @Override
    boolean closing() {
        return false;
    }

    @Override
    boolean refusesRequests() {
        return shutdown.goAwaySent() || shutdown.opensNoMore();
    }

    @Override
    boolean noticeIsLate() {
        return false;
    }

    @Override
    void consumedTooMuch() {
        throw new Http2SubmitException(Reason.FLOW_CONTROL, "more consumed than received");
    }
}
