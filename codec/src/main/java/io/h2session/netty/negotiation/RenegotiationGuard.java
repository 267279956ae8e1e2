package io.h2session.netty.negotiation;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Precedes the {@code SslHandler} and prevents renegotiation of TLS 1.2 (RFC 9113 section 9.2.1). The provider of the JDK
 * would allow it silently, at the cost of a handshake each time.
 *
 * <p>The type of a record is not encrypted in TLS 1.2. After the handshake, a record of type handshake can only begin another
 * handshake. The bytes before such a record are passed on first: they may be the end of the first handshake.
 */
final class RenegotiationGuard extends ChannelInboundHandlerAdapter {
    private static final int HANDSHAKE = 22;
    private static final int HEADER_LENGTH = 5;

    private int headerBytes;
    private int lengthOfPayload;
    private int payloadLeft;
    private Runnable violated;
    private boolean stopped;

    /** The handshake is complete: another one is an error of the peer, and runs {@code action} once. */
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
                // It belongs to the handshake itself: continue after its first byte.
                headerBytes = 1;
                passed = suspect + 1;
            }
        }
        if (stopped) {
            in.release();
        } else {
            context.fireChannelRead(in);
        }
    }

    /** The index from {@code from} on at which the next record of type handshake begins; -1 if there is none. Keeps track of records. */
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
            int value = in.getUnsignedByte(index);
            if (headerBytes == 0 && value == HANDSHAKE) {
                return index;
            }
            lengthOfPayload = (lengthOfPayload << 8 | value) & 0xffff;
            index++;
            if (++headerBytes == HEADER_LENGTH) {
                headerBytes = 0;
                payloadLeft = lengthOfPayload;
            }
        }
        return -1;
    }
}
