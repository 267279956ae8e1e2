package io.h2session.receive;

import io.h2session.api.InvalidFrameReason;
import io.h2session.connection.Connection;
import io.h2session.frame.ConnectionError;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.Frame;
import io.h2session.stream.Stream;

/** What happens to a stream, or to the connection, when the peer breaks the rules (RFC 9113 section 5.4). */
final class StreamFaults {
    private final Connection connection;

    StreamFaults(Connection connection) {
        this.connection = connection;
    }

    /** A stream error: the stream is reset, the application told, the peer charged. */
    void streamError(Stream stream, Frame frame, ErrorCode code, InvalidFrameReason reason, String token)
            throws ConnectionError {
        if (stream.resetQueued() && !connection.options().followNghttp2()) {
            return;
        }
        connection.lifecycle().reset(stream, code.code(), false);
        if (reason == InvalidFrameReason.HTTP_HEADER || !connection.options().followNghttp2()) {
            connection.callbacks().error(token);
        }
        connection.callbacks().invalidFrameReceived(frame, reason);
        connection.floodGuard().streamFault(connection.role().opens(stream.id()), connection.now());
    }

    /** A connection error of which the application is told beforehand; to be thrown. */
    ConnectionError connectionError(Frame frame, InvalidFrameReason reason, ConnectionError error) {
        connection.callbacks().invalidFrameReceived(frame, reason);
        return error;
    }
}
