package io.h2session.examples.serve;

import com.sun.management.UnixOperatingSystemMXBean;
import io.h2session.examples.net.Reason;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands in the pipeline of the listening socket. No more connections are accepted than there may be at a time: the others
 * wait in the system's backlog until one closes. When accepting fails, mostly for want of file descriptors, it is tried
 * again when a connection has closed, and after a while in any case; the failure itself goes no further.
 */
final class Accepting extends ChannelInboundHandlerAdapter {
    /** A descriptor may also be freed by something else than the end of a connection. */
    private static final int RETRY_MILLIS = 100;

    /** More than one process serves well. */
    private static final int MANY = 10_000;

    private final int maxConnections;
    private final PrintStream complaints;
    private final AtomicInteger open = new AtomicInteger();
    private final Runnable resume = this::resume;

    /** Whether a connection that closes has to resume accepting. */
    private volatile boolean paused;

    private ChannelHandlerContext listening;
    private boolean failing;

    /** @param maxConnections that are open at a time, 1 or more */
    Accepting(int maxConnections, PrintStream complaints) {
        this.maxConnections = maxConnections;
        this.complaints = complaints;
    }

    /**
     * As many connections as fit this process: they take half of the file descriptors it may still open, and files that are
     * served and written take the rest.
     */
    static int fitting() {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            long free = system.getMaxFileDescriptorCount() - system.getOpenFileDescriptorCount();
            return (int) Math.max(1, Math.min(MANY, free / 2));
        }
        return MANY;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        listening = context;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object accepted) {
        failing = false;
        if (open.incrementAndGet() >= maxConnections) {
            pause();
        }
        ((Channel) accepted).closeFuture().addListener(closed -> {
            open.decrementAndGet();
            if (paused && listening.channel().isOpen()) {
                listening.executor().execute(resume);
            }
        });
        context.fireChannelRead(accepted);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        pause();
        context.executor().schedule(resume, RETRY_MILLIS, TimeUnit.MILLISECONDS);
        if (!failing) {
            failing = true;
            complain(cause);
        }
    }

    private void complain(Throwable cause) {
        complaints.println("h2session serve: cannot accept a connection: " + Reason.of(cause) + "; " + open
                + " are open, trying again");
    }

    private void pause() {
        paused = true;
        listening.channel().config().setAutoRead(false);
    }

    private void resume() {
        if (paused && open.get() < maxConnections) {
            paused = false;
            listening.channel().config().setAutoRead(true);
        }
    }
}
