package io.h2session.receive;

import io.h2session.api.Http2Glitch;
import io.h2session.api.Http2Role;
import io.h2session.api.InvalidFrameReason;
import io.h2session.api.StreamState;
import io.h2session.connection.Connection;
import io.h2session.connection.PendingPriorities.Pending;
import io.h2session.connection.Semantics;
import io.h2session.connection.Shutdown;
import io.h2session.frame.ConnectionError;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.Frame;
import io.h2session.frame.HeadersCategory;
import io.h2session.frame.HeadersFrame;
import io.h2session.frame.PushPromiseFrame;
import io.h2session.stream.Stream;
import io.h2session.stream.StreamEvent;
import io.h2session.stream.StreamHistory.Ending;

/**
 * Finds the stream of a header block: a new one, an existing one, or none. A block without a stream is decoded for the sake
 * of HPACK and ignored: its stream is refused, was reset, came after our GOAWAY, or has ended.
 */
final class StreamOpener {
    private final Connection connection;
    private final StreamFaults faults;
    private final Http2Role peer;
    private final Semantics semantics;
    private final LateFrames late;
    private final int maxRunning;

    StreamOpener(Connection connection, StreamFaults faults, LateFrames late) {
        this.connection = connection;
        this.faults = faults;
        this.late = late;
        peer = connection.role().isServer() ? Http2Role.CLIENT : Http2Role.SERVER;
        semantics = connection.semantics();
        maxRunning = connection.options().maxRunningExchanges();
    }

    /** Whether a header block would be the first that arrives on a stream. */
    boolean isFirst(int streamId) {
        if (connection.role().isServer()) {
            return streamId > connection.peerHistory().highest();
        }
        Stream stream = connection.stream(streamId);
        return stream != null && !stream.answered();
    }

    /** What the header block is, by what the stream has received before. */
    HeadersCategory category(int streamId, boolean first) {
        Stream stream = connection.stream(streamId);
        if (stream == null) {
            return HeadersCategory.REQUEST;
        }
        if (late.isLaterBlock(stream)) {
            return laterCategory(stream);
        }
        if (stream.state() == StreamState.RESERVED_LOCAL || stream.state() == StreamState.RESERVED_REMOTE) {
            return HeadersCategory.PUSH_RESPONSE;
        }
        if (!first) {
            return laterCategory(stream);
        }
        if (connection.role().isServer()) {
            return HeadersCategory.REQUEST;
        }
        return peer.opens(streamId) ? HeadersCategory.PUSH_RESPONSE : HeadersCategory.RESPONSE;
    }

    private HeadersCategory laterCategory(Stream stream) {
        return connection.role().isServer() || stream.inbound().trailersNext()
                ? HeadersCategory.TRAILERS
                : HeadersCategory.LATER_RESPONSE;
    }

    /** The stream of HEADERS, or null if the block is ignored. */
    Stream forHeaders(HeadersFrame frame) throws ConnectionError {
        int id = frame.streamId();
        if (id == 0) {
            throw faults.connectionError(frame, InvalidFrameReason.PROTO, protocolError("headers_on_stream_zero"));
        }
        Stream stream = connection.stream(id);
        if (stream != null) {
            Stream target = forLive(stream, frame);
            stream.markAnswered();
            return target;
        }
        if (!connection.idle(id) && !late.pastIsIdle(id)) {
            return forPast(id, frame);
        }
        if (connection.role().isServer() && peer.opens(id)) {
            return forRequest(id, frame);
        }
        throw faults.connectionError(frame, InvalidFrameReason.PROTO, protocolError("headers_on_idle_stream"));
    }

