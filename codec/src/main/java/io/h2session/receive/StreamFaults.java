package io.h2session.receive;

import io.h2session.api.InvalidFrameReason;
import io.h2session.connection.Connection;
import io.h2session.frame.ConnectionError;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.Frame;
import io.h2session.frame.FrameFlags;
import io.h2session.frame.FrameType;
import io.h2session.stream.Stream;

/** The reactions to a peer that breaks a rule: errors of a stream and of the connection (RFC 9113 section 5.4). */
final class StreamFaults {
    private final Connection connection;
    private final LateFrames late;

    // What is wrong with a header block that is not complete yet. It is reported with the flags and length of the
    // whole.
    private InvalidFrameReason owed;

    StreamFaults(Connection connection, LateFrames late) {
        this.connection = connection;
        this.late = late;
    }

    /** A stream error: the stream is reset, the application is told, and the peer is charged. */
    void streamError(Stream stream, Frame frame, ErrorCode code, InvalidFrameReason reason, String token)
            throws ConnectionError {
        if (late.faultIsIgnored(stream)) {
            return;
        }
        connection.lifecycle().reset(stream, code.code(), false);
        if (reason == InvalidFrameReason.HTTP_HEADER || connection.semantics().violationsHaveResults()) {
            connection.callbacks().error(token);
        }
        invalid(frame, reason);
        connection.floodGuard().streamFault(connection.role().opens(stream.id()), connection.now());
    }

    /**
     * Tells the application that a frame is invalid. For a header block this waits until the block is complete; in nghttp2
     * it does not.
     */
    void invalid(Frame frame, InvalidFrameReason reason) {
        boolean block = frame.type() == FrameType.HEADERS || frame.type() == FrameType.PUSH_PROMISE;
        if (block
                && (frame.flags() & FrameFlags.END_HEADERS) == 0
                && connection.semantics().violationsHaveResults()) {
            owed = reason;
        } else {
            connection.callbacks().invalidFrameReceived(frame, reason);
        }
    }

    /** A header block is complete. */
    void blockEnded(Frame whole) {
        if (owed != null) {
            InvalidFrameReason reason = owed;
            owed = null;
            connection.callbacks().invalidFrameReceived(whole, reason);
        }
    }

    /** Tells the application of a frame that is a connection error, and returns the error for the caller to throw. */
    ConnectionError connectionError(Frame frame, InvalidFrameReason reason, ConnectionError error) {
        connection.callbacks().invalidFrameReceived(frame, reason);
        return error;
    }
}
