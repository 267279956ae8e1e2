package io.h2session;

import io.h2session.api.ByteSink;
import io.h2session.api.ByteSource;
import io.h2session.api.DataSource;
import io.h2session.api.Http2BudgetUse;
import io.h2session.api.Http2EndedBy;
import io.h2session.api.Http2HeaderTable;
import io.h2session.api.Http2Role;
import io.h2session.api.Http2RunningDeadline;
import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SessionListener;
import io.h2session.api.Http2SessionOptions;
import io.h2session.api.Http2SessionResult;
import io.h2session.api.Http2SubmitException;
import io.h2session.api.StreamState;
import io.h2session.connection.Connection;
import io.h2session.connection.LocalSettings;
import io.h2session.connection.Shutdown;
import io.h2session.flow.ReceiveWindow;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.Setting;
import io.h2session.hpack.HeaderList;
import io.h2session.hpack.HpackDecoder;
import io.h2session.hpack.HpackEncoder;
import io.h2session.priority.Priority;
import io.h2session.receive.FrameDispatcher;
import io.h2session.receive.Preface;
import io.h2session.send.FrameSender;
import io.h2session.stream.Stream;
import io.h2session.submit.ControlSubmissions;
import io.h2session.submit.ExtensionSubmissions;
import io.h2session.submit.MessageSubmissions;
import io.h2session.submit.PrioritySubmissions;
import io.h2session.submit.SessionStart;
import io.h2session.submit.StreamSubmissions;
import io.h2session.submit.WindowSubmissions;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One end of an HTTP/2 connection (RFC 9113): {@code nghttp2_session}. Bytes go in through {@link #recv(ByteBuf)} and come
 * out through {@link #send}. The session reports what happens to a {@link Http2SessionListener}, and does what the methods
 * of {@link Http2SessionContext} request. It has no channel, thread, socket or timer; only one thread may call it at a
 * time.
 *
 * <pre>{@code
 * Http2Session session = new Http2Session(Http2Role.SERVER, Http2SessionOptions.safe(), listener);
 * while (session.wantRead() || session.wantWrite()) {
 *     session.send(sink);          // begins with our SETTINGS
 *     session.recv(bytes);         // calls the listener
 * }
 * }</pre>
 *
 * <p><b>Re-entrancy.</b> A callback may call every method. {@code recv} and {@code send} called by a callback return OK,
 * and are carried out when the running call is done.
 *
 * <p><b>The end.</b> After a connection error, a fatal result or {@link #terminate}, the session discards its input. The
 * next {@code send} reports each queued frame as not sent, closes all streams and bodies, and sends the last GOAWAY. After
 * {@link #close()} the session reports the same and sends nothing.
 *
 * @since 0.1
 */
public final class Http2Session implements Http2SessionContext {
    /** Not private, because tests check whether its parts agree. */
    final Connection connection;

    private final SessionStart start;
    private final StreamLookup lookup;
    private final MessageSubmissions messages;
    private final StreamSubmissions streams;
    private final ControlSubmissions control;
    private final WindowSubmissions windows;
    private final PrioritySubmissions priorities;
    private final ExtensionSubmissions extensions;
    private final FrameDispatcher dispatcher;
    private final FrameSender sender;
    private final SessionCalls calls;

    /** A new session. It keeps no buffer and no table until there is traffic. */
    public Http2Session(Http2Role role, Http2SessionOptions options, Http2SessionListener listener) {
        this(role, options, listener, ByteBufAllocator.DEFAULT);
    }

    /** A new session, with the allocator to use if the options have none. */
    public Http2Session(
            Http2Role role, Http2SessionOptions options, Http2SessionListener listener, ByteBufAllocator allocator) {
        Objects.requireNonNull(listener, "listener");
        connection = new Connection(role, options, allocator, listener, this);
        lookup = StreamLookup.of(connection);
        messages = new MessageSubmissions(connection);
        streams = new StreamSubmissions(connection);
        control = new ControlSubmissions(connection);
        windows = new WindowSubmissions(connection);
        priorities = new PrioritySubmissions(connection);
        extensions = new ExtensionSubmissions(connection, listener);
        start = new SessionStart(connection, control);
        Preface preface = new Preface(role.isServer() && options.expectClientPreface());
        dispatcher = new FrameDispatcher(connection);
        sender = new FrameSender(connection);
        calls = new SessionCalls(connection, preface, dispatcher, sender);
        connection.metrics().sessionBegun();
        start.begin();
    }

    /**
     * Continues a connection of HTTP/1.1 ({@code nghttp2_session_upgrade2}, RFC 7540 section 3.2): the request that asked
     * for the upgrade is stream 1 and is complete. Has to be called before anything else. A client begins with its preface
     * and these settings. A server applies them as settings of the peer, without an acknowledgement, reports them to {@link
     * Http2SessionListener#onFrameReceived}, and answers the request with {@link #submitResponse}. The DATA of the response
     * waits until the preface of the client has arrived (with {@link Http2SessionOptions#nghttp2()} it does not wait).
     *
     * @param settingsPayload the decoded value of the field {@code HTTP2-Settings}; {@link
     *     io.h2session.frame.SettingsPayload} makes one of the settings that {@link #upgradeSettings} returns
     * @param headRequest whether the request is a HEAD: the response then has no body, regardless of its {@code
     *     content-length}
     * @param userData kept with the stream, may be null
     * @return OK or CALLBACK_FAILURE; PEER_FAULT if the values are not allowed, which ends the connection as a SETTINGS
     *     frame with them does
     * @throws io.h2session.api.Http2SubmitException INVALID_ARGUMENT: the length is not a multiple of six;
     *     TOO_MANY_SETTINGS; PROTO: there has been a stream already; INVALID_STATE: the session is over, or a callback
     *     calls this
     */
    public Http2SessionResult upgrade(byte[] settingsPayload, boolean headRequest, @Nullable Object userData) {
        List<Setting> settings = start.upgradeSettings(settingsPayload, calls.running());
        if (connection.role().isServer()) {
            return calls.upgrade(settings, () -> start.beginUpgraded(headRequest, userData));
        }
        start.upgradeClient(settings, headRequest, userData);
        return Http2SessionResult.OK;
    }

    /**
     * The settings that a client sends in the field {@code HTTP2-Settings}: the first SETTINGS of a session with these
     * options. If they are given to {@link #upgrade}, they are not sent a second time.
     */
    public static List<Setting> upgradeSettings(Http2SessionOptions options) {
        return LocalSettings.first(Http2Role.CLIENT, options);
    }

    // ---- bytes in and out -----------------------------------------------------------------------------------------

    /**
     * Receives bytes of the connection ({@code nghttp2_session_mem_recv2}).
     *
     * <p>Only header blocks and split small frames are copied. The callbacks do not depend on how the input is split.
     *
     * <table>
     * <caption>What happens with each frame, and the tests that show it (all in RecvStepsTest)</caption>
     * <tr><th>step</th><th>what happens</th><th>test</th></tr>
     * <tr><td>1</td><td>nine bytes are a frame header; its length and place are checked</td>
     *     <td>theFrameHeaderIsJudgedBeforeItsPayload</td></tr>
     * <tr><td>2</td><td>{@code onBeginFrame}</td><td>onBeginFrameComesWithTheHeaderBytes</td></tr>
     * <tr><td>3</td><td>DATA: {@code onDataChunk} as bytes arrive; with the last of them {@code onFrameReceived}, and
     *     {@code onStreamClosed} if the frame ends the stream</td><td>dataIsDeliveredAsItArrives</td></tr>
     * <tr><td>4a</td><td>HEADERS and PUSH_PROMISE: {@code onBeginHeaders}, then {@code onHeader} or {@code onInvalidHeader}
     *     for each field, {@code onFrameReceived}, and {@code onStreamClosed} if the frame ends the stream</td>
     *     <td>headersAreDeliveredFieldByField</td></tr>
     * <tr><td>4b</td><td>other frames: their effect, {@code onFrameReceived}, and {@code onStreamClosed} of each stream
     *     that they end</td><td>controlFramesTakeEffectAndAreTold</td></tr>
     * <tr><td>4c</td><td>a frame that breaks a rule: {@code onInvalidFrameReceived}</td>
     *     <td>framesThatBreakARuleAreToldAsInvalid</td></tr>
     * </table>
     *
     * @param in borrowed; its reader index is advanced past the bytes that were taken. After PAUSED, REPLIES_OWED and
     *     TURN_OVER bytes may be left, which have to be offered again; otherwise all are taken. An empty buffer continues
     *     after a pause, too
     */
    public Http2SessionResult recv(ByteBuf in) {
        return calls.recv(in);
    }

    /**
     * Receives bytes from a source until it has no more at the moment ({@code nghttp2_session_recv}).
     *
     * @return WOULDBLOCK if the source has none at the moment, EOF if it is at its end, or the result of {@code recv} that
     *     stopped it. After a pause the bytes that were read already are kept for the next call, which continues with them
     */
    public Http2SessionResult recv(ByteSource source) {
        return calls.recv(source);
    }

    /**
     * Begins a turn: when {@code recv} has received this number of frames, or of new streams, it returns {@link
     * Http2SessionResult#TURN_OVER} until the next turn. This is for event loops, on which other connections wait
     * meanwhile. There is no such limit before the first call. The callbacks do not depend on it.
     *
     * @param frames how many frames, 1 or more
     * @param newStreams how many requests that begin a stream, 1 or more
     */
    public void turn(int frames, int newStreams) {
        dispatcher.turn(frames, newStreams);
    }

    /**
     * Sends what can be sent until nothing is left or the sink is full ({@code nghttp2_session_send}). The small frames of
     * one call are gathered in one buffer; large bodies pass through without a copy.
     *
     * <table>
     * <caption>What happens with each frame, and the tests that show it (all in SendStepsTest)</caption>
     * <tr><th>step</th><th>what happens</th><th>test</th></tr>
     * <tr><td>1</td><td>the most urgent frame is taken: SETTINGS and PING, then other control frames and headers, then
     *     frames that open a stream, then DATA by urgency</td><td>theMostUrgentFrameGoesFirst</td></tr>
     * <tr><td>2</td><td>it is prepared: the stream of a request begins, fields are encoded, a body is read</td>
     *     <td>preparingComesBeforeTheCallbacks</td></tr>
     * <tr><td>3</td><td>if it may not be sent (any more): {@code onFrameNotSent}, and none of the following</td>
     *     <td>whatMayNotBeSentIsToldAsNotSent</td></tr>
     * <tr><td>4</td><td>HEADERS, PUSH_PROMISE, DATA: {@code
     *     selectPadding}</td><td>paddingIsSelectedWhenTheLengthIsKnown</td></tr>
     * <tr><td>5</td><td>request HEADERS: the stream is open from here
     *     on</td><td>aRequestsStreamIsOpenBeforeItIsSent</td></tr>
     * <tr><td>6</td><td>all but DATA: {@code beforeFrameSend}</td><td>theApplicationIsAskedBeforeAFrameGoes</td></tr>
     * <tr><td>7</td><td>after CANCEL: {@code onFrameNotSent}, and none of the following; the HPACK tables stay equal</td>
     *     <td>aCancelledFrameIsToldAsNotSent</td></tr>
     * <tr><td>8</td><td>its bytes go to the output</td><td>theBytesAreThoseOfTheFrames</td></tr>
     * <tr><td>9</td><td>{@code onFrameSent}</td><td>onFrameSentComesBeforeTheSinkIsGivenTheBytes</td></tr>
     * <tr><td>10</td><td>{@code onStreamClosed} if the frame ends the stream</td>
     *     <td>theStreamClosesWhenItsLastFrameWasSent</td></tr>
     * </table>
     *
     * @return OK if nothing is left that can be sent now, WOULDBLOCK if the sink is full, PAUSED if a body requested it
     */
    public Http2SessionResult send(ByteSink sink) {
        return calls.send(sink, Integer.MAX_VALUE);
    }

    /**
     * Sends one frame if there is one to send ({@code nghttp2_session_mem_send2}); the preface of a client counts as one.
     * Otherwise like {@link #send}.
     */
    public Http2SessionResult sendFrame(ByteSink sink) {
        return calls.send(sink, 1);
    }

    /**
     * The transport is closed: closes all streams and bodies and sends nothing. May be called in any state, also by a
     * callback.
     */
    public void close() {
        calls.close();
    }

    /** Like {@link #close()}, if bytes could not be written: {@link #terminationReason()} is {@code write_failed}. */
    public void writeFailed() {
        connection.shutdown().writeFailed();
        calls.close();
    }

    /**
     * A graceful shutdown has taken too long, and the remaining streams are cut: like {@link #terminate(long)} with
     * NO_ERROR, but {@link #terminationReason()} is {@code shutdown_timeout}, and {@link #endedBy()} is TIMEOUT.
     */
    public void shutdownTimedOut() {
        connection
                .shutdown()
                .terminate(
                        connection.lastProcessedStreamId(),
                        ErrorCode.NO_ERROR.code(),
                        "shutdown_timeout",
                        Http2EndedBy.TIMEOUT);
        dispatcher.reader().pause();
    }

    /** Whether the session is over: the last GOAWAY was sent, or {@link #close()} was called. */
    public boolean terminated() {
        return connection.shutdown().over() || connection.shutdown().goodbyeSent();
    }

    // ---- time ------------------------------------------------------------------------------------------------------

    /** The time by the clock in the options, in nanoseconds since the session began. */
    public long time() {
        return connection.time();
    }

    /**
     * When {@link #checkDeadlines} has to be called. Each call of the session may change it; a timer has to be set again if
     * it becomes earlier.
     *
     * @return a time as of {@link #time()}; {@link Long#MAX_VALUE} for never
     */
    public long nextDeadline() {
        return connection.deadlines().next();
    }

    /**
     * Whether {@link #nextDeadline()} may be before that time. It takes much less time to answer, so a timer that is set already
     * asks this after each call, and {@code nextDeadline()} only if the answer is true.
     *
     * @param time a time as of {@link #time()}
     */
    public boolean mayBeDueBefore(long time) {
        return connection.deadlines().maybeBefore(time);
    }

    /**
     * Acts on the deadlines that have passed ({@link Http2SessionOptions#timeouts()}): resets streams, sends a PING, or
     * ends the connection. The frames for it are queued, so {@link #send} has to follow. A call before the deadline is
     * harmless; a call by a callback does nothing.
     */
    public Http2SessionResult checkDeadlines() {
        return calls.checkDeadlines();
    }

    /**
     * Tells that the transport is not being read, or is read again. Meanwhile the session does not expect anything from the
     * peer. A paused session does not need this.
     */
    public void inputSuspended(boolean suspended) {
        connection.readClock();
        connection.deadlines().suspended(suspended);
    }

    /**
     * Whether {@link #bytesTaken} may have an effect: the session has metrics, and the sink is full, or a body has nothing more for now
     * whose bytes the transport has not taken yet.
     */
    public boolean awaitsBytesTaken() {
        return connection.metrics().awaitsTaking();
    }

    /**
     * Tells how much of the output the transport has taken, so that metrics know what is waited for. A sink that is full is a {@link
     * io.h2session.api.Http2Stall#SOCKET} only if something of the output still waits. A body that has nothing more for now ({@link
     * io.h2session.api.DataResult#DEFERRED}) waits for the socket as long as its bytes are among those that wait, and for the {@link
     * io.h2session.api.Http2Stall#APPLICATION} from then on. A session that is never told this takes every byte for taken that was given
     * to the sink.
     *
     * <p>To be told when it has changed, but not during {@link #send}, and after those that write had the chance to write more.
     *
     * @param taken how many of the first {@code sent} bytes the transport has taken, 0 or more
     * @param sent how many bytes the sinks were given when this was looked at. Nothing is concluded about what was sent later
     */
    public void bytesTaken(long taken, long sent) {
        connection.readClock();
        connection.metrics().taken(taken, sent);
    }

    /**
     * How many bytes of data of the DATA frame that is being received have not arrived. If it is 0 and {@code
     * onFrameReceived} has not been called for the frame, only padding is missing.
     *
     * @return 0 or more; 0 between frames
     */
    public int dataLeft() {
        return dispatcher.reader().dataLeft();
    }

    // ---- submit ----------------------------------------------------------------------------------------------------

    @Override
    public Http2Role role() {
        return connection.role();
    }

    @Override
    public int submitRequest(HeaderList headers, @Nullable DataSource body, @Nullable Object userData) {
        return messages.request(headers, body, userData);
    }

    @Override
    public int submitRequestHeaders(HeaderList headers, boolean endStream, @Nullable Object userData) {
        return messages.requestHeaders(headers, endStream, userData);
    }

    @Override
    public void submitResponse(int streamId, HeaderList headers, @Nullable DataSource body) {
        messages.response(streamId, headers, body);
    }

    @Override
    public void submitHeaders(int streamId, HeaderList headers, boolean endStream) {
        messages.headers(streamId, headers, endStream, null);
    }

    @Override
    public void submitHeaders(int streamId, HeaderList headers, boolean endStream, @Nullable Object userData) {
        messages.headers(streamId, headers, endStream, userData);
    }

    @Override
    public void submitTrailers(int streamId, HeaderList trailers) {
        messages.trailers(streamId, trailers);
    }

    @Override
    public void submitData(int streamId, DataSource body, boolean endStream) {
        messages.data(streamId, body, endStream);
    }

    @Override
    public void submitReset(int streamId, long errorCode) {
        streams.reset(streamId, errorCode);
    }

    @Override
    public void submitSettings(List<Setting> settings) {
        control.settings(settings);
    }

    @Override
    public void submitPing(long opaqueData) {
        control.ping(false, opaqueData);
    }

    @Override
    public void submitPingAck(long opaqueData) {
        control.ping(true, opaqueData);
    }

    @Override
    public void submitGoAway(int lastStreamId, long errorCode, byte[] debugData) {
        control.goAway(lastStreamId, errorCode, debugData);
    }

    @Override
    public void submitShutdownNotice() {
        control.shutdownNotice();
    }

    @Override
    public void submitWindowUpdate(int streamId, int increment) {
        windows.windowUpdate(streamId, increment);
    }

    @Override
    public int submitPushPromise(int streamId, HeaderList requestHeaders, @Nullable Object userData) {
        return messages.pushPromise(streamId, requestHeaders, userData);
    }

    @Override
    public void submitAltSvc(int streamId, AsciiString origin, AsciiString fieldValue) {
        extensions.altSvc(streamId, origin, fieldValue);
    }

    @Override
    public void submitOrigin(List<AsciiString> origins) {
        extensions.origin(origins);
    }

    @Override
    public void submitPriorityUpdate(int streamId, AsciiString fieldValue) {
        priorities.priorityUpdate(streamId, fieldValue);
    }

    @Override
    public void submitExtension(int type, int flags, int streamId, @Nullable Object payload) {
        extensions.extension(type, flags, streamId, payload);
    }

    // ---- control ---------------------------------------------------------------------------------------------------

    @Override
    public boolean resumeData(int streamId) {
        return messages.resume(streamId);
    }

    @Override
    public Runnable holdExchange(int streamId) {
        return streams.holdExchange(streamId);
    }

    @Override
    public void consume(int streamId, int bytes) {
        windows.consume(streamId, bytes);
    }

    @Override
    public void consumeConnection(int bytes) {
        windows.consumeConnection(bytes);
    }

    @Override
    public void consumeStream(int streamId, int bytes) {
        windows.consumeStream(streamId, bytes);
    }

    @Override
    public void setLocalWindowSize(int streamId, int bytes) {
        windows.localWindowSize(streamId, bytes);
    }

    @Override
    public void terminate(long errorCode) {
        terminate(connection.lastProcessedStreamId(), errorCode);
    }

    @Override
    public void terminate(int lastStreamId, long errorCode) {
        connection.shutdown().terminate(lastStreamId, errorCode, "terminated", Http2EndedBy.LOCAL);
        dispatcher.reader().pause();
    }

    @Override
    public boolean changePriority(int streamId, Priority priority, boolean ignoreClientSignal) {
        return priorities.changePriority(streamId, priority, ignoreClientSignal);
    }

    @Override
    public @Nullable Priority priority(int streamId) {
        return priorities.priority(streamId);
    }

    @Override
    public void discardRequest(int streamId) {
        streams.discardRequest(streamId);
    }

    @Override
    public boolean pauseReading(int streamId) {
        return windows.pauseReading(streamId, true);
    }

    @Override
    public boolean resumeReading(int streamId) {
        return windows.pauseReading(streamId, false);
    }

    @Override
    public void nextStreamId(int streamId) {
        if (!connection.role().opens(streamId) || streamId < connection.nextStreamId()) {
            throw new Http2SubmitException(
                    Http2SubmitException.Reason.INVALID_ARGUMENT, "not a stream number to come: " + streamId);
        }
        connection.nextStreamId(streamId);
    }

    @Override
    public int nextStreamId() {
        return connection.nextStreamId();
    }

    // ---- state -----------------------------------------------------------------------------------------

    @Override
    public boolean wantRead() {
        return connection.shutdown().wantRead();
    }

    @Override
    public boolean wantWrite() {
        Shutdown shutdown = connection.shutdown();
        return shutdown.wantWrite()
                || (sender.holdsFrame() && !shutdown.over() && !shutdown.goodbyeSent())
                || (shutdown.live() && sender.endMayBeDue());
    }

    @Override
    public boolean requestAllowed() {
        Shutdown shutdown = connection.shutdown();
        return !connection.role().isServer()
                && shutdown.live()
                && !shutdown.goAwayReceived()
                && !shutdown.refusesRequests()
                && connection.nextStreamId() > 0;
    }

    @Override
    public @Nullable Object userData(int streamId) {
        return lookup.userData(streamId);
    }

    @Override
    public boolean userData(int streamId, @Nullable Object userData) {
        return lookup.userData(streamId, userData);
    }

    @Override
    public StreamState streamState(int streamId) {
        return lookup.state(streamId);
    }

    @Override
    public boolean hasStream(int streamId) {
        return connection.stream(streamId) != null
                || lookup.opening(streamId)
                || priorities.pendingPriority(streamId) != null;
    }

    @Override
    public int localClosed(int streamId) {
        Stream stream = connection.stream(streamId);
        if (stream == null) {
            return lookup.opening(streamId) ? 0 : -1;
        }
        return stream.localEnded() ? 1 : 0;
    }

    @Override
    public int remoteClosed(int streamId) {
        Stream stream = connection.stream(streamId);
        if (stream == null) {
            return lookup.opening(streamId) ? 0 : -1;
        }
        return stream.remoteEnded() ? 1 : 0;
    }

    @Override
    public boolean inboundComplete(int streamId) {
        Stream stream = connection.stream(streamId);
        return stream != null && connection.lifecycle().inboundComplete(stream);
    }

    @Override
    public int remoteWindow(int streamId) {
        if (streamId == 0) {
            return connection.sendWindow().available();
        }
        Stream stream = connection.stream(streamId);
        return stream == null ? -1 : Math.max(0, stream.sendWindow().available());
    }

    @Override
    public int localWindow(int streamId) {
        ReceiveWindow window = connection.receiveWindow(streamId);
        return window == null ? -1 : Math.max(0, window.available());
    }

    @Override
    public int effectiveLocalWindow(int streamId) {
        ReceiveWindow window = connection.receiveWindow(streamId);
        return window == null ? -1 : window.limit();
    }

    @Override
    public int effectiveReceived(int streamId) {
        ReceiveWindow window = connection.receiveWindow(streamId);
        return window == null ? -1 : window.received();
    }

    @Override
    public long remoteSetting(int settingId) {
        return connection.remote().value(settingId);
    }

    @Override
    public long localSetting(int settingId) {
        return connection.local().acknowledged(settingId);
    }

    @Override
    public int lastProcessedStreamId() {
        return connection.lastProcessedStreamId();
    }

    @Override
    public int outboundQueueSize() {
        return connection.queue().size();
    }

    @Override
    public int pendingRequests() {
        return connection.waitingRequests();
    }

    @Override
    public int unsentRequests() {
        return connection.queue().waitingToOpen();
    }

    @Override
    public int availableStreams() {
        return connection.availableStreams();
    }

    @Override
    public boolean remoteSettingsReceived() {
        return connection.remote().received();
    }

    @Override
    public boolean draining() {
        return connection.shutdown().draining();
    }

    @Override
    public int requests() {
        return connection.lifecycle().requests();
    }

    @Override
    public int[] streamIds() {
        return connection.streams().ids();
    }

    @Override
    public long roundTripNanos() {
        return connection.pingTimer().roundTrip();
    }

    @Override
    public long ageNanos() {
        return connection.time();
    }

    @Override
    public long smoothedRoundTripNanos() {
        return connection.pingTimer().smoothed();
    }

    @Override
    public int encoderTableSize() {
        return connection.encoder().tableSize();
    }

    @Override
    public int decoderTableSize() {
        return dispatcher.decoder().tableSize();
    }

    @Override
    public Http2HeaderTable encoderTable() {
        HpackEncoder encoder = connection.encoder();
        return new Http2HeaderTable(encoder.tableSize(), encoder.maxTableSize(), encoder.dynamicTable());
    }

    @Override
    public Http2HeaderTable decoderTable() {
        HpackDecoder decoder = dispatcher.decoder();
        return new Http2HeaderTable(decoder.tableSize(), decoder.tableCapacity(), decoder.dynamicTable());
    }

    @Override
    public List<Http2RunningDeadline> runningDeadlines() {
        return connection.deadlines().running();
    }

    @Override
    public List<Http2BudgetUse> abuseBudgets() {
        return connection.floodGuard().use(connection.time());
    }

    @Override
    public int activeStreams() {
        return connection.lifecycle().openedByUs() + connection.lifecycle().openedByPeer();
    }

    @Override
    public @Nullable Throwable failureCause() {
        return connection.shutdown().cause();
    }

    @Override
    public @Nullable String terminationReason() {
        return connection.shutdown().reason();
    }

    @Override
    public @Nullable Http2EndedBy endedBy() {
        return connection.shutdown().endedBy();
    }
}
