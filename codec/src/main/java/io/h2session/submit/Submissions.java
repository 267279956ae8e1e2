package io.h2session.submit;

import io.h2session.api.DataSource;
import io.h2session.api.Http2EndedBy;
import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionListener;
import io.h2session.api.Http2SubmitException;
import io.h2session.api.Http2SubmitException.Reason;
import io.h2session.api.StreamState;
import io.h2session.connection.Connection;
import io.h2session.connection.LocalSettings;
import io.h2session.connection.PendingPriorities.Pending;
import io.h2session.flow.ReceiveWindow;
import io.h2session.frame.AltSvcFrame;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.ExtensionFrame;
import io.h2session.frame.FrameFlags;
import io.h2session.frame.GoAwayFrame;
import io.h2session.frame.HeadersCategory;
import io.h2session.frame.HeadersFrame;
import io.h2session.frame.OriginFrame;
import io.h2session.frame.PingFrame;
import io.h2session.frame.PriorityUpdateFrame;
import io.h2session.frame.PushPromiseFrame;
import io.h2session.frame.Setting;
import io.h2session.frame.SettingsFrame;
import io.h2session.frame.SettingsPayload;
import io.h2session.frame.WindowUpdateFrame;
import io.h2session.hpack.HeaderList;
import io.h2session.hpack.HeaderToken;
import io.h2session.message.RequestKind;
import io.h2session.message.SubmittedPhase;
import io.h2session.priority.Priority;
import io.h2session.queue.Lane;
import io.h2session.queue.OutboundItem;
import io.h2session.stream.BodyState;
import io.h2session.stream.OutboundPhase;
import io.h2session.stream.Stream;
import io.h2session.stream.StreamEvent;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import java.util.List;

/** What the application submits: checked as far as possible now, and queued. */
public final class Submissions {
    private static final int MAX_EXTENSION_PAYLOAD = 16_384;
    private static final int FIRST_EXTENSION_TYPE = 10;
    private static final int UPGRADED = 1;
    private static final String TRAILERS_WAIT = "trailers wait already for the body of stream ";

    private final Connection connection;
    private final MessageJudge judge;

    /** Submissions to this connection. */
    public Submissions(Connection connection) {
        this.connection = connection;
        judge = new MessageJudge(connection);
    }

    /** The first SETTINGS and the connection's window, as the options have them. */
    public void begin(List<Setting> settings) {
        settings(settings, false);
        int growth = connection.options().connectionWindowSize()
                - connection.receiveWindow().limit();
        if (growth > 0) {
            int increment = connection.receiveWindow().enlarge(growth);
            connection.queueOwn(Lane.REGULAR, new WindowUpdateFrame(0, increment));
        }
    }

    /** The settings of an upgrade, if one is possible. */
    public List<Setting> upgradeSettings(byte[] payload, boolean running) {
        requireLive();
        require(!running, Reason.INVALID_STATE, "an upgrade comes before everything else");
        boolean untouched = connection.role().isServer()
                ? connection.peerHistory().highest() == 0
                : connection.nextStreamId() == UPGRADED;
        require(untouched, Reason.PROTO, "there has been a stream already");
        List<Setting> settings;
        try {
            settings = SettingsPayload.unpack(payload);
        } catch (IllegalArgumentException badLength) {
            throw new Http2SubmitException(Reason.INVALID_ARGUMENT, badLength.getMessage());
        }
        require(
                settings.size() <= connection.options().maxSettingsEntries(),
                Reason.TOO_MANY_SETTINGS,
                "more settings than a frame may have: ",
                settings.size());
        return settings;
    }

    /** The client's part of an upgrade: its settings, unless they are those of the first SETTINGS, and stream 1. */
    public void upgradeClient(List<Setting> settings, boolean headRequest, Object userData) {
        // What the session has said by itself it need not say twice.
        if (!connection.options().automaticSettings()
                || !settings.equals(LocalSettings.first(Http2Role.CLIENT, connection.options()))) {
            settings(settings, true);
        }
        beginUpgraded(headRequest, userData);
    }

