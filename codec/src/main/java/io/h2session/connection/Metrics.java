package io.h2session.connection;

import io.h2session.api.Http2Glitch;
import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SessionMetrics;
import io.h2session.api.Http2Stall;
import io.h2session.frame.FrameType;
import io.h2session.frame.FrameWriter;
import io.h2session.frame.GoAwayFrame;
import io.h2session.frame.HeadersCategory;
import io.h2session.frame.HeadersFrame;
import io.h2session.hpack.HeaderList;
import io.h2session.hpack.HeaderToken;
import io.h2session.stream.Stream;
import io.netty.buffer.ByteBuf;
import io.netty.util.AsciiString;

/**
 * All calls of {@link Http2SessionMetrics}, if the application has given one. An exception that it throws is kept, and ends
 * the session when the running call is complete.
 */
public final class Metrics {
    private final Http2SessionMetrics metrics;
    private final Http2SessionContext session;
    private final Connection connection;

    /** Made when there are metrics: without them nothing is measured. */
    private final ExchangeTimes exchanges;

    private final ConnectionStalls stalls;
    private long handedOver;

    /** Whether it is told what the transport takes. */
    private boolean takingTold;

    /** Whether the latest send has left something because the sink accepted no more. */
    private boolean sinkFull;

    private Throwable failure;

    /** The calls of that object, or none for null. */
    public Metrics(Http2SessionMetrics metrics, Http2SessionContext session, Connection connection) {
        this.metrics = metrics;
        this.session = session;
        this.connection = connection;
        exchanges = metrics == null ? null : new ExchangeTimes();
        stalls = metrics == null ? null : new ConnectionStalls();
    }

    // A frame is not fully processed when its bytes are counted, so an exception waits until it is.
    private void failed(Throwable thrown) {
        if (failure == null) {
            failure = thrown;
        }
    }

    /** The exception that was thrown since this was asked last; null for none. */
    public Throwable takeFailure() {
        Throwable thrown = failure;
        failure = null;
        return thrown;
    }

    /** {@link Http2SessionMetrics#sessionBegun}. */
    public void sessionBegun() {
        if (metrics != null) {
            metrics.sessionBegun(session);
        }
    }

    /** {@link Http2SessionMetrics#sessionEnded}. */
    public void sessionEnded(String reason) {
        if (metrics == null) {
            return;
        }
        for (Http2Stall cause : Http2Stall.values()) {
            stalled(cause, false);
        }
        try {
            metrics.sessionEnded(session, reason);
        } catch (Throwable thrown) {
            failed(thrown);
        }
    }

    /** {@link Http2SessionMetrics#frameReceived}. */
    public void frameReceived(int type, int flags, int streamId, int length) {
        if (metrics == null) {
            return;
        }
        try {
            metrics.frameReceived(session, type, flags, streamId, length);
        } catch (Throwable thrown) {
            failed(thrown);
        }
    }

    /** {@link Http2SessionMetrics#frameSent} of DATA. */
    public void dataSent(int flags, int streamId, int length) {
        if (metrics == null) {
            return;
        }
        try {
            metrics.frameSent(session, FrameType.DATA, flags, streamId, length);
        } catch (Throwable thrown) {
            failed(thrown);
        }
    }

    /**
     * {@link Http2SessionMetrics#frameSent} of the frames that were written from there on: a header block may be several
     * frames.
     */
    public void framesSent(ByteBuf out, int from) {
        if (metrics == null) {
            return;
        }
        try {
            int end = out.writerIndex();
            for (int at = from; at < end; ) {
                int length = out.getUnsignedMedium(at);
                int type = out.getUnsignedByte(at + 3);
                int flags = out.getUnsignedByte(at + 4);
                metrics.frameSent(session, type, flags, out.getInt(at + 5), length);
                at += FrameWriter.HEADER_BYTES + length;
            }
        } catch (Throwable thrown) {
            failed(thrown);
        }
    }

    /** {@link Http2SessionMetrics#bytesReceived}. */
    public void bytesReceived(int bytes) {
        if (metrics == null || bytes == 0) {
            return;
        }
        try {
            metrics.bytesReceived(session, bytes);
        } catch (Throwable thrown) {
            failed(thrown);
        }
    }

