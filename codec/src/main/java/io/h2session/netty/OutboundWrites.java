package io.h2session.netty;

import io.h2session.Http2Session;
import io.h2session.api.DataSource;
import io.h2session.api.Http2SessionMetrics;
import io.h2session.api.Http2SubmitException;
import io.h2session.api.NotSentReason;
import io.h2session.frame.DataFrame;
import io.h2session.frame.Frame;
import io.h2session.frame.HeadersCategory;
import io.h2session.frame.HeadersFrame;
import io.h2session.frame.PushPromiseFrame;
import io.h2session.hpack.HeaderList;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.util.Arrays;

/**
 * Turns {@link Http2SessionWrite}s into submits, and follows each frame until its promise can complete.
 *
 * <pre>
 *   write ─► submit ─► HeadPromise | ControlPromises | OutgoingBody ── sent ─► SentPromises ── accepted ─► done
 *                                                                └── not sent, stream closed ─► failed
 * </pre>
 */
final class OutboundWrites {
    private final Http2SessionHandler handler;
    private final int lowWaterMark;
    private final int highWaterMark;
    private final int maxPendingOfStream;
    private final long maxPending;
    private final int maxPendingFrames;
    private final long lowOfAll;
    private final long highOfAll;
    private final Http2SessionMetrics metrics;
    private final boolean holdExchanges;

    private final StreamHandles handles = new StreamHandles(this);
    private final SentPromises sent = new SentPromises();
    private final ControlPromises control = new ControlPromises();
    private final ControlWrites controls;
    private final RefusedWrites refusals = new RefusedWrites(this);
    private Http2Session session;
    private int awaitedHeads;
    private long pending;

    /** Whether that has risen above the high mark and not sunk below the low one since. */
    private boolean high;

    /** Streams we promised that are not over. */
    private int promised;

    private Http2StreamHandle[] writabilityChanged = new Http2StreamHandle[4];
    private int writabilityChanges;

    OutboundWrites(Http2SessionHandler handler, Http2SessionHandlerBuilder builder) {
        this.handler = handler;
        lowWaterMark = builder.streamLowWaterMark;
        highWaterMark = builder.streamHighWaterMark;
        maxPendingOfStream = (int) Math.min(builder.maxPendingBytesPerStream, Integer.MAX_VALUE);
        maxPending = builder.maxPendingBytes;
        maxPendingFrames = builder.maxPendingFrames;
        lowOfAll = builder.lowWaterMark;
        highOfAll = builder.highWaterMark;
        metrics = builder.metrics == null ? builder.options.metrics() : builder.metrics;
        holdExchanges = builder.holdExchanges;
        controls = new ControlWrites(this, control);
    }

    void session(Http2Session made) {
        session = made;
    }

    Http2Session session() {
        return session;
    }

    StreamHandles handles() {
        return handles;
    }

    Http2SessionHandler handler() {
        return handler;
    }

    Runnable holdExchange(int streamId) {
        Runnable release = session.holdExchange(streamId);
        return () -> handler.onLoop(release);
    }

    SentPromises sent() {
        return sent;
    }

    // ---- writing ---------------------------------------------------------------------------------------------------

    /** Takes a write: it is submitted, or released and its promise failed. Never throws. */
    void write(Http2SessionWrite write, ChannelPromise promise) {
        if (!promise.isVoid() && !promise.setUncancellable()) {
            ReferenceCountUtil.release(write);
            return;
        }
        if (handler.over()) {
            refusals.refused(write, promise, opens(write) ? neverSent(handler.endedCause()) : handler.endedCause());
            ReferenceCountUtil.release(write);
            return;
        }
        boolean taken = false;
        try {
            if (write instanceof Http2SessionWrite.Message message) {
                message(message, promise);
            } else if (write instanceof Http2SessionWrite.Head head) {
                head(head, promise);
            } else if (write instanceof Http2SessionWrite.Data data) {
                data(data, promise);
            } else if (write instanceof Http2SessionWrite.Trailers trailers) {
                trailers(trailers, promise);
            } else if (write instanceof Http2SessionWrite.Body body) {
                body(body, promise);
            } else {
                controls.write(write, promise);
            }
            taken = true;
        } catch (RuntimeException refused) {
            refusals.refused(write, promise, told(refused));
        } finally {
            ReferenceCountUtil.release(write);
        }
        if (holdExchanges) {
            letGo(lastOfExchange(write), taken);
        }
    }

