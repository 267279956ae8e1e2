package io.h2session.submit;

import static io.h2session.submit.SubmitChecks.require;
import static io.h2session.submit.SubmitChecks.requireLive;
import static io.h2session.submit.SubmitChecks.requireStreamNumber;

import io.h2session.api.DataSource;
import io.h2session.api.Http2SubmitException.Reason;
import io.h2session.api.StreamState;
import io.h2session.connection.Connection;
import io.h2session.frame.FrameFlags;
import io.h2session.frame.HeadersCategory;
import io.h2session.frame.HeadersFrame;
import io.h2session.frame.PushPromiseFrame;
import io.h2session.hpack.HeaderList;
import io.h2session.hpack.HeaderToken;
import io.h2session.message.RequestKind;
import io.h2session.queue.Lane;
import io.h2session.queue.OutboundItem;
import io.h2session.stream.BodyState;
import io.h2session.stream.OutboundPhase;
import io.h2session.stream.Stream;
import io.h2session.stream.StreamEvent;
import io.netty.util.AsciiString;

/**
 * The parts of messages: requests, responses, header blocks, trailers, bodies and promised requests (RFC 9113 sections 8.1
 * and 8.4). {@code MessageJudge} decides whether they are well formed and in order.
 */
public final class MessageSubmissions {
    private static final String TRAILERS_WAIT = "trailers wait already for the body of stream ";

    private final Connection connection;
    private final MessageJudge judge;

    /** The messages of this connection. */
    public MessageSubmissions(Connection connection) {
        this.connection = connection;
        judge = new MessageJudge(connection);
    }

    /** A request, with or without a body. Returns the id of the stream that it opens when it is sent. */
    public int request(HeaderList headers, DataSource body, Object userData) {
        return request(headers, body, body == null, userData);
    }

    // A request that is opened with the next send does not wait.
    private boolean mayWait() {
        boolean atOnce = connection.availableStreams() > 0 && connection.queue().openingsHeldUp() == 0;
        return atOnce
                || connection.waitingRequests() < connection.options().limits().maxPendingRequests();
    }

    /** Only the header block of a request. Returns the id of the stream that it opens when it is sent. */
    public int requestHeaders(HeaderList headers, boolean endStream, Object userData) {
        return request(headers, null, endStream, userData);
    }

    private int request(HeaderList headers, DataSource body, boolean endStream, Object userData) {
        requireLive(connection);
        require(!connection.role().isServer(), Reason.PROTO, "a server sends no requests");
        require(
                !connection.shutdown().opensNoMore(),
                Reason.START_STREAM_NOT_ALLOWED,
                "GOAWAY was sent or received: no more requests");
        require(connection.nextStreamId() > 0, Reason.STREAM_ID_NOT_AVAILABLE, "all stream numbers are used");
        require(mayWait(), Reason.TOO_MANY_PENDING, "too many requests wait to be sent");
        judge.request(headers, endStream);
        int id = connection.nextStreamId();
        connection.nextStreamId(id + 2);
        HeadersFrame frame = headersFrame(id, headers, endStream, HeadersCategory.REQUEST);
        connection.queue().add(Lane.STREAM_OPENING, OutboundItem.ofApplication(frame, body, userData));
        connection.metrics().requestSubmitted(id);
        return id;
    }

    /** A response. A body for a response that has no content, such as one to HEAD, is closed unread. */
    public void response(int streamId, HeaderList headers, DataSource body) {
        requireLive(connection);
        if (!connection.semantics().outboundOrderIsJudged()) {
            requireStreamNumber(streamId);
        }
        require(connection.role().isServer(), Reason.PROTO, "a client sends no responses");
        requireStreamNumber(streamId);
        Stream stream = connection.stream(streamId);
        boolean endStream = judge.response(stream, headers, body == null, body != null);
        require(
                body == null
                        || stream == null
                        || stream.body() == null
                        || !connection.semantics().outboundOrderIsJudged(),
                Reason.DATA_EXIST,
                "a body is already there for stream ",
                streamId);
        headers(streamId, stream, headers, endStream ? null : body, endStream, null);
        if (endStream && body != null) {
            // A response to HEAD, or with status 204, 205 or 304, has no content. So an application may treat HEAD as
            // GET.
            body.close();
        }
    }

    /** A header block on a stream that exists: a response, final or informational, or trailers. */
    public void headers(int streamId, HeaderList headers, boolean endStream, Object userData) {
        requireLive(connection);
        requireStreamNumber(streamId);
        Stream stream = connection.stream(streamId);
        if (connection.role().isServer() && headers.contains(":status")) {
            boolean last = judge.response(stream, headers, endStream, false);
            headers(streamId, stream, headers, null, last, userData);
        } else if (judge.trailers(streamId, stream, requestKind(streamId, stream), headers, endStream)) {
            headers(streamId, stream, headers, null, endStream, userData);
        }
    }

