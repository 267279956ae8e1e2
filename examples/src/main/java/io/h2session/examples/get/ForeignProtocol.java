package io.h2session.examples.get;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * The event that a server answered with another protocol than HTTP/2.
 *
 * @param explanation a message for the user
 */
record ForeignProtocol(String explanation) {
    private static final int TLS_ALERT = 0x15;

    /**
     * Checks the first byte of a connection with prior knowledge. In HTTP/2 it is the highest byte of the length of a short frame,
     * which is always zero (RFC 9113 sections 3.4 and 4.1).
     */
    static final class Detector extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            int first = bytes.getUnsignedByte(bytes.readerIndex());
            if (first == 0) {
                context.pipeline().remove(this);
                context.fireChannelRead(message);
                return;
            }
            bytes.release();
            context.fireUserEventTriggered(new ForeignProtocol(explain(first)));
            context.close();
        }

        private static String explain(int first) {
            return switch (first) {
                case 'H' -> "the server speaks HTTP/1, not HTTP/2";
                case TLS_ALERT -> "the server speaks TLS: try https://";
                default -> "the server does not speak HTTP/2";
            };
        }
    }
}
