package io.h2session.netty;

import io.h2session.api.BodySink;
import io.h2session.api.DataResult;
import io.h2session.api.DataSource;
import io.h2session.hpack.HeaderList;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelPromise;
import java.util.ArrayDeque;

/**
 * What a stream sends as its body, whichever way the application gave it: DATA it pushes piece by piece, a buffer that
 * came with the head, or a source whose end completes a promise.
 *
 * <pre>
 *   write(data) ─► add ─► (buffer, promise) (buffer, promise) ... ─► read, when windows and transport allow
 * </pre>
 */
final class OutgoingBody implements DataSource {
    private final Http2StreamHandle stream;
    private final HeaderList head;
    private final DataSource source;

    /** The first piece, apart from the others because most bodies have one. */
    private ByteBuf buffer;

    private ChannelPromise promise;

    /** The other pieces: buffer, promise, buffer, promise ... */
    private ArrayDeque<Object> others;

    private int pending;
    private boolean pushed;
    private boolean ended;
    private boolean deferred;
    private boolean closed;

    private OutgoingBody(Http2StreamHandle stream, HeaderList head, DataSource source) {
        this.stream = stream;
        this.head = head;
        this.source = source;
    }

    /** A body whose pieces will be added. */
    static OutgoingBody pushed(Http2StreamHandle stream, HeaderList head) {
        OutgoingBody body = new OutgoingBody(stream, head, null);
        body.pushed = true;
        return body;
    }

    /** A body that is there already; it owns {@code content}. */
    static OutgoingBody of(Http2StreamHandle stream, HeaderList head, ByteBuf content, ChannelPromise promise) {
        OutgoingBody body = new OutgoingBody(stream, head, null);
        body.buffer = content;
        body.promise = promise;
        body.ended = true;
        return body;
    }

    /** A body read from a source, whose end completes a promise. */
    static OutgoingBody of(Http2StreamHandle stream, HeaderList head, DataSource source, ChannelPromise promise) {
        OutgoingBody body = new OutgoingBody(stream, head, source);
        body.promise = promise;
        body.ended = true;
        return body;
    }

    /** Whether pieces can be added. */
    boolean open() {
        return pushed && !ended && !closed;
    }

    /** Octets added and not read yet. */
    int pending() {
        return pending;
    }

    /** Whether these are the fields the body belongs to. */
    boolean belongsTo(HeaderList fields) {
        return head == fields;
    }

    /** Whether a promise still waits, or pieces do. */
    boolean unsent() {
        return promise != null || buffer != null || (others != null && !others.isEmpty());
    }

    /** Adds a piece, which it owns from here on. */
    void add(ByteBuf piece, ChannelPromise piecePromise, boolean last) {
        int octets = piece.readableBytes();
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
        pending += octets;
        stream.owner.pending(stream, octets, pending);
        resume();
    }

    /** No more pieces will be added; trailers follow. */
    void end() {
        ended = true;
        resume();
    }

    private void resume() {
        if (deferred) {
            deferred = false;
            stream.owner.session().resumeData(stream.id());
        }
    }

    @Override
    public DataResult read(int streamId, int maxLength, BodySink sink) throws Exception {
        if (source != null) {
            return readSource(streamId, maxLength, sink);
        }
        int left = maxLength;
        while (buffer != null) {
            int octets = buffer.readableBytes();
            if (octets > left) {
                if (left > 0) {
                    sink.add(buffer.readRetainedSlice(left));
                    taken(left);
                }
                return DataResult.MORE;
            }
            ByteBuf whole = buffer;
            ChannelPromise done = promise;
            advance();
            if (octets == 0) {
                whole.release();
            } else {
                sink.add(whole);
                left -= octets;
                taken(octets);
            }
            stream.owner.sent().add(done);
        }
        if (ended) {
            return DataResult.END;
        }
        deferred = true;
        return DataResult.DEFERRED;
    }

    private DataResult readSource(int streamId, int maxLength, BodySink sink) throws Exception {
        DataResult result = source.read(streamId, maxLength, sink);
        if ((result == DataResult.END || result == DataResult.END_WITHOUT_END_STREAM) && promise != null) {
            stream.owner.sent().add(promise);
            promise = null;
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

    private void taken(int octets) {
        if (pushed) {
            pending -= octets;
            stream.owner.pending(stream, -octets, pending);
        }
    }

    /** The session is done with it. What was not sent is released at once; {@link #fail} says why. */
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
            int dropped = pending;
            pending = 0;
            stream.owner.pending(stream, -dropped, 0);
        }
    }

    /** Ends it, unless it is sent; the promises of what was not sent fail. */
    void fail(Throwable cause) {
        close();
        ChannelPromise first = promise;
        ArrayDeque<Object> rest = others;
        promise = null;
        others = null;
        if (first != null && !first.isVoid()) {
            first.tryFailure(cause);
        }
        if (rest == null) {
            return;
        }
        for (Object one : rest) {
            if (one instanceof ChannelPromise next && !next.isVoid()) {
                next.tryFailure(cause);
            }
        }
    }
}
