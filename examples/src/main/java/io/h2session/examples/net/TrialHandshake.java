package io.h2session.examples.net;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;

/**
 * A TLS handshake in memory. Creating a context does not check whether the key belongs to the certificate. If it does not, the
 * handshake of every client fails.
 */
final class TrialHandshake {
    private TrialHandshake() {}

    /** Whether a client that trusts the server can connect to it. */
    static boolean succeeds(SslContext server, SslContext client) {
        SslHandler handshake = client.newHandler(ByteBufAllocator.DEFAULT);
        EmbeddedChannel serverEnd = new EmbeddedChannel(server.newHandler(ByteBufAllocator.DEFAULT), new Failures());
        EmbeddedChannel clientEnd = new EmbeddedChannel(handshake, new Failures());
        try {
            boolean moved = true;
            while (moved && !handshake.handshakeFuture().isDone()) {
                moved = move(clientEnd, serverEnd);
                moved |= move(serverEnd, clientEnd);
            }
            return handshake.handshakeFuture().isSuccess();
        } finally {
            close(clientEnd);
            close(serverEnd);
        }
    }

    private static boolean move(EmbeddedChannel from, EmbeddedChannel to) {
        boolean moved = false;
        for (Object bytes = from.readOutbound(); bytes != null; bytes = from.readOutbound()) {
            to.pipeline().fireChannelRead(bytes);
            moved = true;
        }
        to.pipeline().fireChannelReadComplete();
        to.runPendingTasks();
        return moved;
    }

    private static void close(EmbeddedChannel end) {
        end.close();
        end.releaseOutbound();
        end.releaseInbound();
    }

    /** The future of the handshake reports them. */
    private static final class Failures extends ChannelInboundHandlerAdapter {
        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {}
    }
}
