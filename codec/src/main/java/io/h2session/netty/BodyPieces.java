package io.h2session.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Gathers the pieces of bodies that the session delivers into {@link Http2SessionEvent.Data} events. An event, its buffer and
 * the memory behind the buffer cost a few hundred bytes, however small the content is. An application that keeps all events
 * shall keep at most 8 bytes for each byte received. So consecutive pieces of one stream, small frames as well as the segments
 * of a large frame, are gathered into one buffer before they are fired:
 *
 * <pre>
 *   piece ─► current ── another stream, another event, end of the read ─► fired, if the application keeps few small pieces
 *               ▲                                                     └─► held back, if it keeps many
 *               └── the stream's next piece ◄─────────────────────────────────┘
 *                                      fired when 256 bytes are gathered, when the application has released what it kept,
 *                                      at the end of the stream, and when it has waited for long enough
 * </pre>
 *
 * <p>If the application releases events promptly, nothing is held back beyond the end of the read. Less than 256 bytes of a
 * stream are held back, by default for 10 ms; each further time in a row twice as long, up to a hundred times as long. The
 * wait must end by itself: the application may keep pieces because it waits for the rest of a line.
 *
 * <p>Large pieces are not copied if they fill at least an eighth of the buffer that they arrived in.
 */
final class BodyPieces {
    /** Pieces smaller than this are copied: a slice would prevent the whole read buffer from being freed. */
    static final int COPY_BELOW = 1024;

    /** A piece that prevents more than this times its length from being freed is copied, too. */
    private static final int MAX_RATIO = 8;

    private static final int MAX_GATHERED = 16 * 1024;

    /** What is gathered is fired at this length, whatever the application keeps. */
    static final int ENOUGH = 256;

    /** From this length on, the content of an event pays for its cost. A smaller event is a debt until it is released. */
    static final int PAYS = 64;

    /** The cost of an event in bytes, rounded up, and how much of it each byte of content pays. */
    private static final int EVENT_COST = 384;

    private static final int PAID_BY_BYTE = EVENT_COST / PAYS;

    /** The limits of the debt of the events that the application keeps: of one stream, and of all. */
    static final int STREAM_DEBT = 8 * 1024;

    static final int CONNECTION_DEBT = 64 * 1024;

    private static final int LONGEST_WAIT = 100;

    private final ChannelHandlerContext ctx;
    private final LongSupplier time;
    private final ConsumedBytes consumedBytes;
    private final ReadGate gate;
    private final boolean counted;
    private final long firstWait;

    /** The stream of the latest piece and what was gathered of it; null if that was fired or is held back. */
    private Http2StreamHandle current;

    private ByteBuf content;

    /** Whether the content is a buffer that was allocated here, so that more can be added. */
    private boolean ours;

    /** Whether the latest piece belongs to a frame that ends its stream and is not complete. */
    private boolean last;

    private long debt;
    private HeldPiece first;
    private long due = HeldPiece.NEVER;
    private boolean released;

    /** @param time the time of the session */
    BodyPieces(
            ChannelHandlerContext ctx,
            HandlerSettings settings,
            LongSupplier time,
            ConsumedBytes consumedBytes,
            ReadGate gate) {
        this.ctx = ctx;
        this.time = time;
        this.consumedBytes = consumedBytes;
        this.gate = gate;
        counted = !settings.automaticWindowUpdate;
        firstWait = TimeUnit.MILLISECONDS.toNanos(settings.holdBackMillis);
    }

    // ---- pieces come -----------------------------------------------------------------------------------------------

    /**
     * A piece of a body has arrived.
     *
     * @param data borrowed
     * @param ofLastFrame whether its frame ends the stream
     */
    void add(Http2StreamHandle stream, ByteBuf data, boolean ofLastFrame) {
        if (current != stream) {
            settle();
            takeHeld(stream);
        }
        last = ofLastFrame;
        int length = data.readableBytes();
        boolean copied = length < COPY_BELOW || (long) length * MAX_RATIO < capacityBehind(data);
        if (current != null) {
            if (copied && ours && content.readableBytes() + length <= MAX_GATHERED) {
                content.writeBytes(data, data.readerIndex(), length);
                return;
            }
            fireCurrent(false);
        }
        content = copied
                ? ctx.alloc().buffer(length, MAX_GATHERED).writeBytes(data, data.readerIndex(), length)
                : data.retainedSlice();
        ours = copied;
        current = stream;
        if (!copied && !ofLastFrame) {
            fireCurrent(false);
        }
    }

    private static int capacityBehind(ByteBuf data) {
        ByteBuf memory = data;
        for (ByteBuf next = memory.unwrap(); next != null; next = memory.unwrap()) {
            memory = next;
        }
        return memory.capacity();
    }

    /** The last DATA frame of a stream is complete. */
    void end(Http2StreamHandle stream) {
        if (current != stream) {
            settle();
            takeHeld(stream);
        }
        if (current == null) {
            current = stream;
            content = Unpooled.EMPTY_BUFFER;
        }
        fireCurrent(true);
    }