    /** Stream 1, whose request was HTTP/1.1's. */
    public void beginUpgraded(boolean headRequest, Object userData) {
        boolean server = connection.role().isServer();
        Stream stream =
                connection.lifecycle().begin(UPGRADED, server ? StreamEvent.RECEIVE_HEADERS : StreamEvent.SEND_HEADERS);
        stream.userData(userData);
        stream.inbound().expectResponseTo(headRequest ? RequestKind.HEAD : RequestKind.NORMAL);
        if (server) {
            connection.processed(UPGRADED);
            stream.inbound().cameWhole();
            connection.lifecycle().move(stream, StreamEvent.RECEIVE_END_STREAM);
        } else {
            connection.nextStreamId(UPGRADED + 2);
            connection.lifecycle().opened(UPGRADED);
            stream.outboundPhase(OutboundPhase.HEADERS_SENT);
            stream.submitted(SubmittedPhase.ENDED);
            connection.lifecycle().move(stream, StreamEvent.SEND_END_STREAM);
        }
    }

    /** A request, whole or with a body. Answers the stream it opens when it is sent. */
    public int request(HeaderList headers, DataSource body, Object userData) {
        return request(headers, body, body == null, userData);
    }

    /** The header block of a request alone. Answers the stream it opens when it is sent. */
    public int requestHeaders(HeaderList headers, boolean endStream, Object userData) {
        return request(headers, null, endStream, userData);
    }

    private int request(HeaderList headers, DataSource body, boolean endStream, Object userData) {
        requireLive();
        require(!connection.role().isServer(), Reason.PROTO, "a server sends no requests");
        require(
                !connection.shutdown().opensNoMore(),
                Reason.START_STREAM_NOT_ALLOWED,
                "GOAWAY was sent or received: no more requests");
        require(connection.nextStreamId() > 0, Reason.STREAM_ID_NOT_AVAILABLE, "all stream numbers are used");
        require(
                connection.queue().waitingToOpen() < connection.options().maxPendingRequests(),
                Reason.TOO_MANY_PENDING,
                "too many requests wait to be sent");
        judge.request(headers, endStream);
        int id = connection.nextStreamId();
        connection.nextStreamId(id + 2);
        HeadersFrame frame = headersFrame(id, headers, endStream, HeadersCategory.REQUEST);
        connection.queue().add(Lane.STREAM_OPENING, OutboundItem.ofApplication(frame, body, userData));
        return id;
    }

    /** A response. A body for a response that has no content, such as one to HEAD, is closed unread. */
    public void response(int streamId, HeaderList headers, DataSource body) {
        requireLive();
        if (connection.options().followNghttp2()) {
            requireNumber(streamId);
        }
        require(connection.role().isServer(), Reason.PROTO, "a client sends no responses");
        requireNumber(streamId);
        Stream stream = connection.stream(streamId);
        boolean endStream = judge.response(stream, headers, body == null, body != null);
        require(
                body == null
                        || stream == null
                        || stream.body() == null
                        || connection.options().followNghttp2(),
                Reason.DATA_EXIST,
                "a body is already there for stream ",
                streamId);
        headers(streamId, stream, headers, endStream ? null : body, endStream, null);
        if (endStream && body != null) {
            // What answers HEAD has none, nor has 204, 205 or 304: one code path may serve GET and HEAD.
            body.close();
        }
    }

    /** A header block on a stream that exists: a response, final or informational, or trailers. */
    public void headers(int streamId, HeaderList headers, boolean endStream, Object userData) {
        requireLive();
        requireNumber(streamId);
        Stream stream = connection.stream(streamId);
        if (connection.role().isServer() && headers.contains(":status")) {
            boolean last = judge.response(stream, headers, endStream, false);
            headers(streamId, stream, headers, null, last, userData);
        } else if (judge.trailers(stream, requestKind(streamId, stream), headers, endStream)) {
            headers(streamId, stream, headers, null, endStream, userData);
        }
    }

