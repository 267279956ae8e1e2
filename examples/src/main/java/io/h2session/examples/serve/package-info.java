/**
 * The server: one {@link io.h2session.examples.serve.ServeCommand} command, pages behind one small interface. The pages speak Netty's
 * HTTP objects, so that they answer HTTP/1.1 and HTTP/2 alike. A page that needs a pipeline gets a channel for its stream.
 *
 * <pre>
 *   Server ─┬─ HTTP/2 ──── Http2StreamsHandler ─┬─ StreamExchange, without a channel ────────────────┬─► Pages
 *           │                                   └─ HttpStreamCodec ─┬─ RequestHandler ─ ChannelExchange ─┘
 *           └─ HTTP/1.1 ── HttpServerCodec ──── Http1Requests ──────┘
 *
 *   Exchange ──► Body, while the client takes it
 *
 *   Pages ─┬─► ConstantPage  BytesPage  EchoPage  LinesPage  EventsPage  WebSocketPage
 *          └─► FilePages ──► FileResponses: Precondition, ByteRange, AcceptedCodings
 * </pre>
 *
 * <p>Requests and responses: RFC 9113 section 8, RFC 9112, RFC 9110. WebSocket: RFC 6455, RFC 8441.
 */
package io.h2session.examples.serve;
