package io.h2session.examples.proxy;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpObject;

/** An upstream server's side that has a pipeline: it is the last handler, and a tunnel can take its place. */
abstract class BackHandler extends ChannelInboundHandlerAdapter implements Back {
    ChannelHandlerContext context;

    /** Null while a connection of HTTP/1.1 is idle. */
    Exchange exchange;

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    public final void exchange(Exchange taken) {
        exchange = taken;
    }

    @Override
    public final boolean isWritable() {
        return context.channel().isWritable();
    }

    @Override
    public final void wantMore(boolean more) {
        context.channel().config().setAutoRead(more);
    }

    @Override
    public final void write(HttpObject message) {
        context.write(message, context.voidPromise());
    }

    @Override
    public final void flush() {
        context.flush();
    }

    @Override
    public final ByteBufAllocator alloc() {
        return context.alloc();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (exchange != null) {
            exchange.answerPaused();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (exchange != null) {
            exchange.backWritabilityChanged();
        }
    }
}
