package io.h2session.api;

import io.h2session.frame.Setting;
import io.h2session.hpack.HeaderList;
import io.h2session.priority.Priority;
import io.netty.util.AsciiString;
import java.util.List;

/**
 * What an application can do with a session and ask of it; callbacks are handed it. All calls are made on the session's
 * thread.
 *
 * <p>A {@code submit} puts a frame in a queue, where it waits for {@code send}: nothing is encoded and, but for what the
 * methods say, nothing changes before. What can be judged at once is refused with {@link Http2SubmitException}; what turns
 * out later arrives as {@link Http2SessionListener#onFrameNotSent}. A submit that throws takes nothing: a {@link DataSource}
 * given to it stays the caller's and is not closed.
 */
public interface Http2SessionContext {

    /** Which end this is ({@code nghttp2_session_check_server_session}). */
    Http2Role role();

    // ---- submit ----------------------------------------------------------------------------------------------------

    /**
     * A request ({@code nghttp2_submit_request2}). It waits while the peer's SETTINGS_MAX_CONCURRENT_STREAMS is reached. When
     * GOAWAY is received, or one of ours is to be sent, what waits is given up at once ({@link
     * Http2SessionListener#onFrameNotSent} with START_STREAM_NOT_ALLOWED, {@link Http2SessionListener#onStreamClosed} with
     * REFUSED_STREAM), and what comes later is refused.
     *
     * @param headers pseudo-header fields first
     * @param body null for none
     * @param userData kept with the stream, may be null
     * @return the stream number
     */
    int submitRequest(HeaderList headers, DataSource body, Object userData);

    /**
     * A request's header block alone ({@code nghttp2_submit_headers} without a stream). The stream stays open for
     * {@link #submitData} and {@link #submitTrailers}, which have to wait for {@link Http2SessionListener#onFrameSent}: before
     * it there is no stream.
     *
     * @param headers pseudo-header fields first
     * @param endStream whether this is the whole request
     * @param userData kept with the stream, may be null
     * @return the stream number
     */
    int submitRequestHeaders(HeaderList headers, boolean endStream, Object userData);

    /**
     * A response ({@code nghttp2_submit_response2}); without a body it ends the stream.
     *
     * <p>While {@link Http2SessionOptions#validateOutbound()} is on, parts of a message that are out of order are refused, here and
     * by the other methods that submit them: a second final response, 1xx or DATA in the wrong place, anything after the end.
     * A body that is not as long as {@code content-length} says can be seen only when it is sent: the stream is then reset with
     * INTERNAL_ERROR, after {@link Http2SessionListener#onFrameNotSent} with MORE_THAN_CONTENT_LENGTH or
     * LESS_THAN_CONTENT_LENGTH. Of a response that has no content, to HEAD or with status 204, 205 or 304, the head ends the
     * stream: a body, DATA or trailers submitted for it are closed unread and dropped, so that one code path can serve GET and
     * HEAD.
     *
     * @param body null for none
     * @throws Http2SubmitException HTTP_HEADER and INVALID_STATE; {@link Http2SubmitException#word()} names the rule
     */
    void submitResponse(int streamId, HeaderList headers, DataSource body);

    /**
     * A header block ({@code nghttp2_submit_headers}): 1xx responses, a response whose body is submitted later, trailers.
     *
     * @param endStream whether this is the last the stream sends; it then waits for a body being sent
     */
    void submitHeaders(int streamId, HeaderList headers, boolean endStream);

    /**
     * As {@link #submitHeaders(int, HeaderList, boolean)}; when it is the response on a promised stream and goes, {@code userData}
     * is kept with the stream in place of what was.
     *
     * @param userData null leaves what the stream has
     */
    void submitHeaders(int streamId, HeaderList headers, boolean endStream, Object userData);

    /** Trailers ({@code nghttp2_submit_trailer}): they go when the body has been sent, and end the stream. */
    void submitTrailers(int streamId, HeaderList trailers);

