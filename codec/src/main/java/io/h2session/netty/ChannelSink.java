package io.h2session.netty;

import io.h2session.api.ByteSink;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.SocketChannel;

/**
 * The sink of the session's bytes: writes them to the next handler towards the transport. It accepts as many bytes as the
 * channel takes before it becomes unwritable, and no more than a budget in one turn of the event loop, so that one download
 * cannot occupy the loop.
 *
 * <p>The latest buffer is held back until it is known which promises complete with it: those of all writes whose last byte is
 * in it or before it. The session asks for room after each buffer that it has handed over, so by then they are known.
 */
final class ChannelSink implements ByteSink {
    private final SentPromises sent;
    private final WriteWatch watch;
    private final ChannelHandlerContext ctx;
    private final Channel channel;
    private ByteBuf held;
    private int heldPromises;
    private long turnLeft;
    private boolean wrote;

    /** A write failed: no more bytes are written. */
    private boolean failed;

    /** Hears what the transport takes; null if that is not asked for. */
    private final TakenBytes taken;

    ChannelSink(ChannelHandlerContext ctx, SentPromises sent, WriteWatch watch, TakenBytes taken) {
        this.ctx = ctx;
        this.sent = sent;
        this.watch = watch;
        this.taken = taken;
        channel = ctx.channel();
    }

    /**
     * A turn begins.
     *
     * @param budget how many bytes the session may send in it
     */
    void beginTurn(int budget) {
        turnLeft = budget;
    }

    boolean turnIsOver() {
        return turnLeft <= 0 || failed;
    }

    @Override
    public long writableBytes() {
        if (failed) {
            return 0;
        }
        long room = channel.bytesBeforeUnwritable();
        if (held != null) {
            room -= held.readableBytes();
            heldPromises = sent.size();
        }
        return Math.min(room, turnLeft);
    }

    @Override
    public long pendingBytes() {
        ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
        return waiting == null ? 0 : waiting.totalPendingWriteBytes();
    }

    /** {@link #pendingBytes} without what the transport has taken of the first buffer. */
    long unwrittenBytes() {
        ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
        return waiting == null ? 0 : waiting.totalPendingWriteBytes() - waiting.currentProgress();
    }

    @Override
    public boolean hidesPending() {
        return channel instanceof SocketChannel;
    }

    @Override
    public void write(ByteBuf bytes) {
        if (failed) {
            bytes.release();
            return;
        }
        turnLeft -= bytes.readableBytes();
        if (taken != null) {
            taken.sent(bytes.readableBytes());
        }
        ByteBuf before = held;
        int promises = heldPromises;
        held = bytes;
        heldPromises = 0;
        if (before != null) {
            wrote = true;
            ctx.write(before, sent.takeInto(ctx, watch, promises));
        }
    }

    /**
     * A send is complete: its last buffer is written.
     *
     * @return whether anything was written since the last call
     */
    boolean finish() {
        if (failed) {
            discard();
            wrote = false;
            return false;
        }
        ByteBuf last = held;
        if (last != null) {
            held = null;
            wrote = true;
            heldPromises = 0;
            ChannelPromise promise = sent.takeInto(ctx, watch, sent.size());
            ctx.write(last, taken == null ? promise : taken.watched(promise));
        } else if (!sent.isEmpty()) {
            sent.succeed();
        }
        boolean written = wrote;
        wrote = false;
        if (taken != null) {
            taken.soon();
        }
        return written;
    }

    /** A write failed. The promises that wait fail when the session ends. */
    void fail() {
        failed = true;
    }

    /** The transport is gone. */
    void discard() {
        if (held != null) {
            held.release();
            held = null;
        }
    }
}
