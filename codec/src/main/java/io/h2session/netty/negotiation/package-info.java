/**
 * How a connection starts HTTP/2 (RFC 9113 section 3): by ALPN over TLS, by prior knowledge in cleartext as an alternative to
 * HTTP/1.1, or by Upgrade from HTTP/1.1.
 *
 * <pre>
 *   Http2Negotiation.overTls      RenegotiationGuard ─ SslHandler ─ AlpnChoice ─┬─► h2        application's
 *                                                                               └─► http/1.1  application's
 *   Http2Negotiation.inCleartext  FirstBytes ──────────────────────────────────┬─► "PRI * HTTP/2.0"  application's
 *                                                                               └─► anything else     application's
 *   HttpServerCodec ─ Http2UpgradeHandler         ┬─► "Upgrade: h2c"  the request is stream 1
 *                                                 └─► anything else   HTTP/1.1
 *   HttpClientCodec ─ Http2ClientUpgradeHandler   ┬─► 101             the first request is stream 1
 *                                                 └─► anything else   HTTP/1.1
 * </pre>
 *
 * <p>The handlers that determine the protocol then remove themselves: the pipeline is the one that the application would have
 * built had it known the protocol from the start. TLS needs Netty's {@code netty-handler}, and Upgrade needs {@code
 * netty-codec-http}.
 */
@NullMarked
package io.h2session.netty.negotiation;

import org.jspecify.annotations.NullMarked;
