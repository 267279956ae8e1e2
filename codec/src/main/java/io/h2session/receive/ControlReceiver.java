package io.h2session.receive;

import io.h2session.api.Http2Glitch;
import io.h2session.api.InvalidFrameReason;
import io.h2session.api.StreamState;
import io.h2session.connection.Connection;
import io.h2session.frame.ConnectionError;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.FrameReader;
import io.h2session.frame.GoAwayFrame;
import io.h2session.frame.MisplacedFrame;
import io.h2session.frame.PingFrame;
import io.h2session.frame.ResetFrame;
import io.h2session.frame.WindowUpdateFrame;
import io.h2session.queue.Lane;
import io.h2session.stream.BodyState;
import io.h2session.stream.Stream;
import io.h2session.stream.StreamEvent;
import io.h2session.stream.StreamHistory.Ending;

/** Handles RST_STREAM, PING, GOAWAY, WINDOW_UPDATE and PRIORITY (RFC 9113 sections 6.3, 6.4, 6.7, 6.8 and 6.9). */
final class ControlReceiver {
    private final Connection connection;
    private final StreamFaults faults;
    private final FrameCharges charges;
    private final FrameReader reader;

    ControlReceiver(Connection connection, FrameReader reader, StreamFaults faults, FrameCharges charges) {
        this.connection = connection;
        this.reader = reader;
        this.faults = faults;
        this.charges = charges;
    }

    // Section 5.3.2: the signal is obsolete. It only has to be well formed.
    void onPriority() throws ConnectionError {
        charges.complete(Http2Glitch.PRIORITY);
    }

    void onReset(int streamId, long errorCode) throws ConnectionError {
        ResetFrame frame = new ResetFrame(streamId, errorCode);
        if (streamId == 0 || connection.idle(streamId)) {
            throw faults.connectionError(frame, InvalidFrameReason.PROTO, protocolError("reset_of_idle_stream"));
        }
        connection.metrics().resetReceived(errorCode);
        Stream ended = connection.stream(streamId);
        if (ended != null) {
            ended.endReceived();
        }
        connection.callbacks().frameReceived(frame);
        // Looked up again, because the callback may have ended the stream.
        Stream stream = connection.stream(streamId);
        boolean early = stream != null && cancelsRequest(stream);
        if (stream != null && connection.shutdown().keepsStreams()) {
            connection.lifecycle().close(stream, errorCode, Ending.PEER_RESET);
        }
        if (!connection.semantics().rapidResetsCount()) {
            limitResets();
        } else if (early) {
            connection.floodGuard().requestCancelled(connection.now());
        } else if (stream == null) {
            connection.floodGuard().lateReset(connection.now());
        }
    }

    // Only the end that opened a stream cancels it. The other end answers by a reset, such as a server that refuses a
    // request or a client that declines a promise, and that costs the end that opened the stream no less. A request
    // of which a part of the response was sent was useful to the peer.
    private boolean cancelsRequest(Stream stream) {
        boolean server = connection.role().isServer();
        boolean served = server && (stream.bodySent() > 0 || stream.state().localClosed());
        return !connection.role().opens(stream.id()) && !stream.resetQueued() && !served;
    }

    private void limitResets() {
        if (connection.role().isServer() && !connection.floodGuard().mayReset(connection.now())) {
            connection.shutdown().giveNotice(connection.peerHistory().highest());
        }
    }

    void onPing(boolean ack, long opaqueData) throws ConnectionError {
        if (ack) {
            connection.floodGuard().pingAnswered(connection.now());
        } else {
            judgePing();
        }
        if (!ack
                && connection.options().automaticPingAck()
                && !connection.shutdown().closing()) {
            connection.owedReplies().requireRoom();
            connection.queueOwn(Lane.URGENT, new PingFrame(true, opaqueData));
        }
        if (ack) {
            connection.deadlines().pingAnswered(opaqueData);
            connection.pingTimer().acknowledged(opaqueData, connection.now());
        }
        connection.callbacks().frameReceived(new PingFrame(ack, opaqueData));
        if (connection.owedReplies().suspendReceiving()) {
            reader.pause();
        }
    }

    private void judgePing() throws ConnectionError {
        boolean streamsOpen =
                connection.lifecycle().openedByPeer() + connection.lifecycle().openedByUs() > 0;
        connection.pingPolicy().pingReceived(streamsOpen, connection.now());
        connection.floodGuard().pingReceived(connection.now());
    }