    /** Trailers, which end the stream. */
    public void trailers(int streamId, HeaderList trailers) {
        requireLive();
        requireNumber(streamId);
        Stream stream = connection.stream(streamId);
        if (judge.trailers(stream, requestKind(streamId, stream), trailers, true)) {
            headers(streamId, stream, trailers, null, true, null);
        }
    }

    private void headers(
            int streamId, Stream stream, HeaderList headers, DataSource body, boolean endStream, Object userData) {
        boolean first = stream != null && stream.outboundPhase() == OutboundPhase.NOTHING;
        boolean response = first && connection.role().isServer();
        boolean push = response && stream.state() == StreamState.RESERVED_LOCAL;
        HeadersCategory category =
                push ? HeadersCategory.PUSH_RESPONSE : response ? HeadersCategory.RESPONSE : HeadersCategory.HEADERS;
        if (connection.options().followNghttp2()) {
            // It says what the block is only when it can be sent.
            category = HeadersCategory.HEADERS;
        }
        HeadersFrame frame = headersFrame(streamId, headers, endStream, category);
        if (endStream && heldBehindBody(frame, stream)) {
            return;
        }
        Lane lane = push ? Lane.STREAM_OPENING : Lane.REGULAR;
        connection.queue().add(lane, OutboundItem.ofApplication(frame, body, userData));
    }

    // Trailers end what was submitted before them; nghttp2 lets them overtake.
    private boolean heldBehindBody(HeadersFrame trailers, Stream stream) {
        if (!connection.options().trailersAfterBody()) {
            return false;
        }
        int streamId = trailers.streamId();
        if (stream == null) {
            OutboundItem request = connection.queue().opening(streamId);
            if (request == null || (!request.hasBody() && !connection.judgesOutbound())) {
                return false;
            }
            boolean ended = request.trailers() != null || ((HeadersFrame) request.frame()).endStream();
            MessageJudge.refuse(ended ? "trailers_after_end" : null);
            request.trailers(trailers);
            return true;
        }
        if (stream.body() == null && !connection.queue().holdsBodyFor(streamId)) {
            return false;
        }
        require(stream.heldTrailers() == null, Reason.INVALID_STATE, TRAILERS_WAIT, streamId);
        stream.heldTrailers(trailers);
        return true;
    }

    /** A body for a stream whose header block was submitted before. */
    public void data(int streamId, DataSource body, boolean endStream) {
        requireLive();
        requireNumber(streamId);
        Stream stream = connection.stream(streamId);
        require(stream != null, Reason.STREAM_CLOSED, "there is no stream ", streamId);
        if (!judge.data(stream)) {
            body.close();
            return;
        }
        boolean follow = connection.options().followNghttp2();
        boolean bodyAhead =
                stream.body() != null || (!follow && connection.queue().holdsBodyFor(streamId));
        require(!bodyAhead, Reason.DATA_EXIST, "a body is already there for stream ", streamId);
        require(
                (StreamEvent.SEND_DATA.allowedIn(stream.state()) && !stream.resetQueued())
                        || connection.options().followNghttp2(),
                Reason.STREAM_CLOSED,
                "nothing can be sent on stream ",
                streamId);
        stream.attachBody(body, endStream);
        if (stream.outboundPhase() == OutboundPhase.HEADERS_SENT
                || connection.options().followNghttp2()) {
            connection.scheduler().add(stream);
        } else {
            // Its header block is still queued; the body follows it.
            stream.bodyState(BodyState.DEFERRED);
        }
    }

    /** RST_STREAM (RFC 9113 section 6.4). A request that still waits to be sent is cancelled instead. */
    public void reset(int streamId, long errorCode) {
        requireNumber(streamId);
        if (connection.shutdown().over()) {
            return;
        }
        Stream stream = connection.stream(streamId);
        if (stream != null) {
            connection.lifecycle().reset(stream, errorCode, true);
            return;
        }
        OutboundItem unsent = connection.queue().opening(streamId);
        if (unsent != null && !connection.options().followNghttp2()) {
            connection.queue().cancelOpening(unsent, errorCode);
        } else if (unsent != null && !unsent.cancelled()) {
            // In nghttp2 it keeps its place in the queue.
            unsent.cancel(errorCode);
        }
    }