    /**
     * A body for a stream whose header block was sent or is queued ({@code nghttp2_submit_data2}); one at a time.
     *
     * @param endStream whether the end of the source is the end of the stream
     */
    void submitData(int streamId, DataSource body, boolean endStream);

    /**
     * Ends a stream at once ({@code nghttp2_submit_rst_stream}). From now on nothing else is sent on it. Of a stream that is
     * idle or closed, nothing is done; a request still queued is never sent.
     */
    void submitReset(int streamId, long errorCode);

    /**
     * Our new settings ({@code nghttp2_submit_settings}); in force when the peer has acknowledged them, lower limits
     * at once.
     */
    void submitSettings(List<Setting> settings);

    /** A PING ({@code nghttp2_submit_ping}). */
    void submitPing(long opaqueData);

    /**
     * A PING's answer ({@code nghttp2_submit_ping} with NGHTTP2_FLAG_ACK), for sessions that don't answer by themselves
     * ({@link Http2SessionOptions#automaticPingAck()}).
     */
    void submitPingAck(long opaqueData);

    /**
     * GOAWAY ({@code nghttp2_submit_goaway}): no new streams of the peer beyond {@code lastStreamId}; the others go on.
     *
     * @param lastStreamId one of the peer's, or 0, or 2^31-1; what goes out never rises
     * @param debugData copied; may be empty
     */
    void submitGoAway(int lastStreamId, long errorCode, byte[] debugData);

    /**
     * Says that GOAWAY will follow, a server's first step of a graceful shutdown
     * ({@code nghttp2_submit_shutdown_notice}).
     */
    void submitShutdownNotice();

    /**
     * Window credit ({@code nghttp2_submit_window_update}): pays received octets down first, then enlarges the window; a
     * negative increment shrinks it, without a frame.
     *
     * @param streamId 0 for the connection
     */
    void submitWindowUpdate(int streamId, int increment);

    /**
     * Promises a stream ({@code nghttp2_submit_push_promise}). Servers only.
     *
     * @param streamId the client's stream it belongs to
     * @return the promised stream's number, to be answered with {@link #submitResponse}
     */
    int submitPushPromise(int streamId, HeaderList requestHeaders, Object userData);

    /** ALTSVC (RFC 7838 section 4, {@code nghttp2_submit_altsvc}). Servers only. */
    void submitAltSvc(int streamId, AsciiString origin, AsciiString fieldValue);

    /** ORIGIN (RFC 8336, {@code nghttp2_submit_origin}). Servers only. */
    void submitOrigin(List<AsciiString> origins);

    /** PRIORITY_UPDATE (RFC 9218 section 7.1, {@code nghttp2_submit_priority_update}). Clients only. */
    void submitPriorityUpdate(int streamId, AsciiString fieldValue);

    /**
     * A frame of a type of the application's ({@code nghttp2_submit_extension}), written by
     * {@link Http2SessionListener#packExtension}.
     *
     * @param payload given to that method; if it is reference-counted, it is released by the session when it does not get
     *     there: this call throws, or the frame is dropped
     * @throws Http2SubmitException INVALID_STATE: the session is over, or the listener packs no extensions
     */
    void submitExtension(int type, int flags, int streamId, Object payload);

    // ---- control ---------------------------------------------------------------------------------------------------

    /**
     * A body answered {@link DataResult#DEFERRED} and can go on ({@code nghttp2_session_resume_data}). False: there
     * is none.
     */
    boolean resumeData(int streamId);

    /**
     * Says that the application goes on working for a stream, even when it is closed. Peers that open streams and reset
     * them make work that the stream limit does not count; while {@link Http2SessionOptions#maxRunningExchanges()}
     * streams are open or held, new requests are refused. May be called until {@link Http2SessionListener#onStreamClosed} returns.
     *
     * @return to be run on the session's thread when the work is done; once more is harmless
     */
    Runnable holdExchange(int streamId);

