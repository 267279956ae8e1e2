package io.h2session.netty;

import io.h2session.api.Http2SessionContext;
import io.h2session.api.NotSentReason;
import io.h2session.frame.DataFrame;
import io.h2session.frame.Frame;
import io.h2session.frame.HeadersCategory;
import io.h2session.frame.HeadersFrame;
import io.h2session.frame.PushPromiseFrame;
import io.h2session.hpack.HeaderList;
import io.netty.channel.ChannelPromise;

/**
 * Follows each frame that was written, from the submit until its promise can complete.
 *
 * <pre>
 *   submitted ─► HeadPromise | ControlPromises | OutgoingBody ── sent ─► SentPromises ── accepted ─► done
 *                                                           └── not sent, stream closed ─► failed
 * </pre>
 */
final class FramePromises {
    private final SessionStreams streams;
    private final SentPromises sent;
    private final SessionEnd end;
    private final RefusedWrites refusals;
    private final ControlPromises control = new ControlPromises();
    private int awaitedHeads;

    /** Streams that this end promised and that are not closed. */
    private int promisedStreams;

    FramePromises(SessionStreams streams, SessionEnd end, RefusedWrites refusals) {
        this.streams = streams;
        this.end = end;
        this.refusals = refusals;
        sent = streams.sent;
    }

    // ---- what was submitted ----------------------------------------------------------------------------------------

    ControlPromises control() {
        return control;
    }

    /** A header block was submitted. */
    void await(Http2StreamHandle stream, HeaderList headers, ChannelPromise promise) {
        await(stream, headers, promise, false);
    }

    /** A write is dropped because the head ends the stream: its promise completes with that of the head. */
    void awaitHead(Http2StreamHandle stream, HeaderList head, ChannelPromise promise) {
        await(stream, head, promise, true);
    }

    private void await(Http2StreamHandle stream, HeaderList headers, ChannelPromise promise, boolean follows) {
        if (!promise.isVoid()) {
            HeadPromise.add(stream, new HeadPromise(headers, promise, follows));
            awaitedHeads++;
        }
    }

    /** The last byte of the promise's write is in the output already. */
    void alreadySent(ChannelPromise promise) {
        sent.add(promise);
    }

    /** A stream was promised. */
    void promised(Http2StreamHandle stream) {
        stream.record.promised = true;
        promisedStreams++;
    }

    int promisedStreams() {
        return promisedStreams;
    }

    // ---- what the session reports ----------------------------------------------------------------------------------

    void onFrameSent(Http2SessionContext session, Frame frame) {
        if (frame instanceof HeadersFrame headers) {
            headSent(session, headers.streamId(), headers.headers());
        } else if (!control.isEmpty() || awaitedHeads > 0) {
            if (frame instanceof PushPromiseFrame promise) {
                headSent(session, promise.streamId(), promise.headers());
                return;
            }
            ChannelPromise promise = control.take(frame);
            if (promise != null) {
                sent.add(promise);
            }
        }
    }

    private void headSent(Http2SessionContext session, int streamId, HeaderList headers) {
        ChannelPromise promise = takeHead(session, streamId, headers, false);
        while (promise != null) {
            sent.add(promise);
            promise = takeHead(session, streamId, headers, true);
        }
    }

    private ChannelPromise takeHead(Http2SessionContext session, int streamId, HeaderList headers, boolean followers) {
        Http2StreamHandle stream = awaitedHeads == 0 ? null : streams.find(session, streamId);
        if (stream == null) {
            return null;
        }
        ChannelPromise promise = HeadPromise.take(stream, headers, followers);
        if (promise != null) {
            awaitedHeads--;
        }
        return promise;
    }

    void onFrameNotSent(Http2SessionContext session, Frame frame, NotSentReason reason) {
        HeaderList headers = null;
        boolean request = false;
        if (frame instanceof HeadersFrame head) {
            headers = head.headers();
            request = head.category() == HeadersCategory.REQUEST;
        } else if (frame instanceof PushPromiseFrame push) {
            headers = push.headers();
        }
        Http2NotSentException notSent = new Http2NotSentException(reason, 0, request, "not sent: " + reason, null);
        if (frame instanceof DataFrame) {
            bodyNotSent(session, frame.streamId(), notSent);
        } else if (headers != null) {
            headNotSent(session, frame.streamId(), headers, notSent);
        } else {
            ChannelPromise promise = control.take(frame);
            if (promise != null) {
                promise.tryFailure(notSent);
            }
        }
    }

    private void headNotSent(
            Http2SessionContext session, int streamId, HeaderList headers, Http2NotSentException notSent) {
        ChannelPromise promise = takeHead(session, streamId, headers, false);
        while (promise != null) {
            promise.tryFailure(notSent);
            promise = takeHead(session, streamId, headers, true);
        }
        Http2StreamHandle stream = streams.find(session, streamId);
        OutgoingBody body = stream == null ? null : stream.record.body;
        if (body != null && body.belongsTo(headers)) {
            body.fail(notSent);
        }
    }

    /** A body is not as long as its content-length said: what waits behind it is not sent either. */
    private void bodyNotSent(Http2SessionContext session, int streamId, Http2NotSentException notSent) {
        if (!(session.userData(streamId) instanceof Http2StreamHandle stream)) {
            return;
        }
        StreamRecord record = stream.record;
        HeadPromise behind = record.heads;
        record.heads = null;
        if (behind == null && (record.body == null || record.body.unheard())) {
            refusals.cut(stream, notSent);
        }
        if (record.body != null) {
            record.body.failRead(notSent);
        }
        failHeads(behind, notSent);
    }

    private void failHeads(HeadPromise first, Throwable cause) {
        for (HeadPromise next = first; next != null; next = next.next) {
            awaitedHeads--;
            next.promise.tryFailure(cause);
        }
    }

    /**
     * A stream is closed: what was written and not sent fails.
     *
     * @param unprocessed whether the peer has certainly not processed the request
     */
    void onStreamClosed(Http2StreamHandle stream, long errorCode, boolean unprocessed) {
        StreamRecord record = stream.record;
        record.closed = true;
        record.errorCode = (int) errorCode;
        if (record.promised) {
            promisedStreams--;
        }
        OutgoingBody body = record.body;
        if (body != null && !body.dropped()) {
            record.body = null;
        }
        HeadPromise head = record.heads;
        record.heads = null;
        if (body == null && head == null) {
            return;
        }
        Throwable cause = null;
        if (head != null) {
            cause = closedException(record, unprocessed);
            failHeads(head, cause);
        }
        if (body != null && body.unsent()) {
            body.fail(cause == null ? closedException(record, unprocessed) : cause);
        }
    }

    private Throwable closedException(StreamRecord record, boolean unprocessed) {
        return end.over() && !unprocessed ? end.endedCause() : streamClosed(record, unprocessed);
    }

    static Http2NotSentException streamClosed(StreamRecord record, boolean unprocessed) {
        return Http2NotSentException.streamClosed(Integer.toUnsignedLong(record.errorCode), unprocessed);
    }

    /** A send has emptied the session. */
    void drained() {
        if (!control.isEmpty()) {
            control.drained(sent);
        }
    }

    /** The session is over: no more bytes reach the transport. */
    void fail(Throwable cause) {
        sent.fail(cause);
        control.fail(cause);
    }
}
