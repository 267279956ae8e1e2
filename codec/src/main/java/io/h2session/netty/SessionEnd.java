package io.h2session.netty;

import io.h2session.api.Http2SessionResult;
import io.h2session.api.NotSentReason;
import java.nio.channels.ClosedChannelException;

/** How far the session has come to its end, and what ended it. Values only: {@link SessionClosing} acts on them. */
final class SessionEnd {
    private enum Stage {
        RUNNING,
        DRAINING,
        OVER
    }

    private Stage stage = Stage.RUNNING;

    /** The first fatal result of a session call: the session gave up, and its last send emits the GOAWAY. */
    private Http2SessionResult fatal;

    /** What the session or the transport threw. */
    private Throwable cause;

    /** A session call threw. */
    private boolean broken;

    private Throwable endedCause;

    boolean running() {
        return stage == Stage.RUNNING;
    }

    /** Whether a graceful shutdown has begun and has not finished. */
    boolean draining() {
        return stage == Stage.DRAINING;
    }

    /** Whether the session is over: nothing more is received or submitted. */
    boolean over() {
        return stage == Stage.OVER;
    }

    void beginDraining() {
        stage = Stage.DRAINING;
    }

    void markOver() {
        stage = Stage.OVER;
    }

    /** What writes fail with once the session is over. */
    Throwable endedCause() {
        if (endedCause == null) {
            endedCause =
                    new Http2NotSentException(NotSentReason.SESSION_CLOSING, 0, false, "the session is over", null);
        }
        return endedCause;
    }

    /** The channel is closed, or about to be: that is what writes fail with. */
    void channelClosed() {
        endedCause = closedChannel(cause);
    }

    static Throwable closedChannel(Throwable reason) {
        ClosedChannelException closed = new ClosedChannelException();
        if (reason != null) {
            closed.initCause(reason);
        }
        return closed;
    }

    /** A session call threw, which it never should: the session is not called again. */
    Http2SessionResult failed(Throwable failure) {
        cause = failure;
        broken = true;
        return Http2SessionResult.CALLBACK_FAILURE;
    }

    /** A session call returned. */
    void result(Http2SessionResult result) {
        if (result.fatal() && fatal == null) {
            fatal = result;
        }
    }

    /** The transport failed. Only the first failure counts. */
    void transportFailed(Throwable failure) {
        if (cause == null) {
            cause = failure;
        }
    }

    boolean broken() {
        return broken;
    }

    /** Null as long as no session call returned a fatal result. */
    Http2SessionResult fatal() {
        return fatal;
    }

    /** Null if nothing was thrown. */
    Throwable cause() {
        return cause;
    }

    /** Whether the session gave up and its GOAWAY has not been sent yet. */
    boolean owesGoAway() {
        return fatal != null && !broken && stage != Stage.OVER;
    }
}