    /** An event is about to be fired. What arrived before it on its stream must be fired first, and the rest should be. */
    void before(Http2StreamHandle stream) {
        if (current != null) {
            if (current == stream) {
                fireCurrent(false);
            } else if (!last) {
                settle();
            }
        }
        if (stream != null && stream.record.held != null && stream.record.held.content != null) {
            fireHeld(stream.record.held);
        }
    }

    /** The input stops, possibly for long: what was gathered is fired. */
    void paused() {
        if (current != null) {
            fireCurrent(false);
        }
    }

    /**
     * The read is complete.
     *
     * @param dataLeft how many bytes of data of the frame that is being received have not arrived
     */
    void readComplete(int dataLeft) {
        // If only padding is missing, the end of the frame will come with its last data.
        if (current != null && !(last && dataLeft == 0)) {
            settle();
        }
        if (released) {
            released = false;
            fireReady(false);
        }
    }

    // ---- fired or held back ----------------------------------------------------------------------------------------

    private void settle() {
        if (current == null) {
            return;
        }
        if (allowed(current, content.readableBytes())) {
            fireCurrent(false);
        } else {
            holdBack();
        }
    }

    private boolean allowed(Http2StreamHandle stream, int length) {
        HeldPiece held = stream.record.held;
        if (held == null || held.debt == 0 || length >= ENOUGH || firstWait == 0) {
            return true;
        }
        int more = debt(length);
        return held.debt + more <= STREAM_DEBT && debt + more <= CONNECTION_DEBT;
    }

    private static int debt(int length) {
        return Math.max(0, EVENT_COST - PAID_BY_BYTE * length);
    }

    private void fireCurrent(boolean end) {
        Http2StreamHandle stream = current;
        ByteBuf piece = content;
        forgetCurrent();
        fire(stream, piece, end);
    }

    private void forgetCurrent() {
        current = null;
        content = null;
        last = false;
    }

    private void fireHeld(HeldPiece held) {
        ByteBuf piece = held.content;
        held.content = null;
        fire(held.stream, piece, false);
    }

    private void fire(Http2StreamHandle stream, ByteBuf piece, boolean end) {
        int length = piece.readableBytes();
        // After its last event, nothing of a stream is held back.
        int owed = end ? 0 : debt(length);
        if (owed > 0) {
            debt += owed;
            held(stream).debt += owed;
        }
        if (stream.record.held != null) {
            stream.record.held.due = HeldPiece.NEVER;
        }
        Http2SessionEvent.Data data =
                new Http2SessionEvent.Data(stream, piece, end, consumedBytes, counted ? length : 0, owed);
        gate.messageFired();
        ctx.fireChannelRead(data);
    }

    private HeldPiece held(Http2StreamHandle stream) {
        StreamRecord record = stream.record;
        if (record.held == null) {
            record.held = new HeldPiece(stream, firstWait);
        }
        return record.held;
    }

    private void holdBack() {
        HeldPiece held = held(current);
        held.content = content;
        if (held.due == HeldPiece.NEVER) {
            held.due = time.getAsLong() + held.wait;
        }
        list(held);
        forgetCurrent();
    }

    private void list(HeldPiece held) {
        due = Math.min(due, held.due);
        if (!held.listed) {
            held.listed = true;
            held.next = first;
            first = held;
        }
    }

    private void takeHeld(Http2StreamHandle stream) {
        HeldPiece held = stream.record.held;
        if (held != null && held.content != null) {
            current = stream;
            content = held.content;
            ours = true;
            held.content = null;
        }
    }

    // ---- no longer held back ---------------------------------------------------------------------------------------

    /**
     * The application has released a small piece.
     *
     * @return whether something that was held back can be fired now, by {@link #readComplete}
     */
    boolean released(Http2StreamHandle stream, int owed) {
        boolean beyond = debt > CONNECTION_DEBT;
        debt -= owed;
        HeldPiece held = stream.record.held;
        held.debt -= owed;
        if (held.debt == 0) {
            held.wait = firstWait;
        }
        boolean ready = held.content != null && allowed(stream, held.content.readableBytes());
        if (first != null && (ready || (beyond && debt <= CONNECTION_DEBT))) {
            released = true;
            return true;
        }
        return false;
    }

    /** When {@link #expire} has something to do, by the session's time. */
    long nextDeadline() {
        return due;
    }

    /** Fires what has waited long enough. */
    void expire() {
        if (due <= time.getAsLong()) {
            fireReady(true);
        }
    }

    private void fireReady(boolean expired) {
        long now = time.getAsLong();
        HeldPiece one = first;
        first = null;
        due = HeldPiece.NEVER;
        while (one != null) {
            HeldPiece next = one.next;
            one.next = null;
            one.listed = false;
            if (one.content != null) {
                boolean late = expired && one.due <= now;
                if (late || allowed(one.stream, one.content.readableBytes())) {
                    one.wait = late ? Math.min(one.wait * 2, LONGEST_WAIT * firstWait) : one.wait;
                    fireHeld(one);
                } else {
                    list(one);
                }
            }
            one = next;
        }
    }

    /** The session is over. */
    void discard() {
        if (content != null) {
            content.release();
            forgetCurrent();
        }
        due = HeldPiece.NEVER;
        for (HeldPiece one = first; one != null; one = one.next) {
            if (one.content != null) {
                one.content.release();
                one.content = null;
            }
        }
        first = null;
    }
}
