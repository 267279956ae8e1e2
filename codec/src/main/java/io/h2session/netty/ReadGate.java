package io.h2session.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.util.ArrayDeque;

/**
 * Stops and restarts reading. Reading stops only if a callback has paused the session, if too many replies to the peer are
 * unsent, or while what was read waits for its turn. It never stops because the channel is unwritable: two ends that both do
 * that would wait for each other forever (RFC 9113 section 5.2.2).
 *
 * <pre>
 *   open ── stop ─► autoRead off (if it was on), read() remembered, what still arrives is kept
 *   stopped ── resume ─► what was kept comes first, then autoRead on (if it was turned off here) or the read() that was remembered
 * </pre>
 */
final class ReadGate {
    /** How many bytes may arrive after reading was stopped: more than a transport delivers in one read loop. */
    static final int MAX_KEPT = 4 * 1024 * 1024;

    private final ChannelHandlerContext ctx;
    private final ArrayDeque<ByteBuf> kept = new ArrayDeque<>(0);
    private int keptBytes;
    private boolean stopped;
    private boolean autoReadWasOn;
    private boolean readWanted;
    private boolean messageWanted;
    private boolean readUnderWay;

    ReadGate(ChannelHandlerContext ctx) {
        this.ctx = ctx;
    }

    boolean stopped() {
        return stopped;
    }

    boolean hasKept() {
        return !kept.isEmpty();
    }

    void stop() {
        if (stopped) {
            return;
        }
        stopped = true;
        if (ctx.channel().config().isAutoRead()) {
            autoReadWasOn = true;
            ctx.channel().config().setAutoRead(false);
        }
    }

    /**
     * Opens the gate for what was kept. {@link #restoreReading} follows when that is processed and the gate is still open.
     */
    void open() {
        stopped = false;
    }

    void restoreReading() {
        boolean wanted = readWanted;
        readWanted = false;
        if (autoReadWasOn) {
            autoReadWasOn = false;
            ctx.channel().config().setAutoRead(true);
        } else if (wanted || (messageWanted && !ctx.channel().config().isAutoRead())) {
            forwardRead();
        }
    }

    /** The application, or autoRead, asks to read. */
    void read() {
        messageWanted = true;
        if (stopped) {
            readWanted = true;
        } else {
            forwardRead();
        }
    }

    /** An event was fired that answers a read. */
    void messageFired() {
        messageWanted = false;
    }

    private void forwardRead() {
        // With autoRead, reading lasts as long as autoRead is on.
        readUnderWay = !ctx.channel().config().isAutoRead();
        ctx.read();
    }

    /** Whether the peer's bytes are not read because the application does not ask for them. */
    boolean unread() {
        return !stopped && !readUnderWay && !ctx.channel().config().isAutoRead();
    }

    /** Without autoRead, a read that produced no event is followed by another read. */
    void readComplete() {
        readUnderWay = false;
        if (messageWanted && !stopped && !ctx.channel().config().isAutoRead()) {
            forwardRead();
        }
    }

    /** Keeps bytes that arrived while the gate was stopped. Returns false if there are too many; then they were released. */
    boolean keep(ByteBuf bytes) {
        if (keptBytes + bytes.readableBytes() > MAX_KEPT) {
            bytes.release();
            return false;
        }
        keptBytes += bytes.readableBytes();
        kept.addLast(bytes);
        return true;
    }

    /** Puts the rest of a buffer in front of what was kept. */
    void keepRest(ByteBuf bytes) {
        keptBytes += bytes.readableBytes();
        kept.addFirst(bytes);
    }

    /** Takes the next bytes that were kept, which the caller then owns; null if there are none. */
    ByteBuf takeKept() {
        ByteBuf bytes = kept.pollFirst();
        if (bytes != null) {
            keptBytes -= bytes.readableBytes();
        }
        return bytes;
    }

    void discard() {
        for (ByteBuf bytes = takeKept(); bytes != null; bytes = takeKept()) {
            bytes.release();
        }
    }
}
