package io.h2session;

import io.h2session.api.ByteSink;
import io.h2session.api.ByteSource;
import io.h2session.api.DataSource;
import io.h2session.api.Http2EndedBy;
import io.h2session.api.Http2Role;
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
import io.h2session.frame.HeadersCategory;
import io.h2session.frame.HeadersFrame;
import io.h2session.frame.Setting;
import io.h2session.hpack.HeaderList;
import io.h2session.priority.Priority;
import io.h2session.queue.OutboundItem;
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

/**
 * One end of an HTTP/2 connection (RFC 9113): {@code nghttp2_session}. Bytes go in by {@link #recv(ByteBuf)} and come out by
 * {@link #send}; what happens in between is told to a {@link Http2SessionListener}, and asked for by the methods of
 * {@link Http2SessionContext}. It has no channel, thread, socket or timer: all calls are made by one thread at a time.
 *
 * <pre>{@code
 * Http2Session session = new Http2Session(Http2Role.SERVER, Http2SessionOptions.safe(), listener);
 * while (session.wantRead() || session.wantWrite()) {
 *     session.send(sink);          // begins with our SETTINGS
 *     session.recv(bytes);        // calls the listener
 * }
 * }</pre>
 *
 * <p><b>Re-entrancy.</b> A callback may call everything. {@code recv} and {@code send} called by a callback are carried out
 * when the running call is done, and answer OK.
 *
 * <p><b>The end.</b> After a connection error, a fatal result or {@link #terminate}, what is received is discarded, and the next
 * {@code send} reports every queued frame as not sent, closes every stream and body, and emits the last GOAWAY. After
 * {@link #close()} the same is told and nothing is emitted.
 */
public final class Http2Session implements Http2SessionContext {
    /** Not private: the tests look whether its parts agree. */
    final Connection connection;

    private final SessionStart start;
    private final MessageSubmissions messages;
    private final StreamSubmissions streams;
    private final ControlSubmissions control;
    private final WindowSubmissions windows;
    private final PrioritySubmissions priorities;
    private final ExtensionSubmissions extensions;
    private final FrameDispatcher dispatcher;
    private final FrameSender sender;
    private final SessionCalls exchange;

    /** A session that begins. It keeps no buffer and no table until there is traffic. */
    public Http2Session(Http2Role role, Http2SessionOptions options, Http2SessionListener listener) {
        this(role, options, listener, ByteBufAllocator.DEFAULT);
    }

    /** A session that begins, with the allocator it uses if the options name none. */
    public Http2Session(
            Http2Role role, Http2SessionOptions options, Http2SessionListener listener, ByteBufAllocator allocator) {
        Objects.requireNonNull(listener, "listener");
        connection = new Connection(role, options, allocator, listener, this);
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
        exchange = new SessionCalls(connection, preface, dispatcher, sender);
        connection.metrics().sessionBegun();
        start.begin();
    }

    /**
     * Goes on from HTTP/1.1 ({@code nghttp2_session_upgrade2}, RFC 7540 section 3.2): the request that asked for the upgrade
     * is stream 1, whole already. Comes before everything else. A client begins with its preface and these settings; a server
     * takes them as the peer's, without an acknowledgement, tells {@link Http2SessionListener#onFrameReceived} of them, and
     * answers with {@link #submitResponse}, whose DATA waits until the client's preface has come (not in nghttp2's way).
     *
     * @param settingsPayload what the field {@code HTTP2-Settings} said, decoded; {@link io.h2session.frame.SettingsPayload}
     *     makes one, and {@link #upgradeSettings} what to say in it
     * @param headRequest whether the request is a HEAD: the response then has no body, whatever its {@code content-length}
     * @param userData kept with the stream, may be null
     * @return OK, or CALLBACK_FAILURE. Values the peer must not send end the connection, as those of a frame do: PEER_FAULT
     * @throws io.h2session.api.Http2SubmitException INVALID_ARGUMENT: not a multiple of six bytes; TOO_MANY_SETTINGS; PROTO:
     *     there has been a stream already; INVALID_STATE: the session is over, or this is called by a callback
     */
    public Http2SessionResult upgrade(byte[] settingsPayload, boolean headRequest, Object userData) {
        List<Setting> settings = start.upgradeSettings(settingsPayload, exchange.running());
        if (connection.role().isServer()) {
            return exchange.upgrade(settings, () -> start.beginUpgraded(headRequest, userData));
        }
        start.upgradeClient(settings, headRequest, userData);
        return Http2SessionResult.OK;
    }

