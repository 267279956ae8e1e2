package io.h2session.examples.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.PrintStream;

/** {@code --hexdump}: writes what arrives, behind TLS in cleartext, in hexadecimal and ASCII. */
public final class HexDump extends ChannelInboundHandlerAdapter {
    private final PrintStream out;

    /** Creates the dump of one connection. */
    public HexDump(PrintStream out) {
        this.out = out;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof ByteBuf bytes) {
            out.println(ByteBufUtil.prettyHexDump(bytes));
        }
        context.fireChannelRead(message);
    }
}
