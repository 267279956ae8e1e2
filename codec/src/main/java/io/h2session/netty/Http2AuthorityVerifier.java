package io.h2session.netty;

import io.netty.channel.Channel;
import io.netty.util.AsciiString;

/**
 * Says which authorities a server's connection may be asked for (RFC 9113 section 9.1.1). A client may send requests for
 * several authorities on one connection, and some do for more than the server meant: over TLS the server may have chosen its
 * certificate, its policy or its tenant by the name in the handshake (SNI). Requests that are not accepted never reach the
 * application: they are answered with 421 (Misdirected Request, RFC 9110 section 15.5.20), after which clients ask again on a
 * connection of their own.
 *
 * @see Http2SessionHandlerBuilder#authorityVerifier
 */
@FunctionalInterface
public interface Http2AuthorityVerifier {
    /** Accepts every authority. */
    Http2AuthorityVerifier ANY = (channel, authority) -> true;

    /**
     * Whether a connection may be asked for an authority. Asked on the channel's event loop for each request but CONNECT, which
     * names whom to connect to and not who is asked; what it throws ends the session as what a listener throws.
     *
     * @param channel the connection; {@code SslHandler} is in its pipeline if it is one of TLS
     * @param authority the value of {@code :authority}, or of {@code host} without it, in the peer's own writing, with its
     *     port; not asked for requests that have neither
     */
    boolean accepts(Channel channel, AsciiString authority);
}
