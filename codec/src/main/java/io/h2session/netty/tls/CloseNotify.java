package io.h2session.netty.tls;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;

/**
 * The end of each direction of a TLS connection, between {@code SslHandler} and the session. The peer's close_notify is the
 * end of its octets, as a FIN is in cleartext. Our own output ends with close_notify and then FIN, after which the
 * session still reads what the peer sends, so that closing does not take back what it has not read.
 */
final class CloseNotify extends ChannelInboundHandlerAdapter {
    private final SslHandler tls;

    CloseNotify(SslHandler tls) {
        this.tls = tls;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        context.fireUserEventTriggered(event);
        // OpenSSL's engine lets the event also mean the end of our own output.
        if (event instanceof SslCloseCompletionEvent closed
                && closed.isSuccess()
                && tls.engine().isInboundDone()
                && context.channel().isActive()) {
            context.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        }
    }

    /** Ends our output, behind everything that was written. */
    void closeOutput() {
        tls.closeOutbound().addListener((ChannelFutureListener) closed -> {
            if (closed.isSuccess()
                    && closed.channel().isActive()
                    && closed.channel() instanceof DuplexChannel channel) {
                channel.shutdownOutput();
            }
        });
    }
}
