package io.h2session.netty;

import io.netty.channel.Channel;
import io.netty.util.AsciiString;

/**
 * Decides which authorities may be requested on a connection of a server (RFC 9113 section 9.1.1). A client may send requests
 * for several authorities on one connection, and some clients request more than the server intended: over TLS, the server may
 * have chosen its certificate, its policy or its tenant by the name in the handshake (SNI). Requests that are not accepted
 * never reach the application. They are answered with 421 (Misdirected Request, RFC 9110 section 15.5.20); then clients repeat
 * them on a separate connection.
 *
 * @see Http2SessionHandlerBuilder#authorityVerifier
 * @since 0.1
 */
@FunctionalInterface
public interface Http2AuthorityVerifier {
    /** Accepts every authority. */
    Http2AuthorityVerifier ANY = (channel, authority) -> true;

    /**
     * Whether an authority may be requested on a connection. Called on the channel's event loop for each request except
     * CONNECT, whose authority is the host to connect to. An exception ends the session, as one of a listener does.
     *
     * @param channel the connection; {@code SslHandler} is in its pipeline if it uses TLS
     * @param authority the value of {@code :authority}, or else of {@code host}, as the peer wrote it, with the port; requests
     * without either are accepted
     */
    boolean accepts(Channel channel, AsciiString authority);
}