    /**
     * What a client says in the field {@code HTTP2-Settings}: the first SETTINGS of a session with these options. Given to
     * {@link #upgrade}, they are not sent once more.
     */
    public static List<Setting> upgradeSettings(Http2SessionOptions options) {
        return LocalSettings.first(Http2Role.CLIENT, options);
    }

    // ---- bytes in and out -----------------------------------------------------------------------------------------

    /**
     * Takes bytes of the connection ({@code nghttp2_session_mem_recv2}).
     *
     * <p>Nothing is copied but header blocks and small frames cut in two. Any way to cut the input gives the same callbacks.
     *
     * <table>
     * <caption>What happens with each frame, and the tests that show it (all in RecvStepsTest)</caption>
     * <tr><th>step</th><th>what happens</th><th>test</th></tr>
     * <tr><td>1</td><td>nine bytes make a frame header; its length and place are judged</td>
     *     <td>theFrameHeaderIsJudgedBeforeItsPayload</td></tr>
     * <tr><td>2</td><td>{@code onBeginFrame}</td><td>onBeginFrameComesWithTheHeaderBytes</td></tr>
     * <tr><td>3</td><td>DATA: {@code onDataChunk} as bytes arrive; with the last of them {@code onFrameReceived}, and
     *     {@code onStreamClosed} if the stream thereby is over</td><td>dataIsDeliveredAsItArrives</td></tr>
     * <tr><td>4a</td><td>HEADERS and PUSH_PROMISE: {@code onBeginHeaders}, then {@code onHeader} or {@code onInvalidHeader} for
     *     each field, {@code onFrameReceived}, and {@code onStreamClosed} if the stream thereby is over</td>
     *     <td>headersAreDeliveredFieldByField</td></tr>
     * <tr><td>4b</td><td>other frames: their effect, {@code onFrameReceived}, and {@code onStreamClosed} of each stream that
     *     thereby is over</td><td>controlFramesTakeEffectAndAreTold</td></tr>
     * <tr><td>4c</td><td>a frame that breaks a rule: {@code onInvalidFrameReceived}</td>
     *     <td>framesThatBreakARuleAreToldAsInvalid</td></tr>
     * </table>
     *
     * @param in borrowed; its reader index is advanced past what was taken: everything, but after PAUSED, REPLIES_OWED and
     *     TURN_OVER, when the rest must be offered again; an empty buffer goes on after a pause, too
     */
    public Http2SessionResult recv(ByteBuf in) {
        return exchange.recv(in);
    }

    /**
     * Takes bytes from a source until it has no more now ({@code nghttp2_session_recv}).
     *
     * @return WOULDBLOCK when the source has none now, EOF when it is at its end, or what stopped {@code recv}; after a pause
     *     what was read already is kept for the next call, which goes on with it
     */
    public Http2SessionResult recv(ByteSource source) {
        return exchange.recv(source);
    }

    /**
     * Begins a turn: from now on {@code recv} takes so many frames at most, and so many requests that begin a stream, before it
     * stops with {@link Http2SessionResult#TURN_OVER} until the next turn. For event loops, whose other connections wait
     * meanwhile. Without it there is no such limit. What comes of the input is the same.
     *
     * @param frames 1 or more
     * @param newStreams 1 or more
     */
    public void turn(int frames, int newStreams) {
        dispatcher.turn(frames, newStreams);
    }

