package io.h2session.netty;

import io.h2session.api.BodySink;
import io.h2session.api.DataResult;
import io.h2session.api.DataSource;
import io.h2session.api.Http2SessionContext;
import io.h2session.hpack.HeaderList;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelPromise;
import java.util.ArrayDeque;

/**
 * The body that a stream sends, in each form in which the application can give it: DATA that it pushes piece by piece, a buffer
 * that came with the head, or a source whose end completes a promise.
 *
 * <pre>
 *   write(data) ─► add ─► (buffer, promise) (buffer, promise) ... [source] ─► read, when windows and transport allow
 * </pre>
 *
 * <p>The bytes that wait are charged to the connection ({@link PendingBytes#chargeOf}).
 */
final class OutgoingBody implements DataSource {
    private final Http2StreamHandle stream;
    private final HeaderList head;

    /** Read after all pieces; null if there is none. */
    private DataSource source;

    private ChannelPromise sourcePromise;

    /** The first piece, which is kept apart because most bodies have only one. */
    private ByteBuf buffer;

    private ChannelPromise promise;

    /** The other pieces: buffer, promise, buffer, promise ... */
    private ArrayDeque<Object> others;

    private int pending;
    private boolean pushed;
    private boolean ended;
    private boolean deferred;
    private boolean closed;
    private boolean dropped;

    /** Whether the latest part was written with a void promise. */
    private boolean unheard;

    /** How many promises waited for the transport when the last read began. */
    private int sentBefore;

    private OutgoingBody(Http2StreamHandle stream, HeaderList head) {
        this.stream = stream;
        this.head = head;
    }

    /** A body whose pieces will be added. */
    static OutgoingBody pushed(Http2StreamHandle stream, HeaderList head) {
        OutgoingBody body = new OutgoingBody(stream, head);
        body.pushed = true;
        return body;
    }

    /** A body that is complete. It owns {@code content}. */
    static OutgoingBody of(Http2StreamHandle stream, HeaderList head, ByteBuf content, ChannelPromise promise) {
        OutgoingBody body = new OutgoingBody(stream, head);
        body.buffer = content;
        body.promise = promise;
        body.ended = true;
        return body;
    }

    /** The head was submitted, and the content that came with it waits. */
    void waits() {
        if (buffer != null) {
            pending = PendingBytes.chargeOf(buffer.readableBytes());
            stream.record.owner.pending.charge(pending);
        }
    }

    /** A body read from a source, whose end completes a promise. */
    static OutgoingBody of(Http2StreamHandle stream, HeaderList head, DataSource source, ChannelPromise promise) {
        OutgoingBody body = new OutgoingBody(stream, head);
        body.source = source;
        body.sourcePromise = promise;
        body.ended = true;
        return body;
    }

    /** Whether pieces can be added. */
    boolean open() {
        return pushed && !ended && (!closed || dropped);
    }

    /** Whether the session is done with it. */
    boolean closed() {
        return closed;
    }

    /** The response has no content: what is written for it completes with its head. */
    void drop() {
        dropped = true;
    }

    /** See {@link #drop()}. */
    boolean dropped() {
        return dropped;
    }

    /** The head of the message. */
    HeaderList head() {
        return head;
    }

    /** Takes the promise of a body that came complete with its head. */
    ChannelPromise takePromise() {
        ChannelPromise taken = promise == null ? sourcePromise : promise;
        promise = null;
        sourcePromise = null;
        return taken;
    }

    /** The charge of the bytes that were added and not read yet. */
    int pending() {
        return pending;
    }

    /** Whether the latest part has no promise that could fail. */
    boolean unheard() {
        return unheard;
    }

    /** Whether these are the fields of the head of the body. */
    boolean belongsTo(HeaderList fields) {
        return head == fields;
    }

    /** Whether promises or pieces still wait. */
    boolean unsent() {
        return promise != null || sourcePromise != null || buffer != null || (others != null && !others.isEmpty());
    }