    /** The stream for which the application does nothing more after that write; null if there is none. */
    private static Http2StreamHandle lastOfExchange(Http2SessionWrite write) {
        if (write instanceof Http2SessionWrite.Message message) {
            return message.stream();
        } else if (write instanceof Http2SessionWrite.Head head) {
            return head.endStream() ? head.stream() : null;
        } else if (write instanceof Http2SessionWrite.Data data) {
            return data.endStream() ? data.stream() : null;
        } else if (write instanceof Http2SessionWrite.Trailers trailers) {
            return trailers.stream();
        } else if (write instanceof Http2SessionWrite.Body body) {
            return body.stream();
        } else if (write instanceof Http2SessionWrite.Reset reset) {
            return reset.stream();
        }
        return null;
    }

    // An answer that comes too late is an answer; one that was refused for another reason may be tried again.
    private void letGo(Http2StreamHandle stream, boolean taken) {
        if (stream != null && stream.owner == this && (taken || stream.closed)) {
            stream.letGo();
        }
    }

    /** A request that comes after GOAWAY fails as those that waited when it came. */
    private static RuntimeException told(RuntimeException refused) {
        return refused instanceof Http2SubmitException submit
                        && submit.reason() == Http2SubmitException.Reason.START_STREAM_NOT_ALLOWED
                ? new Http2NotSentException(NotSentReason.START_STREAM_NOT_ALLOWED, 0, true, refused.getMessage(), null)
                : refused;
    }

    /** What is no write of ours was refused. */
    void refuse(Object message, ChannelPromise promise, Throwable cause) {
        refusals.refused(message, promise, cause);
    }

    private static boolean opens(Http2SessionWrite write) {
        return (write instanceof Http2SessionWrite.Message message && message.request())
                || (write instanceof Http2SessionWrite.Head head && head.request());
    }

    /** What a request fails with that came too late: of the same type as everything else, but safe to send again. */
    private static Throwable neverSent(Throwable ended) {
        Http2NotSentException late = new Http2NotSentException(
                NotSentReason.SESSION_CLOSING, 0, true, "not sent: the session is over", ended);
        return ended instanceof ClosedChannelException ? Http2SessionHandler.closedChannel(late) : late;
    }

    private void message(Http2SessionWrite.Message message, ChannelPromise promise) {
        checkHead(message.stream(), message.request());
        ByteBuf content = message.content();
        if (content != null) {
            requireRoom(content.readableBytes());
        }
        if (promise.isVoid()) {
            unwatched(message, content != null);
        } else {
            watched(message, content != null, promise);
        }
        message.stream().endWritten = content != null;
    }

    /** Nobody asks what becomes of it. */
    private void unwatched(Http2SessionWrite.Message message, boolean isBuffer) {
        WholeBody content = isBuffer ? new WholeBody(this, message.takeContent()) : null;
        DataSource body = isBuffer ? content : message.takeSource();
        try {
            submit(message.stream(), message.headers(), message.request(), body);
        } catch (RuntimeException refused) {
            body.close();
            throw refused;
        }
        if (content != null) {
            content.waits();
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
            body.fail(told(refused));
            throw refused;
        }
        if (body.closed()) {
            // The response has no content: the head is all of it.
            await(stream, headers, body.takePromise());
            return;
        }
        stream.body = body;
        body.waits();
    }

