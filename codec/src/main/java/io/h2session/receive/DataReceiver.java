package io.h2session.receive;

import io.h2session.api.InvalidFrameReason;
import io.h2session.api.ReceiveAnswer;
import io.h2session.api.StreamState;
import io.h2session.connection.Connection;
import io.h2session.connection.Semantics;
import io.h2session.frame.ConnectionError;
import io.h2session.frame.DataFrame;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.FrameFlags;
import io.h2session.frame.FrameReader;
import io.h2session.stream.Stream;
import io.h2session.stream.StreamEvent;
import io.netty.buffer.ByteBuf;

/**
 * Handles DATA (RFC 9113 sections 6.1 and 6.9). Each byte of a payload, even if it is ignored, counts against the window of
 * the connection and is credited exactly once.
 */
final class DataReceiver {
    private final Connection connection;
    private final DataAccounting accounting;
    private final StreamFaults faults;
    private final Semantics semantics;
    private final LateFrames late;
    private final FrameReader reader;

    // The frame being received. It is ignored if it has no stream.
    private Stream stream;
    private boolean endStream;

    DataReceiver(Connection connection, FrameReader reader, StreamFaults faults, LateFrames late) {
        this.connection = connection;
        this.reader = reader;
        this.faults = faults;
        this.late = late;
        accounting = DataAccounting.of(connection);
        semantics = connection.semantics();
    }

    /** The frame header was read. Answers whether the application is told of the frame. */
    boolean begin(int streamId, int flags, int length) throws ConnectionError {
        endStream = (flags & FrameFlags.END_STREAM) != 0;
        accounting.begin(length, endStream);
        stream = connection.stream(streamId);
        if (stream == null) {
            judgeMissing(streamId, length);
            return false;
        }
        judgeState();
        if (stream.resetQueued() || stream.inputIgnored()) {
            ignore(length);
            stream = null;
            return false;
        }
        if (unanswered()) {
            throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, "data_before_headers");
        }
        if (!semantics.emptyDataHasABudget() && length == 0 && !endStream) {
            connection.floodGuard().emptyDataReceived(connection.now());
        }
        return true;
    }

    private void judgeState() throws ConnectionError {
        StreamState state = stream.state();
        if (late.dataIsLate(stream)) {
            throw new ConnectionError(ErrorCode.STREAM_CLOSED, "data_on_closed_stream");
        }
        // The peer may have opened a promised stream before our RST_STREAM arrives.
        boolean openedUnseen = stream.resetQueued() && state == StreamState.RESERVED_REMOTE;
        if (!StreamEvent.RECEIVE_DATA.allowedIn(state) && !openedUnseen) {
            throw StreamEvent.RECEIVE_DATA.fault(state);
        }
    }

    private boolean unanswered() {
        if (semantics.nothingBeforeTheResponse()) {
            return !connection.role().isServer()
                    && connection.messageRules().enforce()
                    && stream.inbound().status() == 0;
        }
        return connection.role().opens(stream.id()) && !stream.answered();
    }

    // The peer does not know that its input is ignored, unless we reset the stream and the DATA crosses our RST_STREAM.
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
            case ENDED, NEVER_USED -> throw new ConnectionError(ErrorCode.STREAM_CLOSED, "data_on_closed_stream");
            case PEER_RESET -> {
                connection.lifecycle().lateAfterReset(streamId);
                connection.floodGuard().strayData(length, connection.now());
            }
            // The peer may not have received our RST_STREAM yet; a forgotten stream may be such a stream.
            case WE_RESET, FORGOTTEN -> connection.floodGuard().strayData(length, connection.now());
        }
    }

    void onPadding(int bytes) throws ConnectionError {
        forgetEnded();
        int uncounted = accounting.uncounted(bytes);
        if (uncounted > 0) {
            accounting.received(stream, uncounted, uncounted);
        }
    }

    void onData(int streamId, int flags, ByteBuf in, int index, int bytes) throws ConnectionError {
        forgetEnded();
        int padding = accounting.paddingCountedWithData(reader, in);
        accounting.received(stream, bytes + padding, stream == null ? bytes + padding : padding);
        if (stream == null) {
            return;
        }
        if (!accounting.lengthAllowed(stream, bytes, reader.dataLeft())) {
            accounting.refused(bytes);
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
        Stream target = stream;
        accounting.end(target, endStream);
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
            if (endStream && !target.over()) {
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

    // Data was checked when it arrived; an empty frame is checked here.
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
        if (endStream) {
            late.endIgnored(streamId);
        }
    }

    // The application may have reset, ended or discarded the stream in a callback or between two calls.
    private void forgetEnded() {
        if (stream != null && !stream.inputCounts() && late.restIsDropped(stream)) {
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