    /**
     * The application has used octets of a body ({@code nghttp2_session_consume}): credit for stream and connection.
     */
    void consume(int streamId, int octets);

    /** As {@link #consume}, for the connection's window alone ({@code nghttp2_session_consume_connection}). */
    void consumeConnection(int octets);

    /** As {@link #consume}, for the stream's window alone ({@code nghttp2_session_consume_stream}). */
    void consumeStream(int streamId, int octets);

    /** Sets how much the peer may send ({@code nghttp2_session_set_local_window_size}); 0 names the connection. */
    void setLocalWindowSize(int streamId, int octets);

    /**
     * Ends the session ({@code nghttp2_session_terminate_session}): nothing more is received, the next {@code send} ends all
     * streams and emits GOAWAY.
     */
    void terminate(long errorCode);

    /**
     * As {@link #terminate(long)}, telling the peer that streams up to {@code lastStreamId} were processed
     * ({@code nghttp2_session_terminate_session2}).
     */
    void terminate(int lastStreamId, long errorCode);

    /**
     * Changes how a stream's body is scheduled ({@code nghttp2_session_change_extpri_stream_priority}). The stream may be
     * idle if the client gave it a priority. False: there is no such stream. In nghttp2's way
     * ({@link Http2SessionOptions#followNghttp2()}) nothing happens before SETTINGS_NO_RFC7540_PRIORITIES 1 was submitted.
     *
     * @param ignoreClientSignal whether what the client says of it, later or in its request, no longer counts; cannot be
     *     taken back
     * @throws Http2SubmitException INVALID_STATE at a client, in nghttp2's way
     */
    boolean changePriority(int streamId, Priority priority, boolean ignoreClientSignal);

    /**
     * How a stream's body is scheduled ({@code nghttp2_session_get_extpri_stream_priority}); null without the stream, or if
     * as {@link #changePriority} would do nothing.
     */
    Priority priority(int streamId);

    /**
     * A server needs no more of a request than it has: what still arrives of it is ignored, and credited for the connection.
     * Once the response has been sent, RST_STREAM with NO_ERROR tells the client to stop (RFC 9113 section 8.1). Nothing is done
     * for a request that is whole, or without the stream.
     */
    void discardRequest(int streamId);

    /**
     * Gives a stream no more window credit, so that its peer stops sending on it when its window is used up; other streams go on.
     * False: there is no such stream.
     *
     * @see #resumeReading
     */
    boolean pauseReading(int streamId);

    /** Undoes {@link #pauseReading}: credit that is due is given. False: there is no such stream. */
    boolean resumeReading(int streamId);

    /** The number of the next stream this end opens ({@code nghttp2_session_set_next_stream_id}); skips some. */
    void nextStreamId(int streamId);

    /** The number of the next stream this end opens ({@code nghttp2_session_get_next_stream_id}). */
    int nextStreamId();

    // ---- looking things up -----------------------------------------------------------------------------------------

    /** Whether there is anything left to read for ({@code nghttp2_session_want_read}). */
    boolean wantRead();

    /**
     * Whether {@code send} has something to do ({@code nghttp2_session_want_write}). With neither, drop the
     * connection.
     */
    boolean wantWrite();

    /** Whether a new request could be sent ({@code nghttp2_session_check_request_allowed}). */
    boolean requestAllowed();

    /** What {@link #userData(int, Object)} or a submit kept with the stream; null without one. */
    Object userData(int streamId);

    /** Keeps something with a stream ({@code nghttp2_session_set_stream_user_data}). False: there is no such stream. */
    boolean userData(int streamId, Object userData);

    /** The state of a stream ({@code nghttp2_stream_get_state}); IDLE and CLOSED for those there is no record of. */
    StreamState streamState(int streamId);

