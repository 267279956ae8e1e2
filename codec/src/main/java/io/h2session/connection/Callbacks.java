package io.h2session.connection;

import io.h2session.api.BodySink;
import io.h2session.api.DataResult;
import io.h2session.api.DataSource;
import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SessionListener;
import io.h2session.api.InvalidFrameReason;
import io.h2session.api.InvalidHeaderAnswer;
import io.h2session.api.NotSentReason;
import io.h2session.api.ReceiveAnswer;
import io.h2session.api.SendAnswer;
import io.h2session.frame.ExtensionFrame;
import io.h2session.frame.Frame;
import io.h2session.hpack.HeaderField;
import io.netty.buffer.ByteBuf;

/** All calls of the application's code. An exception that it throws becomes a {@link CallbackFailure}. */
public final class Callbacks {
    private final Http2SessionListener listener;
    private final Http2SessionContext session;

    Callbacks(Http2SessionListener listener, Http2SessionContext session) {
        this.listener = listener;
        this.session = session;
    }

    /** {@link Http2SessionListener#onBeginFrame}. */
    public void beginFrame(int type, int flags, int streamId, int length) {
        try {
            listener.onBeginFrame(session, type, flags, streamId, length);
        } catch (Throwable thrown) {
            throw new CallbackFailure(thrown);
        }
    }

    /** {@link Http2SessionListener#onBeginHeaders}. */
    public ReceiveAnswer beginHeaders(Frame frame) {
        try {
            return listener.onBeginHeaders(session, frame);
        } catch (Throwable thrown) {
            throw new CallbackFailure(thrown);
        }
    }

    /** {@link Http2SessionListener#onHeader}. */
    public ReceiveAnswer header(Frame frame, HeaderField field) {
        try {
            return listener.onHeader(session, frame, field);
        } catch (Throwable thrown) {
            throw new CallbackFailure(thrown);
        }
    }

    /** {@link Http2SessionListener#onInvalidHeader}. */
    public InvalidHeaderAnswer invalidHeader(Frame frame, HeaderField field) {
        try {
            return listener.onInvalidHeader(session, frame, field);
        } catch (Throwable thrown) {
            throw new CallbackFailure(thrown);
        }
    }

    /** {@link Http2SessionListener#onDataChunk}. */
    public ReceiveAnswer dataChunk(int streamId, int flags, ByteBuf data) {
        try {
            return listener.onDataChunk(session, streamId, flags, data);
        } catch (Throwable thrown) {
            throw new CallbackFailure(thrown);
        }
    }

    /** {@link Http2SessionListener#onFrameReceived}. */
    public void frameReceived(Frame frame) {
        try {
            listener.onFrameReceived(session, frame);
        } catch (Throwable thrown) {
            throw new CallbackFailure(thrown);
        }
    }

    /** {@link Http2SessionListener#onInvalidFrameReceived}. */
    public void invalidFrameReceived(Frame frame, InvalidFrameReason reason) {
        try {
            listener.onInvalidFrameReceived(session, frame, reason);
        } catch (Throwable thrown) {
            throw new CallbackFailure(thrown);
        }
    }

    /** {@link Http2SessionListener#onExtensionChunk}. */
    public ReceiveAnswer extensionChunk(int type, int flags, int streamId, ByteBuf chunk) {
        try {
            return listener.onExtensionChunk(session, type, flags, streamId, chunk);
        } catch (Throwable thrown) {
            throw new CallbackFailure(thrown);
        }
    }

    /** {@link Http2SessionListener#unpackExtension}. */
    public Object unpackExtension(int type, int flags, int streamId, int length) {
        try {
            return listener.unpackExtension(session, type, flags, streamId, length);
        } catch (Throwable thrown) {
            throw new CallbackFailure(thrown);
        }
    }

    /** {@link Http2SessionListener#beforeFrameSend}. */
    public SendAnswer beforeFrameSend(Frame frame) {
        try {
            return listener.beforeFrameSend(session, frame);
        } catch (Throwable thrown) {
            throw new CallbackFailure(thrown);
        }
    }

    /** {@link Http2SessionListener#onFrameSent}. */
    public void frameSent(Frame frame) {
        try {
            listener.onFrameSent(session, frame);
        } catch (Throwable thrown) {
            throw new CallbackFailure(thrown);
        }
    }

    /** {@link Http2SessionListener#onFrameNotSent}. */
    public void frameNotSent(Frame frame, NotSentReason reason) {
        try {
            listener.onFrameNotSent(session, frame, reason);
        } catch (Throwable thrown) {
            throw new CallbackFailure(thrown);
        }
    }

    /** {@link Http2SessionListener#selectPadding}, and the check of its result's range. */
    public int selectPadding(Frame frame, int length, int max) {
        int padded;
        try {
            padded = listener.selectPadding(session, frame, length, max);
        } catch (Throwable thrown) {
            throw new CallbackFailure(thrown);
        }
        if (padded < length || padded > max) {
            throw new CallbackFailure(new IllegalArgumentException(
                    "selectPadding answered " + padded + ", not from " + length + " to " + max));
        }
        return padded;
    }

    /** {@link Http2SessionListener#dataReadLength}. */
    public int dataReadLength(int streamId, int connectionWindow, int streamWindow, int peerMaxFrameSize) {
        int length;
        try {
            length = listener.dataReadLength(session, streamId, connectionWindow, streamWindow, peerMaxFrameSize);
        } catch (Throwable thrown) {
            throw new CallbackFailure(thrown);
        }
        if (length <= 0) {
            throw new CallbackFailure(new IllegalArgumentException("dataReadLength answered " + length));
        }
        return length;
    }

    /** {@link Http2SessionListener#packExtension}. */
    public SendAnswer packExtension(ExtensionFrame frame, ByteBuf target) {
        try {
            return listener.packExtension(session, frame, target);
        } catch (OutOfMemoryError error) {
            throw error;
        } catch (Throwable thrown) {
            throw new CallbackFailure(thrown);
        }
    }

    /** {@link Http2SessionListener#onStreamClosed}. */
    public void streamClosed(int streamId, long errorCode) {
        try {
            listener.onStreamClosed(session, streamId, errorCode);
        } catch (Throwable thrown) {
            throw new CallbackFailure(thrown);
        }
    }

    /** {@link Http2SessionListener#onError}. */
    public void error(String reason) {
        try {
            listener.onError(session, reason);
        } catch (Throwable thrown) {
            throw new CallbackFailure(thrown);
        }
    }

    /** {@link DataSource#read}. */
    public DataResult read(DataSource body, int streamId, int max, BodySink sink) {
        DataResult result;
        try {
            result = body.read(streamId, max, sink);
        } catch (OutOfMemoryError error) {
            // Not the source's fault: the memory of the sink is the session's.
            throw error;
        } catch (Throwable thrown) {
            throw new CallbackFailure(thrown);
        }
        if (result == null) {
            throw new CallbackFailure(new NullPointerException("a DataSource answered null"));
        }
        return result;
    }

    /** {@link DataSource#close}; null is none. */
    public void close(DataSource body) {
        if (body == null) {
            return;
        }
        try {
            body.close();
        } catch (Throwable thrown) {
            throw new CallbackFailure(thrown);
        }
    }
}
