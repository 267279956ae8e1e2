package io.h2session.testing;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * An embedded channel whose transport can be made to take nothing, as a socket whose peer does not read. The plain one
 * takes everything at each flush, so that it is never unwritable for long. Its clock stands still: time passes only by {@link
 * #advanceTimeBy}, however slow the machine is.
 */
public final class GatedChannel extends EmbeddedChannel {
    private boolean shut;
    private int permitted;
    private IOException failure;
    private long passed;
    private boolean running;

    /** A channel with an open gate. */
    public GatedChannel(ChannelHandler... handlers) {
        super(inStillTime(handlers));
    }

    /** Time stands still before the first of them is told anything, so that no deadline is counted from an earlier time. */
    private static ChannelHandler[] inStillTime(ChannelHandler... handlers) {
        ChannelHandler[] all = new ChannelHandler[handlers.length + 1];
        all[0] = new ChannelInitializer<EmbeddedChannel>() {
            @Override
            protected void initChannel(EmbeddedChannel channel) {
                channel.freezeTime();
            }
        };
        System.arraycopy(handlers, 0, all, 1, handlers.length);
        return all;
    }

    /** From here on, how many bytes may wait before the channel is unwritable. */
    public GatedChannel waterMark(int high) {
        config().setWriteBufferWaterMark(new WriteBufferWaterMark(1, high));
        return this;
    }

    /** The transport takes nothing more. */
    public GatedChannel shut() {
        shut = true;
        return this;
    }

    /** The transport takes what waits now, and nothing that is written while it does. */
    public void letThrough() {
        letThrough(Integer.MAX_VALUE);
    }

    /** The transport takes this many of the buffers that wait now. */
    public void letThrough(int buffers) {
        permitted = buffers;
        takeWhatWaits();
        permitted = 0;
    }

    /** The transport takes everything. */
    public void open() {
        shut = false;
        takeWhatWaits();
    }

    /** Every write from here on fails. */
    public void failWrites(IOException cause) {
        failure = cause;
    }

    /** Time passes for the channel and for callers of {@link #time()}. */
    @Override
    public void advanceTimeBy(long duration, TimeUnit unit) {
        passed += unit.toNanos(duration);
        super.advanceTimeBy(duration, unit);
    }

    /** The time that was made to pass, in nanoseconds: a clock for sessions. */
    public long time() {
        return passed;
    }

    /** Tasks run one after the other, as those of a real loop do, and not in the middle of each other. */
    @Override
    public void runPendingTasks() {
        if (!running) {
            running = true;
            try {
                super.runPendingTasks();
            } finally {
                running = false;
            }
        }
    }

    @Override
    public long runScheduledPendingTasks() {
        boolean nested = running;
        running = true;
        try {
            return super.runScheduledPendingTasks();
        } finally {
            running = nested;
        }
    }

    /** Tasks run when the read is done. */
    @Override
    public boolean writeInbound(Object... messages) {
        boolean nested = running;
        running = true;
        try {
            super.writeInbound(messages);
        } finally {
            running = nested;
        }
        runPendingTasks();
        return !inboundMessages().isEmpty();
    }

    private void takeWhatWaits() {
        unsafe().flush();
        runPendingTasks();
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer in) throws Exception {
        if (failure != null) {
            throw failure;
        }
        if (!shut) {
            super.doWrite(in);
        } else if (permitted > 0) {
            int taken = Math.min(permitted, in.size());
            permitted = 0;
            for (int waiting = taken; waiting > 0; waiting--) {
                Object message = ReferenceCountUtil.retain(in.current());
                handleOutboundMessage(message);
                in.remove();
            }
        }
    }
}