    /** {@link Http2SessionMetrics#bytesSent}. */
    public void bytesSent(int bytes) {
        if (metrics == null) {
            return;
        }
        handedOver += bytes;
        try {
            metrics.bytesSent(session, bytes);
        } catch (Throwable thrown) {
            failed(thrown);
        }
    }

    /** A request was submitted. It waits until its stream opens. */
    public void requestSubmitted(int streamId) {
        if (metrics != null) {
            exchanges.submitted(streamId, connection.time());
        }
    }

    /** {@link Http2SessionMetrics#streamOpened}, and {@link Http2SessionMetrics#requestSent} of a request. */
    public void streamOpened(int streamId, boolean local) {
        if (metrics == null) {
            return;
        }
        try {
            long queued = exchanges.opened(streamId, connection.now());
            metrics.streamOpened(session, streamId, local);
            if (queued >= 0) {
                metrics.requestSent(session, streamId, queued);
            }
        } catch (Throwable thrown) {
            failed(thrown);
        }
    }

    /** A head was sent. */
    public void headSent(HeadersFrame frame) {
        if (metrics == null || frame.category() == HeadersCategory.TRAILERS) {
            return;
        }
        AsciiString status = frame.headers().value(HeaderToken.STATUS);
        if (status != null && status.byteAt(0) != '1') {
            exchanges.responseBegun(frame.streamId(), connection.now());
        }
    }

    /** A head, or trailers, were received. */
    public void headReceived(Stream stream, boolean trailers) {
        if (metrics != null
                && !trailers
                && !connection.role().isServer()
                && !stream.inbound().informational()) {
            exchanges.responseBegun(stream.id(), connection.now());
        }
    }

    /** {@link Http2SessionMetrics#streamClosed}. */
    public void streamClosed(int streamId, boolean local, long errorCode, boolean inboundComplete) {
        if (metrics == null) {
            return;
        }
        stallEnded(streamId);
        try {
            long now = connection.time();
            long firstByte = exchanges.firstByte(streamId);
            metrics.streamClosed(
                    session, streamId, local, errorCode, inboundComplete, firstByte, exchanges.age(streamId, now));
        } catch (Throwable thrown) {
            failed(thrown);
        }
    }

    /** Nothing more is measured of a stream, or of a request that never became one. */
    void forget(int streamId) {
        if (metrics != null) {
            exchanges.forget(streamId);
        }
    }

    /** {@link Http2SessionMetrics#stallBegun} of a stream. */
    public void stallBegun(int streamId, Http2Stall cause) {
        if (metrics == null || !exchanges.stalled(streamId, cause, connection.now())) {
            return;
        }
        try {
            metrics.stallBegun(session, streamId, cause);
        } catch (Throwable thrown) {
            failed(thrown);
        }
    }

    /**
     * A body has nothing more for now. If what it gave has to wait for the transport, its writer as a rule waits for that, too: an
     * application that writes no faster than its channel takes is not what is slow.
     */
    public void bodyDeferred(int streamId) {
        if (takingTold) {
            exchanges.deferred(streamId);
        } else {
            stallBegun(streamId, Http2Stall.APPLICATION);
        }
    }

    /** Whether {@link #taken} has something to tell. */
    public boolean awaitsTaking() {
        return metrics != null && (sinkFull || exchanges.anyDeferred());
    }

    /** The transport has taken this many of the bytes that were sent up to some moment. From the first call on, it is told each time. */
    public void taken(long bytes, long sent) {
        if (metrics == null) {
            return;
        }
        takingTold = true;
        for (int id = exchanges.takeDeferred(bytes); id != 0; id = exchanges.takeDeferred(bytes)) {
            stallEnded(id);
            stallBegun(id, Http2Stall.APPLICATION);
        }
        for (int id = exchanges.nextUntold(sent); id != 0; id = exchanges.nextUntold(sent)) {
            stallBegun(id, Http2Stall.SOCKET);
        }
        stalled(Http2Stall.SOCKET, sinkFull && bytes < sent);
    }