    /** Adds a piece. The body owns it from now on. */
    void add(Http2SessionContext session, ByteBuf piece, ChannelPromise piecePromise, boolean last) {
        int charge = PendingBytes.chargeOf(piece.readableBytes());
        if (buffer == null) {
            buffer = piece;
            promise = piecePromise;
        } else {
            if (others == null) {
                others = new ArrayDeque<>(8);
            }
            others.add(piece);
            others.add(piecePromise);
        }
        ended = last;
        unheard = piecePromise.isVoid();
        pending += charge;
        stream.record.owner.pending.pushed(stream, charge, pending);
        resume(session);
    }

    /** Adds a source that the rest is read from. The body owns it from now on. */
    void follow(Http2SessionContext session, DataSource rest, ChannelPromise restPromise) {
        source = rest;
        sourcePromise = restPromise;
        unheard = restPromise.isVoid();
        ended = true;
        resume(session);
    }

    /** The last piece was added; trailers follow. */
    void end(Http2SessionContext session) {
        ended = true;
        resume(session);
    }

    private void resume(Http2SessionContext session) {
        if (deferred) {
            deferred = false;
            session.resumeData(stream.id());
        }
    }

    @Override
    public DataResult read(int streamId, int maxLength, BodySink sink) throws Exception {
        int left = maxLength;
        sentBefore = stream.record.owner.sent.size();
        while (buffer != null) {
            int length = buffer.readableBytes();
            if (length > left) {
                if (left > 0) {
                    sink.addFrom(buffer, left);
                    taken(PendingBytes.chargeOf(length) - PendingBytes.chargeOf(length - left));
                }
                return DataResult.MORE;
            }
            ByteBuf whole = buffer;
            ChannelPromise done = promise;
            advance();
            if (length == 0) {
                whole.release();
            } else {
                sink.add(whole);
                left -= length;
            }
            taken(PendingBytes.chargeOf(length));
            stream.record.owner.sent.add(done);
        }
        if (source != null) {
            return left == maxLength ? readSource(streamId, maxLength, sink) : DataResult.MORE;
        }
        if (ended) {
            return DataResult.END;
        }
        deferred = true;
        return DataResult.DEFERRED;
    }

    private DataResult readSource(int streamId, int maxLength, BodySink sink) throws Exception {
        DataResult result = source.read(streamId, maxLength, sink);
        if ((result == DataResult.END || result == DataResult.END_WITHOUT_END_STREAM) && sourcePromise != null) {
            stream.record.owner.sent.add(sourcePromise);
            sourcePromise = null;
        }
        return result;
    }

    private void advance() {
        if (others == null || others.isEmpty()) {
            buffer = null;
            promise = null;
        } else {
            buffer = (ByteBuf) others.poll();
            promise = (ChannelPromise) others.poll();
        }
    }

    private void taken(int charge) {
        pending -= charge;
        if (pushed) {
            stream.record.owner.pending.pushed(stream, -charge, pending);
        } else {
            stream.record.owner.pending.charge(-charge);
        }
    }

    /** The session no longer needs the body. What was not sent is released at once; {@link #fail} gives the reason. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (source != null) {
            source.close();
        }
        if (buffer != null) {
            buffer.release();
            buffer = null;
        }
        if (others != null) {
            for (Object one : others) {
                if (one instanceof ByteBuf piece) {
                    piece.release();
                }
            }
        }
        if (pending > 0) {
            taken(pending);
        }
    }

    /** What the last read returned is not sent, and neither is the rest. */
    void failRead(Throwable cause) {
        stream.record.owner.sent.failFrom(sentBefore, cause);
        fail(cause);
    }

    private static void fail(ChannelPromise failed, Throwable cause) {
        if (!failed.isVoid()) {
            failed.tryFailure(cause);
        }
    }

    /** Ends the body unless it is sent completely; the promises of what was not sent fail. */
    void fail(Throwable cause) {
        close();
        ChannelPromise first = promise;
        ArrayDeque<Object> rest = others;
        ChannelPromise last = sourcePromise;
        promise = null;
        others = null;
        sourcePromise = null;
        if (first != null) {
            fail(first, cause);
        }
        if (rest != null) {
            for (Object one : rest) {
                if (one instanceof ChannelPromise next) {
                    fail(next, cause);
                }
            }
        }
        if (last != null) {
            fail(last, cause);
        }
    }
}
