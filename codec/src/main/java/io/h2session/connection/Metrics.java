package io.h2session.connection;

import io.h2session.api.Http2Glitch;
import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SessionMetrics;
import io.h2session.frame.FrameType;
import io.h2session.frame.FrameWriter;
import io.netty.buffer.ByteBuf;

/**
 * All calls of {@link Http2SessionMetrics}, if the application has given one. An exception that it throws is kept, and ends
 * the session when the running call is complete.
 */
public final class Metrics {
    private final Http2SessionMetrics metrics;
    private final Http2SessionContext session;
    private Throwable failure;

    /** The calls of that object, or none for null. */
    public Metrics(Http2SessionMetrics metrics, Http2SessionContext session) {
        this.metrics = metrics;
        this.session = session;
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
            metrics.frameReceived(type, flags, streamId, length);
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
            metrics.frameSent(FrameType.DATA, flags, streamId, length);
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
                metrics.frameSent(type, flags, out.getInt(at + 5), length);
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
            metrics.bytesReceived(bytes);
        } catch (Throwable thrown) {
            failed(thrown);
        }
    }

    /** {@link Http2SessionMetrics#bytesSent}. */
    public void bytesSent(int bytes) {
        if (metrics == null) {
            return;
        }
        try {
            metrics.bytesSent(bytes);
        } catch (Throwable thrown) {
            failed(thrown);
        }
    }

    /** {@link Http2SessionMetrics#streamOpened}. */
    public void streamOpened(int streamId, boolean local) {
        if (metrics == null) {
            return;
        }
        try {
            metrics.streamOpened(streamId, local);
        } catch (Throwable thrown) {
            failed(thrown);
        }
    }

    /** {@link Http2SessionMetrics#streamClosed}. */
    public void streamClosed(int streamId, boolean local, long errorCode, boolean inboundComplete) {
        if (metrics == null) {
            return;
        }
        try {
            metrics.streamClosed(streamId, local, errorCode, inboundComplete);
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
            metrics.resetReceived(errorCode);
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
            metrics.resetSent(errorCode);
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
            metrics.glitch(cause);
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
            metrics.roundTrip(nanos);
        } catch (Throwable thrown) {
            failed(thrown);
        }
    }
}
