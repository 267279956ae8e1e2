package io.h2session.receive;

import io.h2session.api.InvalidFrameReason;
import io.h2session.api.ReceiveAnswer;
import io.h2session.api.StreamState;
import io.h2session.connection.Connection;
import io.h2session.connection.Semantics;
import io.h2session.connection.WindowUpdates;
import io.h2session.frame.ConnectionError;
import io.h2session.frame.DataFrame;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.FrameFlags;
import io.h2session.frame.FrameReader;
import io.h2session.stream.Stream;
import io.h2session.stream.StreamEvent;
import io.netty.buffer.ByteBuf;

/**
 * DATA (RFC 9113 sections 6.1 and 6.9): every byte of a payload, wanted or not, counts against the connection's window and is
 * credited exactly once.
 */
final class DataReceiver {
    private final Connection connection;
    private final WindowUpdates windowUpdates;
    private final StreamFaults faults;
    private final Semantics semantics;
    private final FrameReader reader;

    // The frame being received. Without a stream nobody wants it.
    private Stream stream;
    private int left;
    private boolean judged;
    private boolean endStream;
    private int paddingCounted;

    DataReceiver(Connection connection, FrameReader reader, StreamFaults faults) {
        this.connection = connection;
        this.reader = reader;
        this.faults = faults;
        windowUpdates = connection.windowUpdates();
        semantics = connection.semantics();
    }

