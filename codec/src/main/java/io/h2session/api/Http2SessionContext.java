package io.h2session.api;

import io.h2session.frame.Setting;
import io.h2session.hpack.HeaderList;
import io.h2session.priority.Priority;
import io.netty.util.AsciiString;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The operations and queries of a session. Every callback receives it as an argument. All calls must be made on the session's
 * thread.
 *
 * <p>A {@code submit} method puts a frame into a queue, where it waits for {@code send}. Until then nothing is encoded, and
 * nothing changes except what the methods state. Errors that can be detected at once are reported with {@link
 * Http2SubmitException}, later ones with {@link Http2SessionListener#onFrameNotSent}. A submit method that throws takes no
 * ownership: the caller keeps the {@link DataSource} that it passed, and the session does not close it.
 *
 * @since 0.1
 */
public interface Http2SessionContext {

    /** The end of the connection that this session is ({@code nghttp2_session_check_server_session}). */
    Http2Role role();

    // ---- submit ----------------------------------------------------------------------------------------------------

    /**
     * Submits a request ({@code nghttp2_submit_request2}). It waits while the peer's SETTINGS_MAX_CONCURRENT_STREAMS is
     * reached. When GOAWAY is received or submitted, waiting requests fail at once ({@link Http2SessionListener#onFrameNotSent}
     * with START_STREAM_NOT_ALLOWED, {@link Http2SessionListener#onStreamClosed} with REFUSED_STREAM), and later requests are
     * refused.
     *
     * @param headers pseudo-header fields first
     * @param body null for none
     * @param userData stored with the stream, may be null
     * @return the stream id
     */
    int submitRequest(HeaderList headers, @Nullable DataSource body, @Nullable Object userData);

    /**
     * Submits only the header block of a request ({@code nghttp2_submit_headers} without a stream). {@link #submitData} and
     * {@link #submitTrailers} may follow, but only after {@link Http2SessionListener#onFrameSent}, because the stream does not
     * exist before.
     *
     * @param headers pseudo-header fields first
     * @param endStream whether the header block is the whole request
     * @param userData stored with the stream, may be null
     * @return the stream id
     */
    int submitRequestHeaders(HeaderList headers, boolean endStream, @Nullable Object userData);

    /**
     * Submits a response ({@code nghttp2_submit_response2}). Without a body it ends the stream.
     *
     * <p>With {@link Http2SessionOptions#validateOutbound()}, this method and the others that submit parts of a message refuse
     * parts that are out of order: a second final response, 1xx or DATA in the wrong place, or anything after the end. Whether a
     * body is as long as its {@code content-length} is known only when it is sent. If it is not, the stream is reset with
     * INTERNAL_ERROR, after {@link Http2SessionListener#onFrameNotSent} with MORE_THAN_CONTENT_LENGTH or
     * LESS_THAN_CONTENT_LENGTH. A response without content, to HEAD or with status 204, 205 or 304, ends the stream with its
     * header block. A body, DATA or trailers that are submitted for it are closed unread and dropped, so that the same code can
     * serve GET and HEAD.
     *
     * @param body null for none
     * @throws Http2SubmitException with HTTP_HEADER or INVALID_STATE; {@link Http2SubmitException#word()} names the rule
     */
    void submitResponse(int streamId, HeaderList headers, @Nullable DataSource body);

    /**
     * Submits a header block ({@code nghttp2_submit_headers}): a 1xx response, a response whose body is submitted later, or
     * trailers.
     *
     * @param endStream whether the header block ends the stream; it then waits until the body has been sent
     */
    void submitHeaders(int streamId, HeaderList headers, boolean endStream);

    /**
     * Like {@link #submitHeaders(int, HeaderList, boolean)}. If the header block is the response on a promised stream, {@code
     * userData} replaces the user data of the stream when it is sent.
     *
     * @param userData null keeps the user data that the stream has
     */
    void submitHeaders(int streamId, HeaderList headers, boolean endStream, @Nullable Object userData);

    /** Submits trailers ({@code nghttp2_submit_trailer}). They are sent after the body and end the stream. */
    void submitTrailers(int streamId, HeaderList trailers);

    /**
     * Submits a body for a stream whose header block was sent or is queued ({@code nghttp2_submit_data2}). A stream has one
     * body at a time.
     *
     * @param endStream whether the end of the source ends the stream
     */
    void submitData(int streamId, DataSource body, boolean endStream);

    /**
     * Submits RST_STREAM ({@code nghttp2_submit_rst_stream}). From now on nothing else is sent on the stream. A request that is
     * still queued is not sent at all. On an idle or closed stream the method does nothing.
     */
    void submitReset(int streamId, long errorCode);

    /**
     * Submits SETTINGS ({@code nghttp2_submit_settings}). The values take effect when the peer has acknowledged them; lower
     * limits take effect at once.
     */
    void submitSettings(List<Setting> settings);

    /** Submits a PING ({@code nghttp2_submit_ping}). */
    void submitPing(long opaqueData);

    /**
     * Submits the acknowledgement of a PING ({@code nghttp2_submit_ping} with NGHTTP2_FLAG_ACK). Sessions without {@link
     * Http2SessionOptions#automaticPingAck()} need it.
     */
    void submitPingAck(long opaqueData);

    /**
     * Submits GOAWAY ({@code nghttp2_submit_goaway}). Streams of the peer above {@code lastStreamId} are not processed; the
     * others continue.
     *
     * @param lastStreamId the id of a stream that the peer opened, or 0, or 2^31-1; the session never sends a higher id than in
     *     an earlier GOAWAY
     * @param debugData copied; may be empty
     */
    void submitGoAway(int lastStreamId, long errorCode, byte[] debugData);

    /**
     * Announces a GOAWAY, as the first step of a server's graceful shutdown ({@code nghttp2_submit_shutdown_notice}).
     */
    void submitShutdownNotice();

    /**
     * Gives window credit ({@code nghttp2_submit_window_update}). Credit first replaces what received bytes have used, and then
     * enlarges the window. A negative increment shrinks the window without sending a frame.
     *
     * @param streamId 0 for the connection
     */
    void submitWindowUpdate(int streamId, int increment);

    /**
     * Submits PUSH_PROMISE ({@code nghttp2_submit_push_promise}). Only for servers.
     *
     * @param streamId the client's stream that the promise is sent on
     * @return the id of the promised stream, for {@link #submitResponse}
     */
    int submitPushPromise(int streamId, HeaderList requestHeaders, @Nullable Object userData);

    /** Submits ALTSVC (RFC 7838 section 4, {@code nghttp2_submit_altsvc}). Only for servers. */
    void submitAltSvc(int streamId, AsciiString origin, AsciiString fieldValue);

    /** Submits ORIGIN (RFC 8336, {@code nghttp2_submit_origin}). Only for servers. */
    void submitOrigin(List<AsciiString> origins);

    /** Submits PRIORITY_UPDATE (RFC 9218 section 7.1, {@code nghttp2_submit_priority_update}). Only for clients. */
    void submitPriorityUpdate(int streamId, AsciiString fieldValue);

    /**
     * Submits a frame of an extension type that the application defines ({@code nghttp2_submit_extension}). {@link
     * Http2SessionListener#packExtension} writes its payload.
     *
     * @param payload passed to {@code packExtension}, which then owns it; if this call throws or the frame is dropped, the
     *     session releases a reference-counted payload
     * @throws Http2SubmitException with INVALID_STATE if the session has ended, or if the listener does not pack extensions
     */
    void submitExtension(int type, int flags, int streamId, @Nullable Object payload);

    // ---- control ---------------------------------------------------------------------------------------------------

    /**
     * Resumes a body that returned {@link DataResult#DEFERRED} ({@code nghttp2_session_resume_data}). Returns false if the
     * stream has no deferred body.
     */
    boolean resumeData(int streamId);

    /**
     * Declares that the application still works for a stream, even after the stream is closed. A peer that opens streams and
     * resets them causes work that the limit on concurrent streams does not count. While {@link
     * Http2SessionOptions#maxRunningExchanges()} streams are open or held, new requests are refused. May be called until {@link
     * Http2SessionListener#onStreamClosed} returns.
     *
     * @return to be run on the session's thread when the work is done; further runs do nothing
     */
    Runnable holdExchange(int streamId);

    /**
     * Declares that the application has consumed bytes of a body ({@code nghttp2_session_consume}). The peer gets credit for
     * the stream and the connection.
     */
    void consume(int streamId, int bytes);

    /** Like {@link #consume}, for the connection's window only ({@code nghttp2_session_consume_connection}). */
    void consumeConnection(int bytes);

    /** Like {@link #consume}, for the stream's window only ({@code nghttp2_session_consume_stream}). */
    void consumeStream(int streamId, int bytes);

    /**
     * Sets the size of a receive window ({@code nghttp2_session_set_local_window_size}).
     *
     * @param streamId 0 for the connection
     */
    void setLocalWindowSize(int streamId, int bytes);

    /**
     * Ends the session ({@code nghttp2_session_terminate_session}). Nothing more is received. The next {@code send} closes all
     * streams and sends GOAWAY.
     */
    void terminate(long errorCode);

    /**
     * Like {@link #terminate(long)}, with the id of the last stream of the peer that was processed
     * ({@code nghttp2_session_terminate_session2}).
     *
     * @param lastStreamId a stream that the peer may open, or 0; lowered to that of an earlier GOAWAY if it is higher
     * @throws Http2SubmitException INVALID_ARGUMENT if it is neither; nothing is changed
     */
    void terminate(int lastStreamId, long errorCode);

    /**
     * Changes the priority of a stream ({@code nghttp2_session_change_extpri_stream_priority}). The stream may be idle if the
     * client gave it a priority. Returns false if there is no such stream. With {@link Http2SessionOptions#followNghttp2()} the
     * method does nothing before SETTINGS_NO_RFC7540_PRIORITIES with value 1 was submitted.
     *
     * @param ignoreClientSignal whether priorities that the client sends for the stream, in its request or later, are ignored;
     *     this cannot be undone
     * @throws Http2SubmitException with INVALID_STATE at a client with {@code followNghttp2}
     */
    boolean changePriority(int streamId, Priority priority, boolean ignoreClientSignal);

    /**
     * The priority of a stream ({@code nghttp2_session_get_extpri_stream_priority}). Null if there is no such stream, or if
     * {@link #changePriority} would do nothing.
     */
    @Nullable
    Priority priority(int streamId);

    /**
     * Declares that a server does not need the rest of a request. What still arrives of it is ignored, and the peer gets credit
     * for it on the connection. When the response has been sent, RST_STREAM with NO_ERROR tells the client to stop (RFC 9113
     * section 8.1). The method does nothing if the request is complete or there is no such stream.
     */
    void discardRequest(int streamId);

    /**
     * Stops giving window credit for a stream, so that the peer stops sending on it when its window is exhausted. Other streams
     * continue. Returns false if there is no such stream.
     *
     * @see #resumeReading
     */
    boolean pauseReading(int streamId);

    /** Ends {@link #pauseReading} and gives the credit that is due. Returns false if there is no such stream. */
    boolean resumeReading(int streamId);

    /** Sets the id of the next stream that this end opens, to skip ids ({@code nghttp2_session_set_next_stream_id}). */
    void nextStreamId(int streamId);

    /** The id of the next stream that this end opens ({@code nghttp2_session_get_next_stream_id}). */
    int nextStreamId();

    // ---- queries ------------------------------------------------------------------------------------------------

    /** Whether the session still expects input ({@code nghttp2_session_want_read}). */
    boolean wantRead();

    /**
     * Whether {@code send} has something to do ({@code nghttp2_session_want_write}). If neither this nor {@link #wantRead()}
     * is true, the connection should be closed.
     */
    boolean wantWrite();

    /** Whether a new request may be submitted ({@code nghttp2_session_check_request_allowed}). */
    boolean requestAllowed();

    /** The user data of a stream, from {@link #userData(int, Object)} or a submit method. Null if there is none. */
    @Nullable
    Object userData(int streamId);

    /**
     * Sets the user data of a stream ({@code nghttp2_session_set_stream_user_data}). Returns false if there is no such stream.
     */
    boolean userData(int streamId, @Nullable Object userData);

    /** The state of a stream ({@code nghttp2_stream_get_state}). Streams without a record are IDLE or CLOSED. */
    StreamState streamState(int streamId);

    /**
     * Whether the session has a record of a stream ({@code nghttp2_session_find_stream}): the stream is open, reserved or half
     * closed, or it is idle and PRIORITY_UPDATE gave it a priority. A request that waits to be sent has no record yet.
     */
    boolean hasStream(int streamId);

    /**
     * Whether this end has sent END_STREAM, or sends nothing because the peer promised the stream
     * ({@code nghttp2_session_get_stream_local_close}). Our own RST_STREAM does not count, so that {@link
     * Http2SessionListener#onStreamClosed} can find out what was sent before it.
     *
     * @return 1 if so, 0 if not, -1 if there is no such stream because it is idle, waits to be sent, or is closed
     */
    int localClosed(int streamId);

    /**
     * Whether END_STREAM or RST_STREAM was received, or the peer sends nothing because this end promised the stream
     * ({@code nghttp2_session_get_stream_remote_close}). See also {@link #localClosed}.
     *
     * @return 1 if so, 0 if not, -1 if there is no such stream
     */
    int remoteClosed(int streamId);

    /**
     * Whether the peer's message on a stream, with its trailers, was received completely: up to END_STREAM, and well formed.
     * True for a stream that this end promised, on which the peer sends nothing. False for a stream without a record. The
     * record lasts until {@link Http2SessionListener#onStreamClosed} returns.
     */
    boolean inboundComplete(int streamId);

    /**
     * How many bytes of DATA we may still send ({@code nghttp2_session_get_remote_window_size}).
     *
     * @param streamId 0 for the connection
     * @return -1 if there is no such stream
     */
    int remoteWindow(int streamId);

    /**
     * How many bytes of DATA the peer may still send ({@code nghttp2_session_get_local_window_size}).
     *
     * @param streamId 0 for the connection
     * @return -1 if there is no such stream
     */
    int localWindow(int streamId);

    /**
     * The size of a receive window in bytes ({@code nghttp2_session_get_effective_local_window_size}).
     *
     * @param streamId 0 for the connection
     * @return -1 if there is no such stream
     */
    int effectiveLocalWindow(int streamId);

    /**
     * How many received bytes were not credited yet ({@code nghttp2_session_get_effective_recv_data_length}).
     *
     * @param streamId 0 for the connection
     * @return -1 if there is no such stream
     */
    int effectiveReceived(int streamId);

    /** A setting of the peer ({@code nghttp2_session_get_remote_settings}). */
    long remoteSetting(int settingId);

    /** A setting of ours that the peer has acknowledged ({@code nghttp2_session_get_local_settings}). */
    long localSetting(int settingId);

    /** The highest id of a stream of the peer that was processed ({@code nghttp2_session_get_last_proc_stream_id}). */
    int lastProcessedStreamId();

    /** The number of frames that wait to be sent, without DATA ({@code nghttp2_session_get_outbound_queue_size}). */
    int outboundQueueSize();

    /**
     * The number of requests and pushed responses that wait: for the peer's limit on concurrent streams, or because the last
     * {@code send} could not hand them over. What was submitted since then and may be opened at once does not wait.
     */
    int pendingRequests();

    /** The number of requests and pushed responses that were submitted and not sent, whether they wait or not. */
    int unsentRequests();

    /**
     * How many more streams this end may open at once: the peer's limit less those that are open and those that were submitted. 0
     * after GOAWAY of either end, after the end of the session, when all stream ids are used, and for a server whose client
     * accepts no pushes. Before the peer's first SETTINGS frame the limit is {@link
     * Http2SessionOptions#assumedPeerMaxConcurrentStreams()}.
     */
    int availableStreams();

    /** Whether the peer's first SETTINGS frame has arrived. */
    boolean remoteSettingsReceived();

    /**
     * Whether the session takes no new streams because it is ending: GOAWAY, or the notice of one, was submitted or received, or
     * the session is over.
     */
    boolean draining();

    /** How many requests the session has received as a server, or sent as a client, those that were refused left out. */
    int requests();

    /** The ids of the streams that are open, half closed or reserved, in the order in which they began. A new array. */
    int[] streamIds();

    /**
     * The size of the dynamic table of our HPACK encoder in bytes (RFC 7541 section 4.1,
     * {@code nghttp2_session_get_hd_deflate_dynamic_table_size}).
     */
    int encoderTableSize();

    /**
     * The size of the dynamic table of our HPACK decoder in bytes
     * ({@code nghttp2_session_get_hd_inflate_dynamic_table_size}).
     */
    int decoderTableSize();

    /** The dynamic table of our HPACK encoder: a copy, made for this call. */
    @Unstable
    Http2HeaderTable encoderTable();

    /** The dynamic table of our HPACK decoder: a copy, made for this call. */
    @Unstable
    Http2HeaderTable decoderTable();

    /**
     * The deadlines that run, the one that is due first in front; empty when the session is over. They are collected for this
     * call, which takes time for each stream that has one. {@link Http2Timeouts#maxAge()} is not a deadline of the peer's.
     */
    @Unstable
    List<Http2RunningDeadline> runningDeadlines();

    /** How much the peer has used of its budgets, in the order of {@link Http2Budget}; those that do not apply are left out. */
    @Unstable
    List<Http2BudgetUse> abuseBudgets();

    /** The round-trip time of the latest acknowledged PING of ours in nanoseconds, or -1 if there was none. */
    long roundTripNanos();

    /**
     * The round-trip time of our PINGs, smoothed as TCP does it (RFC 6298 section 2): each measurement counts for an eighth. In
     * nanoseconds, or -1 if there was none.
     */
    long smoothedRoundTripNanos();

    /** How long ago the session was created, in nanoseconds of its clock. */
    long ageNanos();

    /** The number of streams that are open or half closed. */
    int activeStreams();

    /** What a callback threw, after {@link Http2SessionResult#CALLBACK_FAILURE} or while the session was closed. Otherwise null. */
    @Nullable
    Throwable failureCause();

    /**
     * Why the session ended: a fixed snake_case token, null while the session is alive. {@code finished}: GOAWAY was sent or
     * received and nothing was left to do. {@code terminated}: {@link #terminate} was called. {@code goaway_with_error}: the
     * peer has sent GOAWAY with an error code, and then nothing was left to do or the transport was closed. {@code
     * transport_closed}: the transport was closed earlier. {@code write_failed}: the open transport refused bytes. {@code shutdown_timeout}: streams were
     * aborted because a graceful shutdown took too long. Other tokens name the rule that the peer broke or the timeout.
     */
    @Nullable
    String terminationReason();

    /** Who ended the session. Null while the session is alive. */
    @Nullable
    Http2EndedBy endedBy();
}
