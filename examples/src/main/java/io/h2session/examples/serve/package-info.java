/**
 * The server: one {@link io.h2session.examples.serve.ServeCommand} command, pages behind one small interface.
 *
 * <pre>
 *   Server ─┬─ HTTP/2 ──── RequestHandler ─────── Http2Exchange ─┬─► Pages ──► ConstantPage  BytesPage  FilePages  EchoPage
 *           │                    └── Data, trailers ─► Echo         │
 *           └─ HTTP/1.1 ── Http1RequestHandler ── Http1Exchange ───┘
 * </pre>
 *
 * <p>Requests and responses: RFC 9113 section 8, RFC 9112, RFC 9110.
 */
package io.h2session.examples.serve;