    /**
     * Sends what is due until nothing is left or the sink takes no more ({@code nghttp2_session_send}). The frames of one call
     * are gathered, so that many small ones are one buffer; large bodies pass through uncopied.
     *
     * <table>
     * <caption>What happens with each frame, and the tests that show it (all in SendStepsTest)</caption>
     * <tr><th>step</th><th>what happens</th><th>test</th></tr>
     * <tr><td>1</td><td>the most urgent frame is taken: SETTINGS and PING, then what is not held back, then what opens a stream,
     *     then DATA by urgency</td><td>theMostUrgentFrameGoesFirst</td></tr>
     * <tr><td>2</td><td>it is prepared: a request's stream begins, fields are encoded, a body is read</td>
     *     <td>preparingComesBeforeTheCallbacks</td></tr>
     * <tr><td>3</td><td>what may not be sent (any more): {@code onFrameNotSent}, and nothing else of these</td>
     *     <td>whatMayNotBeSentIsToldAsNotSent</td></tr>
     * <tr><td>4</td><td>HEADERS, PUSH_PROMISE, DATA: {@code selectPadding}</td><td>paddingIsSelectedWhenTheLengthIsKnown</td></tr>
     * <tr><td>5</td><td>request HEADERS: the stream is open from here on</td><td>aRequestsStreamIsOpenBeforeItIsSent</td></tr>
     * <tr><td>6</td><td>all but DATA: {@code beforeFrameSend}</td><td>theApplicationIsAskedBeforeAFrameGoes</td></tr>
     * <tr><td>7</td><td>CANCEL: {@code onFrameNotSent}, and nothing else of these; the peer's HPACK stays in step</td>
     *     <td>aCancelledFrameIsToldAsNotSent</td></tr>
     * <tr><td>8</td><td>its bytes go to the output</td><td>theBytesAreThoseOfTheFrames</td></tr>
     * <tr><td>9</td><td>{@code onFrameSent}</td><td>onFrameSentComesBeforeTheSinkIsGivenTheBytes</td></tr>
     * <tr><td>10</td><td>{@code onStreamClosed} if the stream thereby is over</td>
     *     <td>theStreamClosesWhenItsLastFrameWasSent</td></tr>
     * </table>
     *
     * @return OK when nothing is left that can be sent now, WOULDBLOCK when the sink is full, PAUSED when a body asked for it
     */
    public Http2SessionResult send(ByteSink sink) {
        return exchange.send(sink, Integer.MAX_VALUE);
    }

    /**
     * Sends one frame, if any is due ({@code nghttp2_session_mem_send2}); a client's preface counts as one. As {@link #send}
     * otherwise.
     */
    public Http2SessionResult sendFrame(ByteSink sink) {
        return exchange.send(sink, 1);
    }

    /**
     * The transport is gone: every stream and body is closed, nothing is sent. May be called in any state, also by a
     * callback.
     */
    public void close() {
        exchange.close();
    }

    /** As {@link #close()}, because bytes could not be written: {@link #terminationReason()} is {@code write_failed}. */
    public void writeFailed() {
        connection.shutdown().writeFailed();
        exchange.close();
    }

    /**
     * A graceful shutdown has taken too long, and the streams that are left are cut: as {@link #terminate(long)} with NO_ERROR, but
     * {@link #terminationReason()} is {@code shutdown_timeout}, and {@link #endedBy()} TIMEOUT.
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

    /** The options' clock, in nanoseconds since the session began. */
    public long time() {
        return connection.time();
    }

    /**
     * When {@link #checkDeadlines} has something to do. May change with every call of the session's, so that a timer is set
     * anew when this has become earlier.
     *
     * @return compares with {@link #time()}; {@link Long#MAX_VALUE} for never
     */
    public long nextDeadline() {
        return connection.deadlines().next();
    }

    /**
     * Judges the deadlines that are due ({@link Http2SessionOptions#timeouts()}): resets streams, ends the connection, asks
     * for a sign of life. What that takes is queued: a {@link #send} has to follow. Too early is harmless; called by a
     * callback it does nothing.
     */
    public Http2SessionResult checkDeadlines() {
        return exchange.checkDeadlines();
    }

    /**
     * Says that the transport is not being read, or is read again: meanwhile the peer is not blamed for what it does not
     * send. A paused session needs no such hint.
     */
    public void inputSuspended(boolean suspended) {
        connection.readClock();
        connection.deadlines().suspended(suspended);
    }

