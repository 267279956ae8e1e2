package io.h2session.examples.load;

import io.h2session.examples.net.Reason;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** A connection that sends requests as its worker says. The last handler of its pipeline; on the event loop. */
abstract class LoadConnection extends ChannelInboundHandlerAdapter {
    /** Why a connection failed that ended without a word. */
    static final String CLOSED = "the server closed the connection";

    final Worker worker;

    /** Its place among the connections of the worker. */
    int slot;

    /** Whether it was given requests that have not been sent yet. */
    boolean touched;

    /** When it was begun. */
    final long begun;

    private final Tally.Traffic traffic = new Tally.Traffic();
    private ChannelHandlerContext context;
    private Exchange oldest;
    private Exchange newest;
    private int running;
    private long completed;
    private String failure;
    private boolean ready;
    private boolean over;

    LoadConnection(Worker worker, long begun) {
        this.worker = worker;
        this.begun = begun;
    }

    // ---- for the worker --------------------------------------------------------------------------------------------

    /** Whether it takes another request now. */
    abstract boolean hasRoom();

    /** Sends a request, for which there is room. {@link #sendAll} must follow. */
    abstract void send(Exchange exchange);

    /** Lets what was sent leave, after asking the worker for more. */
    abstract void sendAll();

    /** Stops waiting for a response. */
    abstract void cancel(Exchange exchange);

    /** Ends the connection in order. */
    abstract void finish();

    /** Whether it has been ready for requests. */
    final boolean isReady() {
        return ready;
    }

    /** Whether it has ended, or could not be made. */
    final boolean isOver() {
        return over;
    }

    /** How many responses it has had. */
    final long completed() {
        return completed;
    }

    /** How many requests run. */
    final int running() {
        return running;
    }

    /** The request that has run for longest; null if none runs. */
    final Exchange oldest() {
        return oldest;
    }

    /** Why it ended; null if it was an orderly end, or has not ended. */
    final String failure() {
        return failure;
    }

    final Tally.Traffic traffic() {
        return traffic;
    }

    /** Only the first failure is kept. Later ones are mostly its consequences. */
    final void failed(String reason) {
        if (failure == null) {
            failure = reason;
        }
    }

    /** The connection could not be made, or has ended. */
    final void gone() {
        if (!over) {
            over = true;
            worker.gone(this);
        }
    }

    /** Closes the channel, if there is one. */
    final void close() {
        if (context == null) {
            gone();
        } else {
            context.close();
        }
    }

    // ---- for the kinds of connections ------------------------------------------------------------------------------

    final ChannelHandlerContext context() {
        return context;
    }

    final void nowReady() {
        if (!ready && !over) {
            ready = true;
            worker.ready(this);
        }
    }

    final void began(Exchange exchange) {
        exchange.older = newest;
        if (newest == null) {
            oldest = exchange;
        } else {
            newest.newer = exchange;
        }
        newest = exchange;
        running++;
    }

    /** A request has ended, well or not. */
    final void ended(Exchange exchange) {
        if (exchange.older == null) {
            oldest = exchange.newer;
        } else {
            exchange.older.newer = exchange.newer;
        }
        if (exchange.newer == null) {
            newest = exchange.older;
        } else {
            exchange.newer.older = exchange.older;
        }
        exchange.older = null;
        exchange.newer = null;
        running--;
    }

    final void complete(Exchange exchange) {
        ended(exchange);
        completed++;
        worker.complete(exchange);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        failed(Reason.of(cause));
        ctx.close();
    }
}
