package io.h2session.examples.proxy;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** The upstream server's side of an exchange: the last handler of a connection of HTTP/1.1 or of a stream. */
abstract class Back extends ChannelInboundHandlerAdapter {
    ChannelHandlerContext context;

    /** Null while a connection of HTTP/1.1 is idle. */
    Exchange exchange;

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    abstract boolean http2();

    /** Whether the server can be asked for a WebSocket. */
    abstract boolean takesWebSocket();

    final boolean isWritable() {
        return context.channel().isWritable();
    }

    /** Whether more of the answer is wanted. */
    final void wantMore(boolean more) {
        context.channel().config().setAutoRead(more);
    }

    /** The answer was received whole, and the request sent or given up. */
    abstract void done(boolean requestSent);

    /** The answer is not wanted any more. */
    abstract void abort();

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
