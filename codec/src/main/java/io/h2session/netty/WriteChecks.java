package io.h2session.netty;

import io.h2session.Http2Session;
import io.h2session.api.Http2SubmitException;

/** The rules for writes that the session does not check: about their handles, and about how much may wait. */
final class WriteChecks {
    private final Http2Session session;
    private final SessionStreams streams;
    private final FramePromises promises;
    private final int maxPendingFrames;

    WriteChecks(Http2Session session, SessionStreams streams, FramePromises promises, HandlerSettings settings) {
        this.session = session;
        this.streams = streams;
        this.promises = promises;
        maxPendingFrames = settings.maxPendingFrames;
    }

    /** The handle of a new stream must be new. */
    void requireNew(Http2StreamHandle stream) {
        if (stream.record.owner != null) {
            throw new IllegalStateException(stream + " was used for a request already");
        }
    }

    /** Every other handle must name a stream of this very session that is not closed. */
    void requireLive(Http2StreamHandle stream) {
        SessionStreams owner = stream.record.owner;
        if (owner != streams) {
            throw new IllegalStateException(
                    owner == null ? "nothing was written for the stream yet" : stream + " is another channel's");
        } else if (stream.record.closed) {
            throw FramePromises.streamClosed(stream.record, false);
        }
    }

    /** The number of a live stream; 0 if the handle is null. */
    int idOrZero(Http2StreamHandle stream) {
        if (stream == null) {
            return 0;
        }
        requireLive(stream);
        return stream.id();
    }

    /** A message has one head. */
    void requireNoHead(Http2StreamHandle stream) {
        if (stream.record.headWritten) {
            throw new Http2SubmitException(
                    Http2SubmitException.Reason.INVALID_STATE,
                    "second_final_response",
                    "the head of the message was written already");
        }
    }

    /** The buffers of all streams are limited. */
    void requireRoom(int length) {
        if (!streams.pending.hasRoom(length)) {
            throw tooMuch("DATA of all streams");
        }
    }

    /** The pushed DATA of a stream is limited. */
    void requireRoom(int length, int pendingOfStream) {
        if (!streams.pending.hasRoom(length, pendingOfStream)) {
            throw tooMuch("DATA of the stream");
        }
    }

    /** Frames that the limits of DATA do not bound: each waits for the peer to read. */
    void requireRoomForFrame() {
        if (session.outboundQueueSize() - session.unsentRequests() >= maxPendingFrames) {
            throw tooMuch("frames");
        }
    }

    void requireRoomForPromise() {
        if (promises.promisedStreams() >= maxPendingFrames) {
            throw tooMuch("promised streams");
        }
    }

    private static Http2SubmitException tooMuch(String what) {
        return new Http2SubmitException(
                Http2SubmitException.Reason.TOO_MANY_PENDING, "too much waits to be sent already: " + what);
    }
}