    /** {@link Http2SessionMetrics#stallEnded} of a stream, if it was stalled. */
    public void stallEnded(int streamId) {
        if (metrics == null) {
            return;
        }
        exchanges.notDeferred(streamId);
        Http2Stall cause = exchanges.stall(streamId);
        if (cause == null) {
            return;
        }
        try {
            long nanos = exchanges.stallEnded(streamId, connection.time());
            metrics.stallEnded(session, streamId, cause, nanos);
        } catch (Throwable thrown) {
            failed(thrown);
        }
    }

    /** A {@code send} is complete: what is left waits for something. */
    public void sendEnded(boolean full) {
        if (metrics == null) {
            return;
        }
        sinkFull = full;
        exchanges.sent(handedOver);
        boolean windowUsedUp =
                connection.scheduler().size() > 0 && connection.sendWindow().available() <= 0;
        boolean tooManyStreams = connection.queue().waitingToOpen() > 0 && !connection.mayOpenStream();
        // A sink that is full may only wait to be flushed.
        if (!full || !takingTold) {
            stalled(Http2Stall.SOCKET, full);
        }
        stalled(Http2Stall.CONNECTION_WINDOW, windowUsedUp);
        stalled(Http2Stall.PEER_STREAM_LIMIT, tooManyStreams);
    }

    private void stalled(Http2Stall cause, boolean is) {
        if (stalls.is(cause) == is) {
            return;
        }
        try {
            long nanos = stalls.set(cause, is, connection.time());
            if (is) {
                metrics.stallBegun(session, 0, cause);
            } else {
                metrics.stallEnded(session, 0, cause, nanos);
            }
        } catch (Throwable thrown) {
            failed(thrown);
        }
    }

    /** {@link Http2SessionMetrics#headersReceived}. */
    public void headersReceived(int encodedBytes, int listSize) {
        if (metrics == null) {
            return;
        }
        try {
            metrics.headersReceived(session, encodedBytes, listSize);
        } catch (Throwable thrown) {
            failed(thrown);
        }
    }

    /** {@link Http2SessionMetrics#headersSent}. */
    public void headersSent(int encodedBytes, HeaderList headers) {
        if (metrics == null) {
            return;
        }
        try {
            metrics.headersSent(session, encodedBytes, headers.listSize());
        } catch (Throwable thrown) {
            failed(thrown);
        }
    }

    /** {@link Http2SessionMetrics#goAwayReceived}. */
    public void goAwayReceived(int lastStreamId, long errorCode) {
        if (metrics == null) {
            return;
        }
        try {
            metrics.goAwayReceived(session, lastStreamId, errorCode);
        } catch (Throwable thrown) {
            failed(thrown);
        }
    }

    /** {@link Http2SessionMetrics#goAwaySent}. */
    public void goAwaySent(GoAwayFrame frame) {
        if (metrics == null) {
            return;
        }
        try {
            metrics.goAwaySent(session, frame.lastStreamId(), frame.errorCode());
        } catch (Throwable thrown) {
            failed(thrown);
        }
    }

    /** {@link Http2SessionMetrics#resetReceived}. */
    public void resetReceived(long errorCode) {
        if (metrics == null) {
            return;
        }
        try {
            metrics.resetReceived(session, errorCode);
        } catch (Throwable thrown) {
            failed(thrown);
        }
    }

    /** {@link Http2SessionMetrics#resetSent}. */
    public void resetSent(long errorCode) {
        if (metrics == null) {
            return;
        }
        try {
            metrics.resetSent(session, errorCode);
        } catch (Throwable thrown) {
            failed(thrown);
        }
    }

    /** {@link Http2SessionMetrics#glitch}. */
    public void glitch(Http2Glitch cause) {
        if (metrics == null) {
            return;
        }
        try {
            metrics.glitch(session, cause);
        } catch (Throwable thrown) {
            failed(thrown);
        }
    }

    /** {@link Http2SessionMetrics#roundTrip}. */
    public void roundTrip(long nanos) {
        if (metrics == null) {
            return;
        }
        try {
            metrics.roundTrip(session, nanos);
        } catch (Throwable thrown) {
            failed(thrown);
        }
    }
}