    private void head(Http2SessionWrite.Head head, ChannelPromise promise) {
        Http2StreamHandle stream = head.stream();
        checkHead(stream, head.request());
        OutgoingBody body = head.endStream() ? null : OutgoingBody.pushed(stream, head.headers());
        submit(stream, head.headers(), head.request(), body);
        if (body != null && body.closed()) {
            body.drop();
        }
        stream.body = body;
        stream.endWritten = head.endStream();
        await(stream, head.headers(), promise);
    }

    private void submit(Http2StreamHandle stream, HeaderList headers, boolean request, DataSource body) {
        if (request) {
            stream.id(session.submitRequest(headers, body, stream));
            stream.owner = this;
        } else {
            session.submitResponse(stream.id(), headers, body);
        }
        stream.headWritten = true;
    }

    private void data(Http2SessionWrite.Data data, ChannelPromise promise) {
        Http2StreamHandle stream = data.stream();
        if (dropped(stream)) {
            openBody(stream);
            doneWithHead(stream, data.endStream(), promise);
            return;
        }
        check(stream, false);
        OutgoingBody body = openBody(stream);
        int octets = data.content().readableBytes();
        if (OutgoingBody.charge(octets) > maxPendingOfStream - body.pending()) {
            throw tooMuch("DATA of the stream");
        }
        requireRoom(octets);
        body.add(data.content().retain(), promise, data.endStream());
        stream.endWritten |= data.endStream();
    }

    private static OutgoingBody openBody(Http2StreamHandle stream) {
        OutgoingBody body = stream.body;
        if (body == null || !body.open()) {
            throw new Http2SubmitException(
                    Http2SubmitException.Reason.INVALID_STATE,
                    body == null && !stream.headWritten ? "data_before_head" : "data_after_end",
                    body == null && !stream.headWritten ? "no head was written" : "the body has ended");
        }
        return body;
    }

    /** Whether the head of the stream's response ends it by itself: what else is written for it is dropped (HEAD, 204, 304). */
    private boolean dropped(Http2StreamHandle stream) {
        return stream.owner == this
                && stream.body != null
                && stream.body.dropped()
                && (!stream.closed || stream.errorCode == 0);
    }

    /** Completes a write that is dropped: with the head it belongs to, so that writes complete in their order. */
    private void doneWithHead(Http2StreamHandle stream, boolean last, ChannelPromise promise) {
        if (last) {
            stream.body.end();
        }
        if (promise.isVoid()) {
            return;
        }
        if (stream.closed || session.streamState(stream.id()).localClosed()) {
            sent.add(promise);
        } else {
            HeadPromise.add(stream, new HeadPromise(stream.body.head(), promise, true));
            awaitedHeads++;
        }
    }

    private void requireRoom(int octets) {
        if (pending + OutgoingBody.charge(octets) > maxPending) {
            throw tooMuch("DATA of all streams");
        }
    }

    /** Frames that no stream's DATA limits bound: each waits for the peer to read. */
    void requireRoomForFrame() {
        if (session.outboundQueueSize() - session.pendingRequests() >= maxPendingFrames) {
            throw tooMuch("frames");
        }
    }

    void requireRoomForPromise() {
        if (promised >= maxPendingFrames) {
            throw tooMuch("promised streams");
        }
    }

    /** A promise was submitted. */
    void promised(Http2StreamHandle stream, int id) {
        stream.id(id);
        stream.owner = this;
        stream.promised = true;
        promised++;
    }

    private static Http2SubmitException tooMuch(String what) {
        return new Http2SubmitException(
                Http2SubmitException.Reason.TOO_MANY_PENDING, "too much waits to be sent already: " + what);
    }

    private void trailers(Http2SessionWrite.Trailers trailers, ChannelPromise promise) {
        Http2StreamHandle stream = trailers.stream();
        if (dropped(stream)) {
            if (!stream.closed) {
                session.submitTrailers(stream.id(), trailers.trailers());
            }
            doneWithHead(stream, true, promise);
            return;
        }
        check(stream, false);
        session.submitTrailers(stream.id(), trailers.trailers());
        stream.endWritten = true;
        await(stream, trailers.trailers(), promise);
        if (stream.body != null && stream.body.open()) {
            stream.body.end();
        }
    }