    /**
     * Whether there is a record of a stream ({@code nghttp2_session_find_stream}): it is live, or idle and has been given a
     * priority by PRIORITY_UPDATE. A request that waits to be sent has none yet.
     */
    boolean hasStream(int streamId);

    /**
     * Whether this end has sent END_STREAM, or never had anything to send: the stream is one that the peer has promised
     * ({@code nghttp2_session_get_stream_local_close}). RST_STREAM of our own does not count: asked by
     * {@link Http2SessionListener#onStreamClosed}, it tells what was sent until then.
     *
     * @return 1 if so, 0 if not, -1 if there is no such stream: it is idle, waits to be sent, or is over
     */
    int localClosed(int streamId);

    /**
     * Whether END_STREAM or RST_STREAM was received, or the peer never had anything to send: the stream is one that this end has promised
     * ({@code nghttp2_session_get_stream_remote_close}). As {@link #localClosed} otherwise.
     *
     * @return 1 if so, 0 if not, -1 if there is no such stream
     */
    int remoteClosed(int streamId);

    /**
     * Whether the peer's message on a stream (its request or response, with its trailers) was received whole: to its END_STREAM,
     * and well formed. True for a stream that this end promised, on which the peer sends nothing; false for a stream there is no
     * record of. The record lasts until {@link Http2SessionListener#onStreamClosed} returns.
     */
    boolean inboundComplete(int streamId);

    /**
     * How much more the peer lets us send ({@code nghttp2_session_get_remote_window_size}); 0 names the connection;
     * -1 without the stream.
     */
    int remoteWindow(int streamId);

    /**
     * How much more the peer may send ({@code nghttp2_session_get_local_window_size}); 0 names the connection; -1
     * without the stream.
     */
    int localWindow(int streamId);

    /** How much the peer may send in all ({@code nghttp2_session_get_effective_local_window_size}); as above. */
    int effectiveLocalWindow(int streamId);

    /** How much was received and not credited ({@code nghttp2_session_get_effective_recv_data_length}); as above. */
    int effectiveReceived(int streamId);

    /** A setting of the peer's ({@code nghttp2_session_get_remote_settings}). */
    long remoteSetting(int settingId);

    /** A setting of ours, as acknowledged by the peer ({@code nghttp2_session_get_local_settings}). */
    long localSetting(int settingId);

    /** The highest stream number of the peer's that was processed ({@code nghttp2_session_get_last_proc_stream_id}). */
    int lastProcessedStreamId();

    /** How many frames wait to be sent, DATA not counted ({@code nghttp2_session_get_outbound_queue_size}). */
    int outboundQueueSize();

    /** How many of them are requests, or responses to promises, that wait for the peer's stream limit. */
    int pendingRequests();

    /**
     * How many octets the dynamic table of our HPACK encoder uses (RFC 7541 section 4.1,
     * {@code nghttp2_session_get_hd_deflate_dynamic_table_size}).
     */
    int encoderTableSize();

    /**
     * How many octets the dynamic table of our HPACK decoder uses
     * ({@code nghttp2_session_get_hd_inflate_dynamic_table_size}).
     */
    int decoderTableSize();

    /** What the latest PING of ours that was answered took, in nanoseconds; -1 if there was none. */
    long roundTripNanos();

    /** How many streams are open or half-closed. */
    int activeStreams();

    /** What a callback threw, after {@link Http2SessionResult#CALLBACK_FAILURE}; null before. */
    Throwable failureCause();

    /**
     * What happened to end the session: a fixed snake_case token; null while it lives. {@code finished} when a GOAWAY was sent or
     * received and nothing was left to do, {@code terminated} after {@link #terminate}, {@code transport_closed} when the transport
     * went away before, {@code write_failed} when it took no octets though it was there, {@code shutdown_timeout} when streams were
     * cut because a graceful shutdown had taken too long.
     */
    String terminationReason();

    /** Who ended the session; null while it lives. */
    Http2EndedBy endedBy();
}
