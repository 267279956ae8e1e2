/**
 * How a connection gets to HTTP/2 (RFC 9113 section 3): by ALPN over TLS, by prior knowledge in cleartext beside
 * HTTP/1.1, or by Upgrade from HTTP/1.1.
 *
 * <pre>
 *   Http2Negotiation.overTls      RenegotiationGuard ─ SslHandler ─ AlpnChoice ─┬─► h2        application's
 *                                                                               └─► http/1.1  application's
 *   Http2Negotiation.inCleartext  FirstBytes ──────────────────────────────────┬─► "PRI * HTTP/2.0"  application's
 *                                                                               └─► anything else     application's
 * </pre>
 *
 * <p>What finds out leaves the pipeline when it has: then there stands what the application would have put there had it
 * known from the start. Needs Netty's {@code netty-handler} for TLS and {@code netty-codec-http} for Upgrade, each only
 * for that.
 */
package io.h2session.netty.negotiation;
