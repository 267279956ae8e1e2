/**
 * The server: one {@link io.h2session.examples.serve.ServeCommand} command, pages behind one small interface. The pages speak Netty's
 * HTTP objects, so that requests of HTTP/1.1 and of HTTP/2 go through the same handler.
 *
 * <pre>
 *   Server ─┬─ HTTP/2 ──── Http2StreamsHandler ── each stream: HttpStreamCodec ─┬─ RequestHandler ── Exchange ──► Pages
 *           └─ HTTP/1.1 ── HttpServerCodec ────── Http1Requests ────────────────┘         │
 *                                                                                         └── Body, while it is writable
 *
 *   Pages ─┬─► ConstantPage  BytesPage  EchoPage  LinesPage  EventsPage  WebSocketPage
 *          └─► FilePages ──► FileResponses: Precondition, ByteRange, AcceptedCodings
 * </pre>
 *
 * <p>Requests and responses: RFC 9113 section 8, RFC 9112, RFC 9110. WebSocket: RFC 6455, RFC 8441.
 */
package io.h2session.examples.serve;