    /** SETTINGS (RFC 9113 section 6.5), which are in flight from now on. */
    public void settings(List<Setting> settings, boolean fromApplication) {
        requireLive();
        require(
                connection.local().inFlight() < connection.options().maxSettingsInFlight(),
                Reason.TOO_MANY_INFLIGHT_SETTINGS,
                "too many settings are not acknowledged yet");
        List<Setting> copy = List.copyOf(settings);
        connection.local().submit(copy);
        SettingsFrame frame = new SettingsFrame(false, copy);
        connection
                .queue()
                .add(Lane.URGENT, fromApplication ? OutboundItem.ofApplication(frame) : OutboundItem.ofSession(frame));
    }

    /** PING (RFC 9113 section 6.7), or the acknowledgement of one. */
    public void ping(boolean ack, long opaqueData) {
        requireLive();
        require(
                !ack || connection.queue().owedReplies() < connection.options().maxOwedReplies(),
                Reason.FLOODED,
                "too many replies wait");
        connection.queue().add(Lane.URGENT, OutboundItem.ofApplication(new PingFrame(ack, opaqueData)));
    }

    /** GOAWAY (RFC 9113 section 6.8). */
    public void goAway(int lastStreamId, long errorCode, byte[] debugData) {
        if (!connection.shutdown().live()) {
            return;
        }
        boolean all = lastStreamId == Integer.MAX_VALUE && !connection.options().followNghttp2();
        boolean ours = !all && connection.role().opens(lastStreamId);
        require(lastStreamId >= 0 && !ours, Reason.INVALID_ARGUMENT, "not a stream of the peer's: ", lastStreamId);
        require(
                debugData.length + 2 * Integer.BYTES <= MAX_EXTENSION_PAYLOAD,
                Reason.INVALID_ARGUMENT,
                "more debug data than a frame holds: ",
                debugData.length);
        connection.shutdown().markGoAwaySubmitted();
        if (!all && !connection.role().isServer()) {
            connection.shutdown().askNoMore();
        }
        GoAwayFrame frame = new GoAwayFrame(lastStreamId, errorCode, debugData.clone());
        connection.queue().add(Lane.REGULAR, all ? OutboundItem.ofNotice(frame) : OutboundItem.ofApplication(frame));
    }

    /** The GOAWAY that announces a graceful shutdown and refuses no stream (RFC 9113 section 6.8). */
    public void shutdownNotice() {
        require(connection.role().isServer(), Reason.INVALID_STATE, "a client gives no shutdown notice");
        boolean late =
                connection.options().followNghttp2() && connection.shutdown().goAwayReceived();
        if (connection.shutdown().live() && !connection.shutdown().goAwaySubmitted() && !late) {
            connection.shutdown().markGoAwaySubmitted();
            connection
                    .queue()
                    .add(Lane.REGULAR, OutboundItem.ofNotice(new GoAwayFrame(Integer.MAX_VALUE, 0, new byte[0])));
        }
    }

    /** Changes what the peer may still send by an increment; a negative one takes credit away without a frame. */
    public void windowUpdate(int streamId, int increment) {
        requireLive();
        require(streamId >= 0, Reason.INVALID_ARGUMENT, "no stream has that number: ", streamId);
        ReceiveWindow window = window(streamId);
        if (window == null || increment == 0) {
            return;
        }
        int credit = 0;
        if (increment > 0) {
            credit = window.credit(increment);
        } else if (!window.shrink(-(long) increment)) {
            credit = -1;
        }
        queueCredit(streamId, credit, "window increment out of range: ", increment);
    }

    /** Sets the size of a receive window; 0 stands for the connection's. */
    public void localWindowSize(int streamId, int octets) {
        requireLive();
        require(streamId >= 0 && octets >= 0, Reason.INVALID_ARGUMENT, "not a window size: ", octets);
        ReceiveWindow window = window(streamId);
        if (window == null) {
            return;
        }
        long growth = (long) octets - window.limit();
        int credit = 0;
        if (growth > 0) {
            credit = window.enlarge(growth);
        } else if (growth < 0 && !window.shrink(-growth)) {
            credit = -1;
        }
        queueCredit(streamId, credit, "window size out of range: ", octets);
        if (credit == 0) {
            giveCredit(streamId);
        }
    }