    private Stream forLive(Stream stream, HeadersFrame frame) throws ConnectionError {
        if (late.headersAreLate(stream)) {
            throw faults.connectionError(
                    frame,
                    InvalidFrameReason.STREAM_CLOSED,
                    new ConnectionError(ErrorCode.STREAM_CLOSED, "headers_on_closed_stream"));
        }
        if (!StreamEvent.RECEIVE_HEADERS.allowedIn(stream.state())) {
            ConnectionError fault = StreamEvent.RECEIVE_HEADERS.fault(stream.state());
            throw faults.connectionError(
                    frame,
                    fault.code() == ErrorCode.PROTOCOL_ERROR
                            ? InvalidFrameReason.PROTO
                            : InvalidFrameReason.STREAM_CLOSED,
                    fault);
        }
        if (stream.resetQueued() || stream.inputIgnored()) {
            connection.floodGuard().strayHeaders(connection.now());
            return null;
        }
        if (stream.state() == StreamState.RESERVED_REMOTE) {
            return forPushedResponse(stream, frame);
        }
        return stream;
    }

    // Section 5.1: on a stream that has ended it is an error; on one that we reset it may have crossed our RST_STREAM.
    private Stream forPast(int id, HeadersFrame frame) throws ConnectionError {
        switch (connection.history(id).ending(id)) {
            case ENDED ->
                throw faults.connectionError(
                        frame,
                        InvalidFrameReason.STREAM_CLOSED,
                        new ConnectionError(ErrorCode.STREAM_CLOSED, "headers_on_closed_stream"));
            case NEVER_USED ->
                throw faults.connectionError(
                        frame, InvalidFrameReason.PROTO, protocolError("stream_id_not_increasing"));
            case PEER_RESET -> {
                connection.lifecycle().lateAfterReset(id);
                connection.floodGuard().strayHeaders(connection.now());
                return null;
            }
            default -> {
                connection.floodGuard().strayHeaders(connection.now());
                return null;
            }
        }
    }

    private Stream forRequest(int id, HeadersFrame frame) throws ConnectionError {
        int open = connection.lifecycle().openedByPeer();
        if (!connection.options().refuseExcessStreams()
                && open >= connection.local().maxConcurrentStreams()) {
            throw faults.connectionError(frame, InvalidFrameReason.PROTO, protocolError("too_many_streams"));
        }
        if (tooLate(id)) {
            connection.lifecycle().ignore(id);
            connection.floodGuard().charge(Http2Glitch.IGNORED_FRAME, connection.now());
            return null;
        }
        if (frame.priority() != null && frame.priority().dependency() == id) {
            throw faults.connectionError(frame, InvalidFrameReason.PROTO, protocolError("stream_depends_on_itself"));
        }
        boolean busy = connection.lifecycle().runningExchanges() >= maxRunning;
        if (busy || open >= connection.local().pendingMaxConcurrentStreams()) {
            refuse(id, frame, busy);
            return null;
        }
        Stream stream = connection.lifecycle().begin(id, StreamEvent.RECEIVE_HEADERS);
        connection.processed(id);
        Pending pending = connection.pendingPriorities().take(id);
        if (pending != null) {
            stream.priority(pending.priority());
            stream.clientPriorityIgnored(pending.clientIgnored());
        }
        return stream;
    }

    // nghttp2 accepts no more streams once GOAWAY was sent, regardless of its last stream id.
    private boolean tooLate(int id) {
        Shutdown shutdown = connection.shutdown();
        return shutdown.goAwaySent() && (!semantics.noRequestsAfterOurGoaway() || id > shutdown.lastIdSent());
    }

    private void refuse(int id, HeadersFrame frame, boolean busy) throws ConnectionError {
        connection.lifecycle().refuse(id, ErrorCode.REFUSED_STREAM);
        faults.invalid(frame, InvalidFrameReason.REFUSED_STREAM);
        // The client did not know the limit before it acknowledged our SETTINGS.
        boolean honest =
                connection.lifecycle().openedByPeer() < connection.local().maxConcurrentStreams();
        Http2Glitch cause = !honest ? Http2Glitch.REFUSED_STREAM : busy ? Http2Glitch.BUSY : Http2Glitch.IGNORED_FRAME;
        connection.floodGuard().charge(cause, connection.now());
    }

