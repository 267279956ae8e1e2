package io.h2session.netty.negotiation;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Stands before the {@code SslHandler} and sees to it that TLS 1.2 is not renegotiated (RFC 9113 section 9.2.1), which the
 * JDK's provider would do without a word, at the price of a handshake each time.
 *
 * <p>The type of a record is never encrypted in TLS 1.2, and once the handshake is done a record of type handshake can only
 * begin another one. The octets before such a record are passed on first: they may be the end of the handshake.
 */
final class RenegotiationGuard extends ChannelInboundHandlerAdapter {
    private static final int HANDSHAKE = 22;
    private static final int HEADER_LENGTH = 5;

    private int headerOctets;
    private int lengthOfPayload;
    private int payloadLeft;
    private Runnable violated;
    private boolean stopped;

    /** The handshake is done: the next one is the peer's fault, and {@code violated} is told once. */
    void arm(Runnable action) {
        violated = action;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof ByteBuf in)) {
            context.fireChannelRead(message);
            return;
        }
        int passed = in.readerIndex();
        while (!stopped) {
            int suspect = nextHandshakeRecord(in, passed);
            if (suspect < 0) {
                break;
            }
            if (suspect > in.readerIndex()) {
                context.fireChannelRead(in.readRetainedSlice(suspect - in.readerIndex()));
            }
            if (violated != null && !context.isRemoved()) {
                stopped = true;
                violated.run();
            } else {
                // Of the handshake itself; look on behind its first octet.
                headerOctets = 1;
                passed = suspect + 1;
            }
        }
        if (stopped) {
            in.release();
        } else {
            context.fireChannelRead(in);
        }
    }

    /** Where the next record of type handshake begins, from an index on; -1 if none does. Keeps count of records. */
    private int nextHandshakeRecord(ByteBuf in, int from) {
        int index = from;
        int end = in.writerIndex();
        while (index < end) {
            if (payloadLeft > 0) {
                int skipped = Math.min(payloadLeft, end - index);
                payloadLeft -= skipped;
                index += skipped;
                continue;
            }
            int octet = in.getUnsignedByte(index);
            if (headerOctets == 0 && octet == HANDSHAKE) {
                return index;
            }
            lengthOfPayload = (lengthOfPayload << 8 | octet) & 0xffff;
            index++;
            if (++headerOctets == HEADER_LENGTH) {
                headerOctets = 0;
                payloadLeft = lengthOfPayload;
            }
        }
        return -1;
    }
}