    private void body(Http2SessionWrite.Body rest, ChannelPromise promise) {
        Http2StreamHandle stream = rest.stream();
        if (dropped(stream)) {
            openBody(stream);
            doneWithHead(stream, true, promise);
            return;
        }
        check(stream, false);
        openBody(stream).follow(rest.takeSource(), promise);
    }

    /** A handle must be new for a request, and of this very session for everything else. */
    void check(Http2StreamHandle stream, boolean opens) {
        if (opens) {
            if (stream.owner != null) {
                throw new IllegalStateException(stream + " was used for a request already");
            }
        } else if (stream.owner != this) {
            throw new IllegalStateException(
                    stream.owner == null ? "nothing was written for the stream yet" : stream + " is another channel's");
        } else if (stream.closed) {
            throw streamClosed(stream, false);
        }
    }

    private void checkHead(Http2StreamHandle stream, boolean request) {
        check(stream, request);
        if (stream.headWritten) {
            throw new Http2SubmitException(
                    Http2SubmitException.Reason.INVALID_STATE,
                    "second_final_response",
                    "the head of the message was written already");
        }
    }

    void await(Http2StreamHandle stream, HeaderList headers, ChannelPromise promise) {
        if (!promise.isVoid()) {
            HeadPromise.add(stream, new HeadPromise(headers, promise, false));
            awaitedHeads++;
        }
    }

    static void succeed(ChannelPromise promise) {
        if (!promise.isVoid()) {
            promise.trySuccess();
        }
    }

    static void fail(ChannelPromise promise, Throwable cause) {
        if (!promise.isVoid()) {
            promise.tryFailure(cause);
        }
    }

    // ---- what the session says of the frames -----------------------------------------------------------------------

    void onFrameSent(Frame frame) {
        if (frame instanceof HeadersFrame headers) {
            headSent(headers.streamId(), headers.headers());
        } else if (!control.isEmpty() || awaitedHeads > 0) {
            if (frame instanceof PushPromiseFrame promise) {
                headSent(promise.streamId(), promise.headers());
                return;
            }
            ChannelPromise promise = control.take(frame);
            if (promise != null) {
                sent.add(promise);
            }
        }
    }

    private void headSent(int streamId, HeaderList headers) {
        ChannelPromise promise = takeHead(streamId, headers, false);
        while (promise != null) {
            sent.add(promise);
            promise = takeHead(streamId, headers, true);
        }
    }

    private ChannelPromise takeHead(int streamId, HeaderList headers, boolean followers) {
        Http2StreamHandle stream = awaitedHeads == 0 ? null : handles.find(session, streamId);
        if (stream == null) {
            return null;
        }
        ChannelPromise promise = HeadPromise.take(stream, headers, followers);
        if (promise != null) {
            awaitedHeads--;
        }
        return promise;
    }

