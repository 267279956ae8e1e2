package io.h2session.netty.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;

/** The content of a tunnel as buffers, for codecs of the protocol in it. Its end is told by the channel's event. */
final class TunnelBytes extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof HttpContent content)) {
            context.fireChannelRead(message);
            return;
        }
        if (content.content().isReadable()) {
            context.fireChannelRead(content.content().retain());
        }
        content.release();
    }
}
