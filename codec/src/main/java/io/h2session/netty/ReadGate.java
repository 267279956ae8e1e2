package io.h2session.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.util.ArrayDeque;

/**
 * Stops and restarts reading. Reading stops only when a callback paused the session, when too many replies to the
 * peer are unsent, or while what was read waits for its turn; never because the channel is unwritable (RFC 9113 section 5.2.2: two ends that both do that wait for
 * each other for ever).
 *
 * <pre>
 *   open ── stop ─► autoRead off (if it was on), read() remembered, what still arrives kept
 *   stopped ── resume ─► what was kept first, then autoRead on (if we turned it off) or the read() that was remembered
 * </pre>
 */
final class ReadGate {
    /** What may arrive after reading was stopped: what a transport hands over in one read loop, and then some. */
    static final int MAX_KEPT = 4 * 1024 * 1024;

    private final ChannelHandlerContext ctx;
    private final ArrayDeque<ByteBuf> kept = new ArrayDeque<>(0);
    private int keptOctets;
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
     * Opens the gate for what was kept; {@link #restoreReading} follows when that is done and the gate is still open.
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

    /** Someone wants to read. */
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
        // With autoRead it lasts for as long as that does.
        readUnderWay = !ctx.channel().config().isAutoRead();
        ctx.read();
    }

    /** Whether what the peer sends is not read because the application does not want it to be. */
    boolean unread() {
        return !stopped && !readUnderWay && !ctx.channel().config().isAutoRead();
    }

    /** Without autoRead, a read that brought no event is followed by another one. */
    void readComplete() {
        readUnderWay = false;
        if (messageWanted && !stopped && !ctx.channel().config().isAutoRead()) {
            forwardRead();
        }
    }

    /** Keeps octets that arrived while the gate was stopped. False: too many, and they were released. */
    boolean keep(ByteBuf octets) {
        if (keptOctets + octets.readableBytes() > MAX_KEPT) {
            octets.release();
            return false;
        }
        keptOctets += octets.readableBytes();
        kept.addLast(octets);
        return true;
    }

    /** Puts the rest of a buffer in front of what was kept. */
    void keepRest(ByteBuf octets) {
        keptOctets += octets.readableBytes();
        kept.addFirst(octets);
    }

    /** The next octets that were kept, owned by the caller; null if there are none. */
    ByteBuf takeKept() {
        ByteBuf octets = kept.pollFirst();
        if (octets != null) {
            keptOctets -= octets.readableBytes();
        }
        return octets;
    }

    void discard() {
        for (ByteBuf octets = takeKept(); octets != null; octets = takeKept()) {
            octets.release();
        }
    }
}
