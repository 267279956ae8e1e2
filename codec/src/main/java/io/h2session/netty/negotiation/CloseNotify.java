package io.h2session.netty.negotiation;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;

/**
 * Ends our own direction of a TLS connection: close_notify, then FIN. The session still reads what the peer sends, so that
 * closing the connection does not discard what the peer has not read.
 */
final class CloseNotify {
    private final SslHandler tls;

    CloseNotify(SslHandler tls) {
        this.tls = tls;
    }

    /** Ends our output, after everything that was written. */
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
