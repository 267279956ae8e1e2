package io.h2session.submit;

import static io.h2session.submit.SubmitChecks.require;
import static io.h2session.submit.SubmitChecks.requireStreamNumber;

import io.h2session.api.Http2SubmitException.Reason;
import io.h2session.connection.Connection;
import io.h2session.frame.ErrorCode;
import io.h2session.queue.OutboundItem;
import io.h2session.stream.Stream;

/**
 * Early ends of streams: RST_STREAM (RFC 9113 section 6.4), and requests of which the rest is discarded. Also exchanges
 * that are held, because the application's work for them may take longer than the stream is open.
 */
public final class StreamSubmissions {
    private final Connection connection;

    /** The streams of this connection. */
    public StreamSubmissions(Connection connection) {
        this.connection = connection;
    }

    /** RST_STREAM (RFC 9113 section 6.4). A request that still waits to be sent is cancelled instead. */
    public void reset(int streamId, long errorCode) {
        requireStreamNumber(streamId);
        if (connection.shutdown().over()) {
            return;
        }
        Stream stream = connection.stream(streamId);
        if (stream != null) {
            connection.lifecycle().reset(stream, errorCode, true);
            return;
        }
        OutboundItem unsent = connection.queue().opening(streamId);
        if (unsent != null && connection.semantics().unsentIsIdle()) {
            connection.queue().cancelOpening(unsent, errorCode);
        } else if (unsent != null && !unsent.cancelled()) {
            // In nghttp2 the request stays in the queue until its turn comes.
            unsent.cancel(errorCode);
        }
    }

    /** Ignores the rest of a request. The stream is reset with NO_ERROR when the response has been sent. */
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

    /** Counts an exchange as running until the returned action is run, even after its stream has closed. */
    public Runnable holdExchange(int streamId) {
        requireStreamNumber(streamId);
        Stream stream = connection.stream(streamId);
        require(stream != null, Reason.STREAM_CLOSED, "there is no stream ", streamId);
        return connection.lifecycle().hold(stream);
    }
}