    private void queueCredit(int streamId, int credit, String problem, int wanted) {
        require(credit >= 0, Reason.FLOW_CONTROL, problem, wanted);
        if (credit > 0) {
            connection.queue().add(Lane.REGULAR, OutboundItem.ofApplication(new WindowUpdateFrame(streamId, credit)));
        }
    }

    private void giveCredit(int streamId) {
        if (streamId == 0) {
            connection.windowCredit().giveForConnection();
        } else if (connection.stream(streamId) != null) {
            connection.windowCredit().giveForStream(connection.stream(streamId));
        }
    }

    /** Bytes were used by the application: of a stream, of the connection, or of both. */
    public void consume(int streamId, int octets, boolean ofStream, boolean ofConnection) {
        boolean follow = connection.options().followNghttp2();
        require(!follow || !ofStream || streamId != 0, Reason.INVALID_ARGUMENT, "nothing to consume");
        require(
                !connection.options().automaticWindowUpdate(),
                Reason.INVALID_STATE,
                "window credit is given automatically");
        require(octets >= 0 && (!ofStream || streamId > 0), Reason.INVALID_ARGUMENT, "nothing to consume");
        if (follow
                ? !connection.shutdown().keepsStreams()
                : !connection.shutdown().live()) {
            return;
        }
        if (ofConnection) {
            consumed(connection.receiveWindow().consume(octets));
            connection.windowCredit().giveForConnection();
        }
        Stream stream = ofStream ? connection.stream(streamId) : null;
        if (stream != null) {
            consumed(stream.receiveWindow().consume(octets));
            connection.windowCredit().giveForStream(stream);
        }
    }

    /** Counts the exchange as running until the answer is run, even when its stream is closed. */
    public Runnable holdExchange(int streamId) {
        requireNumber(streamId);
        Stream stream = connection.stream(streamId);
        require(stream != null, Reason.STREAM_CLOSED, "there is no stream ", streamId);
        return connection.lifecycle().hold(stream);
    }

    // In nghttp2 it is the connection's end, not the call's.
    private void consumed(boolean fine) {
        require(fine || connection.options().followNghttp2(), Reason.FLOW_CONTROL, "more consumed than received");
        if (!fine) {
            connection
                    .shutdown()
                    .terminate(
                            connection.lastProcessedStreamId(),
                            ErrorCode.FLOW_CONTROL_ERROR.code(),
                            "more_consumed_than_received",
                            Http2EndedBy.LOCAL);
        }
    }

    /** PUSH_PROMISE (RFC 9113 section 8.4). Answers the promised stream, which is reserved at once. */
    public int pushPromise(int streamId, HeaderList headers, Object userData) {
        requireLive();
        require(
                connection.role().isServer() || connection.options().followNghttp2(),
                Reason.PROTO,
                "a client promises nothing");
        require(
                streamId > 0 && !connection.role().opens(streamId),
                Reason.INVALID_ARGUMENT,
                "not a stream of the client's: ",
                streamId);
        require(connection.role().isServer(), Reason.PROTO, "a client promises nothing");
        if (connection.options().followNghttp2() && connection.nextStreamId() > 0) {
            // A promise on a stream that is gone uses up a number all the same.
            int unused = connection.nextStreamId();
            connection.nextStreamId(connection.stream(streamId) == null ? unused + 2 : unused);
        }
        require(connection.stream(streamId) != null, Reason.STREAM_CLOSED, "there is no stream ", streamId);
        require(connection.nextStreamId() > 0, Reason.STREAM_ID_NOT_AVAILABLE, "all stream numbers are used");
        RequestKind request = judge.promise(headers);
        int promisedId = connection.nextStreamId();
        connection.nextStreamId(promisedId + 2);
        Stream promised = connection.lifecycle().begin(promisedId, StreamEvent.SEND_PUSH_PROMISE);
        promised.userData(userData);
        promised.inbound().expectResponseTo(request);
        PushPromiseFrame frame = new PushPromiseFrame(streamId, FrameFlags.END_HEADERS, 0, 0, promisedId, headers);
        connection.queue().add(Lane.REGULAR, OutboundItem.ofApplication(frame));
        return promisedId;
    }

