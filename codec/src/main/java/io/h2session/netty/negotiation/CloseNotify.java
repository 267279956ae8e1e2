package io.h2session.netty.negotiation;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;

/**
 * The end of our own direction of a TLS connection: close_notify and then FIN, after which the session still reads what the
 * peer sends, so that closing does not take back what it has not read.
 */
final class CloseNotify {
    private final SslHandler tls;

    CloseNotify(SslHandler tls) {
        this.tls = tls;
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
