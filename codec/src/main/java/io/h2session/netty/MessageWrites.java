package io.h2session.netty;

import io.h2session.Http2Session;
import io.h2session.api.DataSource;
import io.h2session.api.Http2SubmitException;
import io.h2session.hpack.HeaderList;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelPromise;

/** The writes of requests and responses: head, body, trailers. Each is submitted, or throws. */
final class MessageWrites {
    private final Http2Session session;
    private final SessionStreams streams;
    private final WriteChecks checks;
    private final FramePromises promises;

    MessageWrites(Http2Session session, SessionStreams streams, WriteChecks checks, FramePromises promises) {
        this.session = session;
        this.streams = streams;
        this.checks = checks;
        this.promises = promises;
    }

    // ---- whole messages --------------------------------------------------------------------------------------------

    void message(Http2SessionWrite.Message message, ChannelPromise promise) {
        checkHead(message.stream(), message.request());
        ByteBuf content = message.content();
        if (content != null) {
            checks.requireRoom(content.readableBytes());
        }
        if (promise.isVoid()) {
            unwatched(message, content != null);
        } else {
            watched(message, content != null, promise);
        }
        message.stream().record.endWritten = content != null;
    }

    /** The promise is void: there is nothing to follow. */
    private void unwatched(Http2SessionWrite.Message message, boolean isBuffer) {
        StreamRecord record = message.stream().record;
        DataSource body = record;
        if (isBuffer) {
            record.content(message.takeContent());
        } else {
            body = message.takeSource();
        }
        try {
            submit(message.stream(), message.headers(), message.request(), body);
        } catch (RuntimeException refused) {
            body.close();
            throw refused;
        }
        if (isBuffer) {
            record.contentWaits();
        }
    }

    private void watched(Http2SessionWrite.Message message, boolean isBuffer, ChannelPromise promise) {
        Http2StreamHandle stream = message.stream();
        HeaderList headers = message.headers();
        OutgoingBody body = isBuffer
                ? OutgoingBody.of(stream, headers, message.takeContent(), promise)
                : OutgoingBody.of(stream, headers, message.takeSource(), promise);
        try {
            submit(stream, headers, message.request(), body);
        } catch (RuntimeException refused) {
            body.fail(RefusedWrites.reported(refused));
            throw refused;
        }
        if (body.closed()) {
            // The response has no content: the head is all of it.
            promises.await(stream, headers, body.takePromise());
            return;
        }
        stream.record.body = body;
        body.waits();
    }

    private void checkHead(Http2StreamHandle stream, boolean request) {
        if (request) {
            checks.requireNew(stream);
        } else {
            checks.requireLive(stream);
        }
        checks.requireNoHead(stream);
    }

    private void submit(Http2StreamHandle stream, HeaderList headers, boolean request, DataSource body) {
        if (request) {
            streams.opened(stream, session.submitRequest(headers, body, stream));
        } else {
            session.submitResponse(stream.id(), headers, body);
        }
        stream.record.headWritten = true;
    }

    // ---- messages piece by piece -----------------------------------------------------------------------------------

    void head(Http2SessionWrite.Head head, ChannelPromise promise) {
        Http2StreamHandle stream = head.stream();
        checkHead(stream, head.request());
        OutgoingBody body = head.endStream() ? null : OutgoingBody.pushed(stream, head.headers());
        submit(stream, head.headers(), head.request(), body);
        if (body != null && body.closed()) {
            body.drop();
        }
        stream.record.body = body;
        stream.record.endWritten = head.endStream();
        promises.await(stream, head.headers(), promise);
    }

    void data(Http2SessionWrite.Data data, ChannelPromise promise) {
        Http2StreamHandle stream = data.stream();
        if (dropped(stream.record)) {
            openBody(stream.record);
            doneWithHead(stream, data.endStream(), promise);
            return;
        }
        checks.requireLive(stream);
        OutgoingBody body = openBody(stream.record);
        int length = data.content().readableBytes();
        checks.requireRoom(length, body.pending());
        checks.requireRoom(length);
        body.add(session, data.content().retain(), promise, data.endStream());
        stream.record.endWritten |= data.endStream();
    }

    void body(Http2SessionWrite.Body rest, ChannelPromise promise) {
        Http2StreamHandle stream = rest.stream();
        if (dropped(stream.record)) {
            openBody(stream.record);
            doneWithHead(stream, true, promise);
            return;
        }
        checks.requireLive(stream);
        openBody(stream.record).follow(session, rest.takeSource(), promise);
    }

    void trailers(Http2SessionWrite.Trailers trailers, ChannelPromise promise) {
        Http2StreamHandle stream = trailers.stream();
        StreamRecord record = stream.record;
        if (dropped(record)) {
            if (!record.closed) {
                session.submitTrailers(stream.id(), trailers.trailers());
            }
            doneWithHead(stream, true, promise);
            return;
        }
        checks.requireLive(stream);
        session.submitTrailers(stream.id(), trailers.trailers());
        record.endWritten = true;
        promises.await(stream, trailers.trailers(), promise);
        if (record.body != null && record.body.open()) {
            record.body.end(session);
        }
    }

    private static OutgoingBody openBody(StreamRecord record) {
        OutgoingBody body = record.body;
        if (body == null || !body.open()) {
            boolean tooEarly = body == null && !record.headWritten;
            throw new Http2SubmitException(
                    Http2SubmitException.Reason.INVALID_STATE,
                    tooEarly ? "data_before_head" : "data_after_end",
                    tooEarly ? "no head was written" : "the body has ended");
        }
        return body;
    }

    /** Whether the head of the response ends the stream, and everything written after it is dropped (HEAD, 204, 304). */
    private boolean dropped(StreamRecord record) {
        return record.owner == streams
                && record.body != null
                && record.body.dropped()
                && (!record.closed || record.errorCode == 0);
    }

    /** Completes a write that is dropped: with the head it belongs to, so that writes complete in their order. */
    private void doneWithHead(Http2StreamHandle stream, boolean last, ChannelPromise promise) {
        OutgoingBody body = stream.record.body;
        if (last) {
            body.end(session);
        }
        if (promise.isVoid()) {
            return;
        }
        if (stream.record.closed || session.streamState(stream.id()).localClosed()) {
            promises.alreadySent(promise);
        } else {
            promises.awaitHead(stream, body.head(), promise);
        }
    }
}