    /** ALTSVC (RFC 7838 section 4). */
    public void altSvc(int streamId, AsciiString origin, AsciiString fieldValue) {
        requireLive();
        require(connection.role().isServer(), Reason.INVALID_STATE, "a client sends no ALTSVC");
        // RFC 7838 section 4: an origin exactly on stream 0.
        require(
                (streamId == 0) != origin.isEmpty()
                        && 2 + origin.length() + fieldValue.length() <= MAX_EXTENSION_PAYLOAD,
                Reason.INVALID_ARGUMENT,
                "an origin belongs on stream 0 and nowhere else, and both must fit into one frame");
        connection.queue().add(Lane.REGULAR, OutboundItem.ofApplication(new AltSvcFrame(streamId, origin, fieldValue)));
    }

    /** ORIGIN (RFC 8336 section 2). */
    public void origin(List<AsciiString> origins) {
        requireLive();
        require(connection.role().isServer(), Reason.INVALID_STATE, "a client sends no ORIGIN");
        long length = origins.stream().mapToLong(origin -> 2 + origin.length()).sum();
        require(length <= MAX_EXTENSION_PAYLOAD, Reason.INVALID_ARGUMENT, "more origins than a frame holds");
        connection.queue().add(Lane.REGULAR, OutboundItem.ofApplication(new OriginFrame(List.copyOf(origins))));
    }

    /** PRIORITY_UPDATE (RFC 9218 section 7.1), unless the server uses the old priority scheme. */
    public void priorityUpdate(int streamId, AsciiString fieldValue) {
        requireLive();
        require(!connection.role().isServer(), Reason.INVALID_STATE, "a server sends no PRIORITY_UPDATE");
        if (connection.options().followNghttp2() && connection.remote().noRfc7540Priorities() == 0) {
            return;
        }
        require(
                streamId > 0 && Integer.BYTES + fieldValue.length() <= MAX_EXTENSION_PAYLOAD,
                Reason.INVALID_ARGUMENT,
                "not a stream, or more than a frame holds");
        // A server that did not say it ignores the old scheme would not use the new one (RFC 9218 section 2.1.1).
        if (connection.remote().noRfc7540Priorities() != 0) {
            connection
                    .queue()
                    .add(Lane.REGULAR, OutboundItem.ofApplication(new PriorityUpdateFrame(streamId, fieldValue)));
        }
    }

    /** A frame of a type that is not known here. Its payload is released if it is refused. */
    public void extension(ExtensionFrame frame, Http2SessionListener listener) {
        try {
            requireLive();
            require(
                    frame.type() >= FIRST_EXTENSION_TYPE && frame.type() <= 0xff && frame.streamId() >= 0,
                    Reason.INVALID_ARGUMENT,
                    "not an extension type: ",
                    frame.type());
            require(listener.packsExtensions(), Reason.INVALID_STATE, "the listener packs no extensions");
        } catch (Throwable refused) {
            ReferenceCountUtil.release(frame.payload());
            throw refused;
        }
        connection.queue().add(Lane.REGULAR, OutboundItem.ofApplication(frame));
    }

    /** The body that was deferred can be read again. Answers false if there is none. */
    public boolean resume(int streamId) {
        Stream stream = connection.stream(streamId);
        boolean follow = connection.options().followNghttp2();
        if (follow && stream != null && stream.bodyState() == BodyState.WINDOW_BLOCKED) {
            return true;
        }
        if (stream == null || stream.bodyState() != BodyState.DEFERRED || (stream.resetQueued() && !follow)) {
            return false;
        }
        if (stream.outboundPhase() == OutboundPhase.HEADERS_SENT) {
            connection.scheduler().add(stream);
        }
        return true;
    }

