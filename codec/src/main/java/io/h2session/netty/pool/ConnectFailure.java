package io.h2session.netty.pool;

import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.negotiation.Http2NegotiationException;
import io.netty.channel.ConnectTimeoutException;
import java.io.IOException;
import java.net.ProtocolException;
import java.util.Locale;
import javax.net.ssl.SSLException;

/** What kind of failure it is that a connection was not made. */
final class ConnectFailure {
    /** The alert of RFC 7301 section 3.2, as it stands in the messages of the providers of TLS. */
    private static final String NO_COMMON_PROTOCOL = "no_application_protocol";

    private ConnectFailure() {}

    static IOException notHttp2() {
        return new ProtocolException("the connection has no Http2SessionHandler: HTTP/2 was not chosen");
    }

    /**
     * What ended a session. With TLS 1.3 a peer may refuse the handshake after it is complete here, such as for the lack of a
     * certificate: then it is its alert.
     */
    static IOException of(Http2SessionEvent.SessionEnded ended) {
        for (Throwable cause = ended.cause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof SSLException refusal) {
                return refusal;
            }
        }
        return new IOException("the session ended: " + ended.reason(), ended.cause());
    }

    static PoolFailure kindOf(Throwable cause) {
        if (cause instanceof Http2NegotiationException || cause instanceof ProtocolException) {
            return PoolFailure.NOT_HTTP2;
        }
        if (cause instanceof SSLException) {
            String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
            return message.contains(NO_COMMON_PROTOCOL) ? PoolFailure.NOT_HTTP2 : PoolFailure.TLS_FAILED;
        }
        return cause instanceof ConnectTimeoutException ? PoolFailure.CONNECT_TIMEOUT : PoolFailure.CONNECT_FAILED;
    }
}