    /** The frame header. Answers whether the application is told of the frame. */
    boolean begin(int streamId, int flags, int length) throws ConnectionError {
        left = length;
        endStream = (flags & FrameFlags.END_STREAM) != 0;
        paddingCounted = 0;
        judged = false;
        stream = connection.stream(streamId);
        if (stream == null) {
            judgeMissing(streamId, length);
            return false;
        }
        if (!semantics.lateFramesAreJudged() && (stream.inputEnded() || stream.state() == StreamState.RESERVED_LOCAL)) {
            throw new ConnectionError(ErrorCode.STREAM_CLOSED, "data_on_closed_stream");
        }
        // The peer may have opened a promised stream before our RST_STREAM arrives.
        boolean openedUnseen = stream.resetQueued() && stream.state() == StreamState.RESERVED_REMOTE;
        if (!StreamEvent.RECEIVE_DATA.allowedIn(stream.state()) && !openedUnseen) {
            throw StreamEvent.RECEIVE_DATA.fault(stream.state());
        }
        if (stream.resetQueued() || stream.inputIgnored()) {
            ignore(length);
            stream = null;
            return false;
        }
        boolean unanswered = semantics.nothingBeforeTheResponse()
                ? !connection.role().isServer()
                        && connection.messageRules().enforce()
                        && stream.inbound().status() == 0
                : connection.role().opens(streamId) && !stream.answered();
        if (unanswered) {
            throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, "data_before_headers");
        }
        if (!semantics.emptyDataHasABudget() && length == 0 && !endStream) {
            connection.floodGuard().emptyDataReceived(connection.now());
        }
        return true;
    }

    // The peer does not know that the application ignores its input, but for what crosses our RST_STREAM.
    private void ignore(int length) throws ConnectionError {
        if (stream.resetQueued()) {
            connection.floodGuard().strayData(length, connection.now());
        } else if (length == 0 && !endStream) {
            connection.floodGuard().emptyDataReceived(connection.now());
        }
    }

    private void judgeMissing(int streamId, int length) throws ConnectionError {
        switch (connection.history(streamId).ending(streamId)) {
            case IDLE -> throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, "data_on_idle_stream");
            case ENDED, PEER_RESET, NEVER_USED ->
                throw new ConnectionError(ErrorCode.STREAM_CLOSED, "data_on_closed_stream");
            // What we reset may not know yet, and what is forgotten gets the benefit of the doubt.
            case WE_RESET, FORGOTTEN -> connection.floodGuard().strayData(length, connection.now());
        }
    }

    void onPadding(int bytes) throws ConnectionError {
        forgetEnded();
        int counted = Math.min(paddingCounted, bytes);
        paddingCounted -= counted;
        if (bytes > counted) {
            receive(bytes - counted, bytes - counted);
        }
    }

    void onData(int streamId, int flags, ByteBuf in, int index, int bytes) throws ConnectionError {
        forgetEnded();
        // In nghttp2 what arrives together counts together.
        int padding = !semantics.sameForAnySplit() && reader.dataLeft() == 0
                ? Math.min(reader.paddingLeft(), in.readableBytes())
                : 0;
        paddingCounted = padding;
        receive(bytes + padding, stream == null ? bytes + padding : padding);
        if (stream == null) {
            return;
        }
        if (!lengthAllowed(bytes)) {
            windowUpdates.discard(null, bytes);
            if (!semantics.sameForAnySplit()) {
                windowUpdates.giveConsumed(null);
            }
            malformed(new DataFrame(streamId, flags, reader.length(), reader.padding()), InvalidFrameReason.PROTO);
            return;
        }
        Stream target = stream;
        ReceiveAnswer answer = connection.callbacks().dataChunk(streamId, flags, in.slice(index, bytes));
        if (answer == ReceiveAnswer.RESET_STREAM) {
            connection.lifecycle().reset(target, ErrorCode.INTERNAL_ERROR.code(), false);
        }
        if (answer == ReceiveAnswer.PAUSE || !connection.shutdown().live()) {
            reader.pause();
        }
    }

    void onEnd(int streamId, int flags, int length, int padding) throws ConnectionError {
        forgetEnded();
        // At the end of the frame, so that the input may be cut in any way. No peer waits for credit within one:
        // the whole of it had to fit.
        if (semantics.sameForAnySplit()) {
            windowUpdates.giveForConnection();
        }
        Stream target = stream;
        if (target != null && !endStream && semantics.sameForAnySplit()) {
            windowUpdates.giveForStream(target);
        }
        if (target == null || target.resetQueued()) {
            stream = null;
            endIgnored(streamId);
            return;
        }
        DataFrame frame = new DataFrame(streamId, flags, length, padding);
        boolean wellFormed =
                lengthJudged(length, padding) && (!endStream || target.inbound().endStream());
        if (!wellFormed) {
            malformed(frame, InvalidFrameReason.HTTP_MESSAGING);
            endIgnored(streamId);
            if (!semantics.lateFramesAreJudged() && endStream && !target.over()) {
                connection.lifecycle().rememberInputEnd(target);
            }
            return;
        }
        stream = null;
        connection.callbacks().frameReceived(frame);
        if (endStream && !target.over() && connection.shutdown().keepsStreams()) {
            connection.lifecycle().endInput(target);
        }
    }

    // All the data of the frame is judged before any of it is delivered, in however many pieces it arrives.
    private boolean lengthAllowed(int bytes) {
        if (!semantics.sameForAnySplit()) {
            return stream.inbound().data(bytes);
        }
        if (judged) {
            return true;
        }
        judged = true;
        return stream.inbound().data(bytes + reader.dataLeft());
    }

    // The data was judged as it arrived; an empty frame is judged here.
    private boolean lengthJudged(int length, int padding) throws ConnectionError {
        if (length > padding) {
            connection.floodGuard().dataReceived(length - padding);
            return true;
        }
        if (!endStream && (length > 0 || semantics.emptyDataHasABudget())) {
            connection.floodGuard().emptyDataReceived(connection.now());
        }
        return (endStream && !semantics.nothingBeforeTheResponse())
                || stream.inbound().data(0);
    }

    private void endIgnored(int streamId) {
        Stream live = connection.stream(streamId);
        if (!endStream || live == null || !semantics.lateFramesAreJudged()) {
            return;
        }
        if (live.inputIgnored() && !live.resetQueued()) {
            connection.lifecycle().move(live, StreamEvent.RECEIVE_END_STREAM);
        } else {
            connection.lifecycle().rememberInputEnd(live);
        }
    }

    // Counted before delivery, so that a callback never sees more than the peer was allowed to send. The rest of
    // the frame has to fit, too.
    private void receive(int bytes, int unwanted) throws ConnectionError {
        int needed = semantics.sameForAnySplit() ? left : bytes;
        boolean fits = needed <= connection.receiveWindow().available();
        if (!fits || !connection.receiveWindow().receive(bytes)) {
            throw windowExceeded();
        }
        if (!semantics.sameForAnySplit()) {
            windowUpdates.giveReceived(null);
        }
        fits = stream == null || needed <= stream.receiveWindow().available();
        if (!fits || (stream != null && !stream.receiveWindow().receive(bytes))) {
            throw windowExceeded();
        }
        left -= bytes;
        connection.deadlines().dataReceived(bytes);
        if (!semantics.sameForAnySplit() && stream != null && (left > 0 || !endStream)) {
            windowUpdates.giveReceived(stream);
        }
        if (unwanted > 0) {
            windowUpdates.discard(stream, unwanted);
            if (!semantics.sameForAnySplit()) {
                windowUpdates.giveConsumed(stream);
            }
        }
    }

    private static ConnectionError windowExceeded() {
        return new ConnectionError(ErrorCode.FLOW_CONTROL_ERROR, "window_exceeded");
    }

    // A callback, or the application between two calls, may have reset, ended or given up the stream.
    private void forgetEnded() {
        // In nghttp2 the data of a stream that is being reset are still told, and the frame is not.
        if (stream != null
                && (stream.over()
                        || stream.inputIgnored()
                        || (stream.resetQueued() && semantics.lateFramesAreJudged()))) {
            stream = null;
        }
    }

    private void malformed(DataFrame frame, InvalidFrameReason reason) throws ConnectionError {
        Stream faulty = stream;
        stream = null;
        faults.streamError(
                faulty,
                frame,
                ErrorCode.PROTOCOL_ERROR,
                reason,
                faulty.inbound().reason());
    }
}
