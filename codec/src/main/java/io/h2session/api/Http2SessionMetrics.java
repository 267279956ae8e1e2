package io.h2session.api;

/**
 * Receives events to be counted. One object may serve any number of sessions ({@link Http2SessionOptions#metrics()}). Each
 * session calls it on its own thread, so an object that serves sessions of several threads must be thread-safe. For current
 * values, such as windows and queues, use the getters of {@link Http2SessionContext}.
 *
 * <p>The methods are called while frames are processed. They should be short and must not call the session. A method that throws
 * ends its session with {@link Http2SessionResult#CALLBACK_FAILURE}.
 *
 * @since 0.1
 */
@Unstable
public interface Http2SessionMetrics {
    /** A session was created. */
    default void sessionBegun(Http2SessionContext session) {}

    /**
     * A session has ended. Called exactly once for each session, after its last stream was closed.
     *
     * @param session {@link Http2SessionContext#endedBy()} tells who ended it
     * @param reason see {@link Http2SessionContext#terminationReason()}
     */
    default void sessionEnded(Http2SessionContext session, String reason) {}

    /**
     * The header of a frame was received and accepted. Called for every frame, including CONTINUATION and ignored frames.
     *
     * @param type 0 to 255, see {@link io.h2session.frame.FrameType}
     * @param flags the flags that are defined for the type; for extension types, all flags
     * @param length the length of the payload in bytes
     */
    default void frameReceived(int type, int flags, int streamId, int length) {}

    /** A frame was committed to the output. The parameters are those of {@link #frameReceived}. */
    default void frameSent(int type, int flags, int streamId, int length) {}

    /** Bytes of the connection were received, 1 or more. */
    default void bytesReceived(int bytes) {}

    /** Bytes were passed to the sink, 1 or more. */
    default void bytesSent(int bytes) {}

    /**
     * A stream began to count as open (RFC 9113 section 5.1.2). {@link #streamClosed} follows.
     *
     * @param local whether this end opened it
     */
    default void streamOpened(int streamId, boolean local) {}

    /**
     * A stream that was open was closed.
     *
     * @param local whether this end opened it
     * @param errorCode as in {@link Http2SessionListener#onStreamClosed}
     * @param inboundComplete whether the peer's message was received completely, see {@link
     *     Http2SessionContext#inboundComplete}
     */
    default void streamClosed(int streamId, boolean local, long errorCode, boolean inboundComplete) {}

    /** The peer reset a stream. */
    default void resetReceived(long errorCode) {}

    /** This end reset or refused a stream. */
    default void resetSent(long errorCode) {}

    /** The peer did something that is suspicious if it is frequent. */
    default void glitch(Http2Glitch cause) {}

    /**
     * The bytes that the application has written to the handler and that wait to be sent have risen above the high mark of all
     * streams, or fallen below the low mark ({@code Http2SessionHandlerBuilder.writeMarks}). Only the handler calls this method.
     * A high amount is an early sign of a peer that keeps its windows closed or does not read its transport, or of an
     * application that ignores writability.
     *
     * @param bytes how many bytes wait on all streams
     * @param high whether the amount has risen above the high mark
     */
    default void pendingOutput(long bytes, boolean high) {}

    /** The acknowledgement of a PING of ours was received this many nanoseconds after the PING was sent. */
    default void roundTrip(long nanos) {}
}