    /**
     * How many bytes of data of the DATA frame that is being received have not arrived. When this is 0 and the frame has not
     * been told by {@code onFrameReceived}, only padding is missing.
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
    public int submitRequest(HeaderList headers, DataSource body, Object userData) {
        return messages.request(headers, body, userData);
    }

    @Override
    public int submitRequestHeaders(HeaderList headers, boolean endStream, Object userData) {
        return messages.requestHeaders(headers, endStream, userData);
    }

    @Override
    public void submitResponse(int streamId, HeaderList headers, DataSource body) {
        messages.response(streamId, headers, body);
    }

    @Override
    public void submitHeaders(int streamId, HeaderList headers, boolean endStream) {
        messages.headers(streamId, headers, endStream, null);
    }

    @Override
    public void submitHeaders(int streamId, HeaderList headers, boolean endStream, Object userData) {
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
    public int submitPushPromise(int streamId, HeaderList requestHeaders, Object userData) {
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
    public void submitExtension(int type, int flags, int streamId, Object payload) {
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
    public Priority priority(int streamId) {
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

    // ---- looking things up -----------------------------------------------------------------------------------------

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
    public Object userData(int streamId) {
        Stream stream = connection.stream(streamId);
        if (stream != null) {
            return stream.userData();
        }
        OutboundItem item = connection.semantics().unsentIsIdle() ? unopened(streamId) : connection.handled();
        return item == null || item.frame().streamId() != streamId ? null : item.userData();
    }

    @Override
    public boolean userData(int streamId, Object userData) {
        Stream stream = connection.stream(streamId);
        if (stream != null) {
            stream.userData(userData);
            return true;
        }
        OutboundItem item = unopened(streamId);
        if (item != null) {
            item.userData(userData);
        }
        return item != null;
    }

    // nghttp2 looks at the peer's side first, and reports the last state while it tells of the end.
    private static StreamState reportedState(Stream stream) {
        if (stream.over()) {
            return stream.lastState();
        }
        boolean sendable = stream.state() == StreamState.OPEN || stream.state() == StreamState.HALF_CLOSED_LOCAL;
        return stream.remoteEnded() && sendable ? StreamState.HALF_CLOSED_REMOTE : stream.state();
    }

    // In nghttp2 a request that is being refused has a stream until that was told.
    private boolean opening(int streamId) {
        OutboundItem handled = connection.semantics().unsentIsIdle() ? null : connection.handled();
        return handled != null
                && handled.frame() instanceof HeadersFrame headers
                && headers.category() == HeadersCategory.REQUEST
                && headers.streamId() == streamId;
    }

    private OutboundItem unopened(int streamId) {
        OutboundItem handled = connection.handled();
        return handled != null && handled.frame().streamId() == streamId
                ? handled
                : connection.queue().opening(streamId);
    }

    @Override
    public StreamState streamState(int streamId) {
        Stream stream = connection.stream(streamId);
        if (stream != null) {
            return connection.semantics().endsAreToldTruly() ? stream.state() : reportedState(stream);
        }
        if (opening(streamId)) {
            return StreamState.OPEN;
        }
        if (!connection.semantics().prioritiesForAll()
                && connection.pendingPriorities().get(streamId) != null) {
            return StreamState.IDLE;
        }
        return streamId == 0 || connection.idle(streamId) ? StreamState.IDLE : StreamState.CLOSED;
    }

    @Override
    public boolean hasStream(int streamId) {
        return connection.stream(streamId) != null || opening(streamId) || priorities.pendingPriority(streamId) != null;
    }

    @Override
    public int localClosed(int streamId) {
        Stream stream = connection.stream(streamId);
        if (stream == null) {
            return opening(streamId) ? 0 : -1;
        }
        return stream.localEnded() ? 1 : 0;
    }

    @Override
    public int remoteClosed(int streamId) {
        Stream stream = connection.stream(streamId);
        if (stream == null) {
            return opening(streamId) ? 0 : -1;
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
        return connection.queue().waitingToOpen();
    }

    @Override
    public long roundTripNanos() {
        return connection.pingTimer().roundTrip();
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
    public int activeStreams() {
        return connection.lifecycle().openedByUs() + connection.lifecycle().openedByPeer();
    }

    @Override
    public Throwable failureCause() {
        return connection.shutdown().cause();
    }

    @Override
    public String terminationReason() {
        return connection.shutdown().reason();
    }

    @Override
    public Http2EndedBy endedBy() {
        return connection.shutdown().endedBy();
    }
}
