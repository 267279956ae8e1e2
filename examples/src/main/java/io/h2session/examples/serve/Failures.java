package io.h2session.examples.serve;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.io.PrintStream;

/** The end of the pipeline of an HTTP/2 connection. Requests go to the channels of their streams; failures come here. */
final class Failures extends ChannelInboundHandlerAdapter {
    private final PrintStream complaints;

    Failures(PrintStream complaints) {
        this.complaints = complaints;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ReferenceCountUtil.release(message);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        // What the peer has announced, and the end of the session.
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof IOException)) {
            complaints.println("h2session serve: " + context.channel().remoteAddress() + ": " + cause);
        }
        context.close();
    }
}