    void onGoAway(int lastStreamId, long errorCode, byte[] debugData) throws ConnectionError {
        GoAwayFrame frame = new GoAwayFrame(lastStreamId, errorCode, debugData);
        // Some clients send the id of a stream of their own, so only the id from a server is checked.
        boolean judged =
                !connection.role().isServer() || !connection.semantics().anyLastIdFromClients();
        boolean notOurs = judged && lastStreamId != 0 && !connection.role().opens(lastStreamId);
        if (notOurs || lastStreamId > connection.shutdown().lastIdReceived()) {
            throw faults.connectionError(frame, InvalidFrameReason.PROTO, protocolError("bad_last_stream_id"));
        }
        connection.floodGuard().goAwayReceived(connection.now());
        connection.metrics().goAwayReceived(lastStreamId, errorCode);
        connection.shutdown().goAwayReceived(lastStreamId, errorCode);
        connection.callbacks().frameReceived(frame);
        if (connection.shutdown().keepsStreams()) {
            connection.shutdown().refuseUnprocessed();
        }
    }

    /** A frame arrived on a stream on which it is not allowed; returns the error to throw. */
    ConnectionError misplaced(MisplacedFrame frame) {
        return faults.connectionError(frame, InvalidFrameReason.PROTO, protocolError("frame_not_for_a_stream"));
    }

    void onWindowUpdate(int streamId, int increment) throws ConnectionError {
        WindowUpdateFrame frame = new WindowUpdateFrame(streamId, increment);
        if (streamId == 0) {
            onConnectionCredit(frame);
        } else if (!onStreamCredit(frame)) {
            return;
        }
        connection.callbacks().frameReceived(frame);
    }

    private void onConnectionCredit(WindowUpdateFrame frame) throws ConnectionError {
        int increment = frame.increment();
        require(increment > 0, frame, "zero_window_update");
        boolean awaited =
                connection.scheduler().size() > 0 && connection.sendWindow().available() <= 0;
        connection.floodGuard().windowUpdateReceived(increment, awaited, connection.now());
        if (!connection.sendWindow().adjust(increment)) {
            throw overflow(frame);
        }
        connection.deadlines().creditReceived(true, increment);
    }

    /** Answers false if the stream has ended or is ended by this frame: the application is not told of the frame. */
    private boolean onStreamCredit(WindowUpdateFrame frame) throws ConnectionError {
        int increment = frame.increment();
        Stream stream = connection.stream(frame.streamId());
        require(!connection.idle(frame.streamId()), frame, "window_update_of_idle_stream");
        if (stream == null) {
            connection.floodGuard().windowUpdateReceived(increment, false, connection.now());
            return false;
        }
        // The peer may have opened a promised stream before our RST_STREAM arrives.
        require(
                StreamEvent.RECEIVE_WINDOW_UPDATE.allowedIn(stream.state()) || stream.resetQueued(),
                frame,
                "window_update_of_reserved_stream");
        // Section 6.9 has a stream error here. No honest peer sends it, and resetting the stream would be work at the
        // peer's request.
        require(increment > 0, frame, "zero_window_update");
        boolean awaited = stream.bodyState() == BodyState.WINDOW_BLOCKED;
        connection.floodGuard().windowUpdateReceived(increment, awaited, connection.now());
        if (!stream.sendWindow().adjust(increment)) {
            streamOverflow(stream, frame);
            return false;
        }
        connection.deadlines().creditReceived(false, increment);
        if (stream.state() != StreamState.CLOSED && connection.blockedBodies().mayContinue(stream)) {
            connection.blockedBodies().resume(stream);
        }
        return true;
    }

    private void streamOverflow(Stream stream, WindowUpdateFrame frame) throws ConnectionError {
        if (connection.options().windowOverflowResetsStream()) {
            faults.streamError(
                    stream, frame, ErrorCode.FLOW_CONTROL_ERROR, InvalidFrameReason.FLOW_CONTROL, "window_overflow");
            return;
        }
        if (connection.semantics().resetsBeforeTheLastGoaway()) {
            // Section 6.9.1 asks for this RST_STREAM; it goes before the GOAWAY.
            connection.lifecycle().reset(stream, ErrorCode.FLOW_CONTROL_ERROR.code(), false);
        }
        throw overflow(frame);
    }

    private ConnectionError overflow(WindowUpdateFrame frame) {
        return faults.connectionError(
                frame,
                InvalidFrameReason.FLOW_CONTROL,
                new ConnectionError(ErrorCode.FLOW_CONTROL_ERROR, "window_overflow"));
    }

    private void require(boolean fine, WindowUpdateFrame frame, String reason) throws ConnectionError {
        if (!fine) {
            throw faults.connectionError(frame, InvalidFrameReason.PROTO, protocolError(reason));
        }
    }

    private static ConnectionError protocolError(String reason) {
        return new ConnectionError(ErrorCode.PROTOCOL_ERROR, reason);
    }
}