    /** Sets the priority of a stream. Answers false if there is no such stream. */
    public boolean changePriority(int streamId, Priority priority, boolean ignoreClientSignal) {
        if (!priorityKnown()) {
            return true;
        }
        Stream stream = connection.stream(streamId);
        if (stream == null) {
            return (connection.idle(streamId) || connection.options().followNghttp2())
                    && connection.pendingPriorities().change(streamId, priority, ignoreClientSignal);
        }
        if (ignoreClientSignal) {
            stream.clientPriorityIgnored(true);
        }
        stream.priority(priority);
        connection.scheduler().reprioritized(stream);
        return true;
    }

    /** The priority of a stream, or null if there is none. */
    public Priority priority(int streamId) {
        if (!priorityKnown()) {
            return null;
        }
        Stream stream = connection.stream(streamId);
        if (stream != null) {
            return stream.priority();
        }
        Pending pending = pendingPriority(streamId);
        return pending == null ? null : pending.priority();
    }

    /** The priority kept for a stream that is idle, or null. */
    public Pending pendingPriority(int streamId) {
        return connection.idle(streamId) || connection.options().followNghttp2()
                ? connection.pendingPriorities().get(streamId)
                : null;
    }

    private boolean priorityKnown() {
        if (!connection.options().followNghttp2()) {
            return true;
        }
        // Only servers do, and only if they said that they heed nothing else (RFC 9218 section 2.1).
        require(connection.role().isServer(), Reason.INVALID_STATE, "a client has no priorities");
        return connection.local().noRfc7540Priorities();
    }

    /** The rest of a request is not wanted: it is ignored, and ends when the response has been sent. */
    public void discardRequest(int streamId) {
        Stream stream = connection.stream(streamId);
        if (!connection.role().isServer() || stream == null || stream.state().remoteClosed()) {
            return;
        }
        stream.ignoreInput();
        if (stream.state().localClosed()) {
            connection.lifecycle().reset(stream, ErrorCode.NO_ERROR.code(), true);
        }
    }

    /** Withholds window credit for a stream, or gives it again. Answers false if there is no such stream. */
    public boolean pauseReading(int streamId, boolean paused) {
        Stream stream = connection.stream(streamId);
        if (stream == null) {
            return false;
        }
        stream.readingPaused(paused);
        connection.windowCredit().giveForStream(stream);
        return true;
    }

    private ReceiveWindow window(int streamId) {
        if (streamId == 0) {
            return connection.receiveWindow();
        }
        Stream stream = connection.stream(streamId);
        return stream == null ? null : stream.receiveWindow();
    }

    private RequestKind requestKind(int streamId, Stream stream) {
        if (stream != null) {
            return stream.inbound().requestKind();
        }
        OutboundItem request = connection.queue().opening(streamId);
        AsciiString method = request != null && request.frame() instanceof HeadersFrame head
                ? head.headers().value(HeaderToken.METHOD)
                : null;
        return method == null ? RequestKind.NORMAL : RequestKind.of(method);
    }

    private void requireLive() {
        require(!connection.shutdown().over(), Reason.INVALID_STATE, "the session is over");
    }

    private static HeadersFrame headersFrame(
            int streamId, HeaderList headers, boolean endStream, HeadersCategory category) {
        int flags = FrameFlags.END_HEADERS | (endStream ? FrameFlags.END_STREAM : 0);
        return new HeadersFrame(streamId, flags, 0, 0, category, null, headers);
    }

    private static void requireNumber(int streamId) {
        require(streamId > 0, Reason.INVALID_ARGUMENT, "no stream has that number: ", streamId);
    }

    /** The sentence is put together only for those who will read it: this runs for every response. */
    private static void require(boolean fine, Reason reason, String message, int number) {
        if (!fine) {
            throw new Http2SubmitException(reason, message + number);
        }
    }

    private static void require(boolean fine, Reason reason, String message) {
        if (!fine) {
            throw new Http2SubmitException(reason, message);
        }
    }
}