    private Stream forPushedResponse(Stream stream, Frame frame) throws ConnectionError {
        int open = connection.lifecycle().openedByPeer();
        if (!connection.options().refuseExcessStreams()
                && open >= connection.local().maxConcurrentStreams()) {
            throw faults.connectionError(frame, InvalidFrameReason.PROTO, protocolError("too_many_streams"));
        }
        if (!semantics.noRequestsAfterOurGoaway() && connection.shutdown().goAwaySent()) {
            connection.floodGuard().charge(Http2Glitch.IGNORED_FRAME, connection.now());
            return null;
        }
        if (open >= connection.local().pendingMaxConcurrentStreams()) {
            faults.streamError(
                    stream, frame, ErrorCode.REFUSED_STREAM, InvalidFrameReason.REFUSED_STREAM, "too_many_streams");
            return null;
        }
        connection.lifecycle().move(stream, StreamEvent.RECEIVE_HEADERS);
        return stream;
    }

    /** The promised stream of PUSH_PROMISE, or null if the block is ignored (RFC 9113 section 8.4). */
    Stream forPushPromise(PushPromiseFrame frame) throws ConnectionError {
        int promised = frame.promisedStreamId();
        if (connection.role().isServer() || !connection.local().enablePush()) {
            throw faults.connectionError(frame, InvalidFrameReason.PROTO, protocolError("push_not_allowed"));
        }
        if (!semantics.endedStreamsPromiseNothing()
                && connection.shutdown().goAwaySent()
                && connection.role().opens(frame.streamId())
                && frame.streamId() != 0
                && peer.opens(promised)
                && connection.idle(promised)) {
            connection.lifecycle().ignore(promised);
            return null;
        }
        if (frame.streamId() == 0 || !connection.role().opens(frame.streamId()) || connection.idle(frame.streamId())) {
            throw faults.connectionError(frame, InvalidFrameReason.PROTO, protocolError("push_on_idle_stream"));
        }
        if (!peer.opens(promised) || !connection.idle(promised)) {
            throw faults.connectionError(frame, InvalidFrameReason.PROTO, protocolError("promised_stream_id_used"));
        }
        Stream parent = connection.stream(frame.streamId());
        requireOpenParent(parent, frame);
        if (connection.shutdown().goAwaySent()) {
            connection.lifecycle().ignore(promised);
            connection.floodGuard().promiseIgnored(connection.now());
            return null;
        }
        if (parent == null || parent.resetQueued() || refuses()) {
            connection.lifecycle().refuse(promised, ErrorCode.CANCEL);
            connection.floodGuard().promiseRefused(connection.local().pendingEnablePush(), connection.now());
            return null;
        }
        Stream stream = connection.lifecycle().begin(promised, StreamEvent.RECEIVE_PUSH_PROMISE);
        connection.processed(promised);
        return stream;
    }

    // Section 6.6: a promise is made on a stream that is open or half-closed (local). The peer may not have received
    // our RST_STREAM yet; a forgotten stream may be such a stream.
    private void requireOpenParent(Stream parent, PushPromiseFrame frame) throws ConnectionError {
        if (!semantics.endedStreamsPromiseNothing()) {
            boolean refusedFirst = refuses() || (parent != null && parent.resetQueued());
            if (!refusedFirst && parent != null && !StreamEvent.RECEIVE_PUSH_PROMISE.allowedIn(parent.state())) {
                throw faults.connectionError(
                        frame,
                        InvalidFrameReason.STREAM_CLOSED,
                        new ConnectionError(ErrorCode.STREAM_CLOSED, "push_on_closed_stream"));
            }
            return;
        }
        if (!mayPromise(parent, frame.streamId())) {
            throw faults.connectionError(frame, InvalidFrameReason.PROTO, protocolError("push_on_closed_stream"));
        }
    }

    private boolean mayPromise(Stream parent, int streamId) {
        if (parent != null) {
            return StreamEvent.RECEIVE_PUSH_PROMISE.allowedIn(parent.state());
        }
        Ending ending = connection.history(streamId).ending(streamId);
        return ending == Ending.WE_RESET || ending == Ending.FORGOTTEN;
    }

    private boolean refuses() {
        return !connection.local().pendingEnablePush()
                || connection.lifecycle().reservedByPeer()
                        >= connection.options().limits().maxReservedRemoteStreams();
    }

    private static ConnectionError protocolError(String reason) {
        return new ConnectionError(ErrorCode.PROTOCOL_ERROR, reason);
    }
}
