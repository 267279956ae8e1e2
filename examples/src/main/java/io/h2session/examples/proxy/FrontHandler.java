package io.h2session.examples.proxy;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpObject;

/** A client's side that has a pipeline: it is the last handler, and a tunnel can take its place. */
abstract class FrontHandler extends ChannelDuplexHandler implements Front {
    final Worker worker;
    ChannelHandlerContext context;
    private Client client;

    FrontHandler(Worker worker) {
        this.worker = worker;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    public final Client client() {
        if (client == null) {
            client = newClient();
        }
        return client;
    }

    abstract Client newClient();

    @Override
    public final void write(HttpObject message) {
        context.write(message, context.voidPromise());
    }

    @Override
    public final void flush() {
        context.flush();
    }

    @Override
    public final boolean isWritable() {
        return context.channel().isWritable();
    }

    @Override
    public final void wantMore(boolean more) {
        context.channel().config().setAutoRead(more);
    }
}