    void onFrameNotSent(Frame frame, NotSentReason reason) {
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
            bodyNotSent(frame.streamId(), notSent);
            return;
        }
        if (headers == null) {
            ChannelPromise promise = control.take(frame);
            if (promise != null) {
                promise.tryFailure(notSent);
            }
            return;
        }
        ChannelPromise promise = takeHead(frame.streamId(), headers, false);
        while (promise != null) {
            promise.tryFailure(notSent);
            promise = takeHead(frame.streamId(), headers, true);
        }
        Http2StreamHandle stream = handles.find(session, frame.streamId());
        if (stream != null && stream.body != null && stream.body.belongsTo(headers)) {
            stream.body.fail(notSent);
        }
    }

    /** A body is not as long as its content-length said: neither is what waits behind it sent. */
    private void bodyNotSent(int streamId, Http2NotSentException notSent) {
        if (!(session.userData(streamId) instanceof Http2StreamHandle stream)) {
            return;
        }
        HeadPromise behind = stream.heads;
        stream.heads = null;
        if (behind == null && (stream.body == null || stream.body.unheard())) {
            refusals.cut(stream, notSent);
        }
        if (stream.body != null) {
            stream.body.failRead(notSent);
        }
        for (HeadPromise next = behind; next != null; next = next.next) {
            awaitedHeads--;
            next.promise.tryFailure(notSent);
        }
    }

    /**
     * The stream is over: what was written and not sent fails.
     *
     * @param unprocessed whether the peer has certainly not processed the request
     */
    void onStreamClosed(Http2StreamHandle stream, long errorCode, boolean unprocessed) {
        stream.closed = true;
        stream.errorCode = (int) errorCode;
        if (stream.promised) {
            promised--;
        }
        OutgoingBody body = stream.body;
        if (body != null && !body.dropped()) {
            stream.body = null;
        }
        HeadPromise head = stream.heads;
        stream.heads = null;
        if (body == null && head == null) {
            return;
        }
        Throwable cause = null;
        if (head != null) {
            cause = closedException(stream, unprocessed);
            for (HeadPromise next = head; next != null; next = next.next) {
                awaitedHeads--;
                next.promise.tryFailure(cause);
            }
        }
        if (body != null && body.unsent()) {
            body.fail(cause == null ? closedException(stream, unprocessed) : cause);
        }
    }

    private Throwable closedException(Http2StreamHandle stream, boolean unprocessed) {
        return handler.over() && !unprocessed ? handler.endedCause() : streamClosed(stream, unprocessed);
    }

    private static Http2NotSentException streamClosed(Http2StreamHandle stream, boolean unprocessed) {
        return Http2NotSentException.streamClosed(Integer.toUnsignedLong(stream.errorCode), unprocessed);
    }

    /** A send has emptied the session. */
    void drained() {
        if (!control.isEmpty()) {
            control.drained(sent);
        }
    }

    /** The session is over and the transport gone, or nothing will be handed to it any more. */
    void fail(Throwable cause) {
        sent.fail(cause);
        control.fail(cause);
    }

    // ---- water marks -----------------------------------------------------------------------------------------------

    /** What waits on all streams changed. */
    void charge(int change) {
        pending += change;
        if (change > 0 ? pending > highOfAll && !high : high && pending < lowOfAll) {
            high = change > 0;
            if (metrics != null) {
                tellPending();
            }
        }
    }

    private void tellPending() {
        try {
            metrics.pendingOutput(pending, high);
        } catch (RuntimeException | Error thrown) {
            handler.closing().result(handler.closing().failed(thrown));
        }
    }

    /** What the application writes to any stream now must fit into {@link Http2SessionHandlerBuilder#maxPendingBytes}. */
    long pendingBytes() {
        return pending;
    }

    /** The pushed DATA waiting on a stream changed. */
    void pushed(Http2StreamHandle stream, int change, int pendingOfStream) {
        charge(change);
        // Never 0: what is empty is writable.
        int share = high ? 4 : 1;
        boolean crossed = change > 0
                ? pendingOfStream > highWaterMark / share
                : pendingOfStream < Math.max(1, lowWaterMark / share);
        if (crossed) {
            boolean writable = change < 0;
            if (stream.isWritable() != writable) {
                stream.writable(writable);
                list(stream);
            }
        }
    }

    private void list(Http2StreamHandle stream) {
        if (stream.writabilityListed) {
            return;
        }
        if (writabilityChanges == writabilityChanged.length) {
            writabilityChanged = Arrays.copyOf(writabilityChanged, writabilityChanges * 2);
        }
        stream.writabilityListed = true;
        writabilityChanged[writabilityChanges++] = stream;
    }

    boolean hasWritabilityChanges() {
        return writabilityChanges > 0;
    }

    /** Takes the next stream whose writability may have changed; null if none is left. */
    Http2StreamHandle takeWritabilityChange() {
        if (writabilityChanges == 0) {
            return null;
        }
        Http2StreamHandle stream = writabilityChanged[--writabilityChanges];
        writabilityChanged[writabilityChanges] = null;
        stream.writabilityListed = false;
        return stream;
    }
}
