package io.h2session.examples.proxy;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;

/** The client's side of an exchange: the last handler of a connection of HTTP/1.1 or of a stream. */
abstract class Front extends ChannelDuplexHandler {
    final Worker worker;
    ChannelHandlerContext context;
    private Client client;

    Front(Worker worker) {
        this.worker = worker;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    /** Who asks. */
    final Client client() {
        if (client == null) {
            client = newClient();
        }
        return client;
    }

    abstract Client newClient();

    /** Writes what follows a head. It is flushed later. */
    final void write(HttpObject message) {
        context.write(message, context.voidPromise());
    }

    final void flush() {
        context.flush();
    }

    /** Whether more of the answer should be written. */
    final boolean isWritable() {
        return context.channel().isWritable();
    }

    /** Whether more of the request is wanted. */
    final void wantMore(boolean more) {
        context.channel().config().setAutoRead(more);
    }

    /** Writes a head, with what only this side knows of. */
    abstract void head(HttpResponse response);

    /** Nothing more is taken from the client behind this answer. */
    abstract void lastAnswer();

    /** Whether 1xx are understood. */
    abstract boolean takesInformational();

    /**
     * The answer was written whole.
     *
     * @param requestWhole whether the request was received whole
     */
    abstract void answered(boolean requestWhole);

    /** The answer cannot become whole. */
    abstract void abort(Failure why);
}
