package io.h2session.api;

/**
 * Receives events to be counted. One object may serve any number of sessions ({@link Http2SessionOptions#metrics()}). Each
 * session calls it on its own thread, so an object that serves sessions of several threads must be thread-safe. For current
 * values, such as windows and queues, use the getters of {@link Http2SessionContext}. Each call names its session, whose
 * {@link Http2SessionContext#role()} tells servers from clients.
 *
 * <p>The methods are called while frames are processed. They should be short and must not call the session. A method that throws
 * ends its session with {@link Http2SessionResult#CALLBACK_FAILURE}.
 *
 * @since 0.1
 */
@Unstable
public interface Http2SessionMetrics {
    /** One that passes each call to all of these, in this order. */
    static Http2SessionMetrics all(Http2SessionMetrics... parts) {
        return new AllMetrics(parts.clone());
    }

    /** A session was created. */
    default void sessionBegun(Http2SessionContext session) {}

    /**
     * A session has ended. Called exactly once for each session, after its last stream was closed. What it throws when the
     * session is closed, or when the streams of a closed session are reported, changes no result any more: it is the {@link
     * Http2SessionContext#failureCause()}.
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
    default void frameReceived(Http2SessionContext session, int type, int flags, int streamId, int length) {}

    /** A frame was committed to the output. The parameters are those of {@link #frameReceived}. */
    default void frameSent(Http2SessionContext session, int type, int flags, int streamId, int length) {}

    /** Bytes of the connection were received, 1 or more. */
    default void bytesReceived(Http2SessionContext session, int bytes) {}

    /** Bytes were passed to the sink, 1 or more. */
    default void bytesSent(Http2SessionContext session, int bytes) {}

    /**
     * A stream began to count as open (RFC 9113 section 5.1.2). {@link #streamClosed} follows.
     *
     * @param local whether this end opened it
     */
    default void streamOpened(Http2SessionContext session, int streamId, boolean local) {}

    /**
     * A stream that was open was closed.
     *
     * @param local whether this end opened it
     * @param errorCode as in {@link Http2SessionListener#onStreamClosed}
     * @param inboundComplete whether the peer's message was received completely, see {@link
     *     Http2SessionContext#inboundComplete}
     * @param firstByteNanos after how many nanoseconds the final response began: was sent by a server, was received by a client;
     *     -1 if it did not begin
     * @param nanos for how many nanoseconds the stream was open
     */
    default void streamClosed(
            Http2SessionContext session,
            int streamId,
            boolean local,
            long errorCode,
            boolean inboundComplete,
            long firstByteNanos,
            long nanos) {}

    /**
     * A request of ours, or a response that was promised, was sent. {@link #streamOpened} was called before.
     *
     * @param queuedNanos for how many nanoseconds it had waited for the peer's stream limit and the transport
     */
    default void requestSent(Http2SessionContext session, int streamId, long queuedNanos) {}

    /**
     * Something that could be sent has to wait. {@link #stallEnded} follows, at the latest before the end of the stream or the
     * session. A stream has one stall at a time; a connection may have one of each cause.
     *
     * @param streamId the stream whose body waits ({@link Http2Stall#STREAM_WINDOW}, {@link Http2Stall#SOCKET}, {@link
     *     Http2Stall#APPLICATION}); 0 for the connection (all causes but those of bodies, {@link Http2Stall#SOCKET} too)
     */
    default void stallBegun(Http2SessionContext session, int streamId, Http2Stall cause) {}

    /**
     * A stall is over.
     *
     * @param nanos how many nanoseconds it lasted
     */
    default void stallEnded(Http2SessionContext session, int streamId, Http2Stall cause, long nanos) {}

    /**
     * A header block was received, trailers and blocks of streams that are ignored included.
     *
     * @param encodedBytes its length on the wire, without frame headers and padding
     * @param listSize the size of its fields as SETTINGS_MAX_HEADER_LIST_SIZE counts it: names, values and 32 bytes for each
     */
    default void headersReceived(Http2SessionContext session, int encodedBytes, int listSize) {}

    /** A header block was sent. The parameters are those of {@link #headersReceived}. */
    default void headersSent(Http2SessionContext session, int encodedBytes, int listSize) {}

    /** GOAWAY was received. */
    default void goAwayReceived(Http2SessionContext session, int lastStreamId, long errorCode) {}

    /** GOAWAY was sent, {@code lastStreamId} being 2^31-1 in the notice of a graceful shutdown. */
    default void goAwaySent(Http2SessionContext session, int lastStreamId, long errorCode) {}

    /** The peer reset a stream. */
    default void resetReceived(Http2SessionContext session, long errorCode) {}

    /** This end reset or refused a stream. */
    default void resetSent(Http2SessionContext session, long errorCode) {}

    /** The peer did something that is suspicious if it is frequent. */
    default void glitch(Http2SessionContext session, Http2Glitch cause) {}

    /**
     * The bytes that the application has written to the handler and that wait to be sent have risen above the high mark of all
     * streams, or fallen below the low mark ({@code Http2SessionHandlerBuilder.writeMarks}). Only the handler calls this method.
     * A high amount is an early sign of a peer that keeps its windows closed or does not read its transport, or of an
     * application that ignores writability.
     *
     * @param bytes how many bytes wait on all streams
     * @param high whether the amount has risen above the high mark
     */
    default void pendingOutput(Http2SessionContext session, long bytes, boolean high) {}

    /** The acknowledgement of a PING of ours was received this many nanoseconds after the PING was sent. */
    default void roundTrip(Http2SessionContext session, long nanos) {}
}
