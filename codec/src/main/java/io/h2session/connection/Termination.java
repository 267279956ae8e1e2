package io.h2session.connection;

import io.h2session.api.Http2EndedBy;

/**
 * What terminating does to a connection, and what may still be done afterwards. A connection has
 * {@link ImmediateTermination} or {@link Nghttp2Termination}.
 */
abstract sealed class Termination permits ImmediateTermination, Nghttp2Termination {
    /** Ends the connection because the application wants it or the peer broke a rule; see {@link Shutdown#terminate}. */
    abstract void terminate(int lastStreamId, long errorCode, String reason, Http2EndedBy by);

    /** Whether the connection was terminated and its streams are still there. */
    abstract boolean terminating();

    /** The GOAWAY that {@link #terminate} queued was sent. */
    abstract void markGoodbyeSent();

    /** Whether the GOAWAY that {@link #terminate} queued was sent: nothing is read or written any more. */
    abstract boolean goodbyeSent();

    /** Whether the connection is about to end, so that replies to the peer are left out. */
    abstract boolean closing();

    /** Whether a client sends no more requests because the connection ends. */
    abstract boolean refusesRequests();

    /** Whether a shutdown notice comes too late to be sent. */
    abstract boolean noticeIsLate();

    /** The application has consumed more than it received. */
    abstract void consumedTooMuch();
}
