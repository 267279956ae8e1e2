package io.h2session.api;

/**
 * Counts what sessions do. One object may serve any number of sessions ({@link Http2SessionOptions#metrics()}); each calls it
 * on its own thread, so an object that serves sessions of several threads must be safe for that. What is current rather than
 * counted (windows, queues) the getters of {@link Http2SessionContext} tell.
 *
 * <p>The calls are made while frames are processed: they should be short, and must not call the session. What one throws ends
 * its session with {@link Http2SessionResult#CALLBACK_FAILURE}.
 */
public interface Http2SessionMetrics {
    /** A session begins. */
    default void sessionBegun(Http2SessionContext session) {}

    /**
     * A session is over. Exactly once for each, after the end of its last stream.
     *
     * @param session tells who ended it: {@link Http2SessionContext#endedBy()}
     * @param reason as {@link Http2SessionContext#terminationReason()}
     */
    default void sessionEnded(Http2SessionContext session, String reason) {}

    /**
     * The header of a frame has arrived and was accepted, CONTINUATION and frames that are ignored too.
     *
     * @param type 0 to 255, see {@link io.h2session.frame.FrameType}
     * @param flags those defined for the type; all, for extension types
     * @param length of the payload, in octets
     */
    default void frameReceived(int type, int flags, int streamId, int length) {}

    /** A frame was committed to the output; parameters as those of {@link #frameReceived}. */
    default void frameSent(int type, int flags, int streamId, int length) {}

    /** Octets of the connection were taken, 1 or more. */
    default void octetsReceived(int octets) {}

    /** Octets were handed to the sink, 1 or more. */
    default void octetsSent(int octets) {}

    /**
     * A stream counts as open (RFC 9113 section 5.1.2). {@link #streamClosed} follows.
     *
     * @param local whether this end opened it
     */
    default void streamOpened(int streamId, boolean local) {}

    /**
     * A stream that was open is over.
     *
     * @param local whether this end opened it
     * @param errorCode as {@link Http2SessionListener#onStreamClosed} has it
     * @param inboundComplete whether the peer's message was received whole, as
     *     {@link Http2SessionContext#inboundComplete} has it
     */
    default void streamClosed(int streamId, boolean local, long errorCode, boolean inboundComplete) {}

    /** The peer reset a stream. */
    default void resetReceived(long errorCode) {}

    /** This end reset a stream, or refused it. */
    default void resetSent(long errorCode) {}

    /** The peer did something it should not do often. */
    default void glitch(Http2Glitch cause) {}

    /**
     * What the application has pushed and the peer does not take has risen above the high mark of all streams, or sunk below the
     * low one ({@code Http2SessionHandlerBuilder.writeMarks}). Told by the handler, which keeps it; an early sign of a peer that
     * leaves its windows or its transport shut, or of an application that writes whatever it is told of writability.
     *
     * @param octets what waits on all streams
     * @param high whether it has risen above the high mark
     */
    default void pendingOutput(long octets, boolean high) {}

    /** The answer to a PING of ours has arrived, so many nanoseconds after it was sent. */
    default void roundTrip(long nanos) {}
}
