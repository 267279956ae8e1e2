package io.h2session.examples.net;

import com.sun.management.UnixOperatingSystemMXBean;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A handler in the pipeline of the listening socket. It limits the number of open connections; further connections wait in the
 * backlog of the system until one closes. If accepting fails, mostly because no file descriptors are left, it is tried again
 * when a connection closes, and in any case after a while. The failure is not passed on.
 */
public final class Accepting extends ChannelInboundHandlerAdapter {
    /** A descriptor may also be freed by something other than a closed connection. */
    private static final int RETRY_MILLIS = 100;

    /** More connections than one process can serve well. */
    private static final int MANY = 10_000;

    private final String program;
    private final int maxConnections;
    private final PrintStream complaints;
    private final AtomicInteger open = new AtomicInteger();
    private final Runnable resume = this::resume;

    /** Whether accepting has to resume when a connection closes. */
    private volatile boolean paused;

    private ChannelHandlerContext listening;
    private boolean failing;

    /**
     * @param program what a complaint begins with
     * @param maxConnections how many connections may be open at once, 1 or more
     */
    public Accepting(String program, int maxConnections, PrintStream complaints) {
        this.program = program;
        this.maxConnections = maxConnections;
        this.complaints = complaints;
    }

    /**
     * The default limit on connections: half of the file descriptors that the process may still open. Files that are served and
     * written use the rest.
     */
    public static int fitting() {
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
        complaints.println(program + ": cannot accept a connection: " + Reason.of(cause) + "; " + open
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