    /** Trailers, which end the stream. */
    public void trailers(int streamId, HeaderList trailers) {
        requireLive(connection);
        requireStreamNumber(streamId);
        Stream stream = connection.stream(streamId);
        if (judge.trailers(streamId, stream, requestKind(streamId, stream), trailers, true)) {
            headers(streamId, stream, trailers, null, true, null);
        }
    }

    private void headers(
            int streamId, Stream stream, HeaderList headers, DataSource body, boolean endStream, Object userData) {
        boolean first = stream != null && stream.outboundPhase() == OutboundPhase.NOTHING;
        boolean response = first && connection.role().isServer();
        boolean push = response && stream.state() == StreamState.RESERVED_LOCAL;
        // In nghttp2 this is decided when the block is about to be sent.
        HeadersCategory category = !response || !connection.semantics().outboundOrderIsJudged()
                ? HeadersCategory.later(headers)
                : push ? HeadersCategory.PUSH_RESPONSE : HeadersCategory.RESPONSE;
        HeadersFrame frame = headersFrame(streamId, headers, endStream, category);
        if (endStream && heldBehindBody(frame, stream)) {
            return;
        }
        Lane lane = push ? Lane.STREAM_OPENING : Lane.REGULAR;
        connection.queue().add(lane, OutboundItem.ofApplication(frame, body, userData));
    }

    // Trailers wait for the body that was submitted before them, unless the option says that they overtake it.
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
        requireLive(connection);
        requireStreamNumber(streamId);
        Stream stream = connection.stream(streamId);
        if (stream == null && connection.lifecycle().answeredWithoutContent(streamId)) {
            body.close();
            return;
        }
        require(stream != null, Reason.STREAM_CLOSED, "there is no stream ", streamId);
        if (!judge.data(stream)) {
            body.close();
            return;
        }
        boolean judged = connection.semantics().outboundOrderIsJudged();
        boolean bodyAhead =
                stream.body() != null || (judged && connection.queue().holdsBodyFor(streamId));
        require(!bodyAhead, Reason.DATA_EXIST, "a body is already there for stream ", streamId);
        require(
                (StreamEvent.SEND_DATA.allowedIn(stream.state()) && !stream.resetQueued())
                        || !connection.semantics().outboundOrderIsJudged(),
                Reason.STREAM_CLOSED,
                "nothing can be sent on stream ",
                streamId);
        stream.attachBody(body, endStream);
        if (stream.outboundPhase() == OutboundPhase.HEADERS_SENT || !judged) {
            connection.scheduler().add(stream);
        } else {
            // The header block is still queued; the body follows it.
            stream.bodyState(BodyState.DEFERRED);
        }
    }

    /** A deferred body has data again. Returns false if there is no deferred body. */
    public boolean resume(int streamId) {
        Stream stream = connection.stream(streamId);
        boolean idleIsDeferred = connection.semantics().nothingIsDeferred();
        if (!idleIsDeferred && stream != null && stream.bodyState() == BodyState.WINDOW_BLOCKED) {
            return true;
        }
        if (stream == null || stream.bodyState() != BodyState.DEFERRED || (stream.resetQueued() && idleIsDeferred)) {
            return false;
        }
        if (stream.outboundPhase() == OutboundPhase.HEADERS_SENT) {
            connection.metrics().stallEnded(stream.id());
            connection.scheduler().add(stream);
        }
        return true;
    }

    /** PUSH_PROMISE (RFC 9113 section 8.4). Returns the id of the promised stream, which is reserved at once. */
    public int pushPromise(int streamId, HeaderList headers, Object userData) {
        requireLive(connection);
        require(
                connection.role().isServer() || !connection.semantics().outboundOrderIsJudged(),
                Reason.PROTO,
                "a client promises nothing");
        require(
                streamId > 0 && !connection.role().opens(streamId),
                Reason.INVALID_ARGUMENT,
                "not a stream of the client's: ",
                streamId);
        require(connection.role().isServer(), Reason.PROTO, "a client promises nothing");
        if (!connection.semantics().unsentIsIdle() && connection.nextStreamId() > 0) {
            // In nghttp2 a promise on a stream that is gone uses a stream id, too.
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

    private static HeadersFrame headersFrame(
            int streamId, HeaderList headers, boolean endStream, HeadersCategory category) {
        int flags = FrameFlags.END_HEADERS | (endStream ? FrameFlags.END_STREAM : 0);
        return new HeadersFrame(streamId, flags, 0, 0, category, null, headers);
    }
}
