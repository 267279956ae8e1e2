/**
 * The server: one {@link io.h2session.examples.serve.ServeCommand} command, pages behind one small interface.
 *
 * <pre>
 *   Server ── per connection ── RequestHandler ── Headers ──► Pages ──► ConstantPage  BytesPage  FilePages  EchoPage
 *                                     │                                                              │
 *                                     └── Data, trailers ───────────────────────────────────────► Echo (one per stream)
 * </pre>
 *
 * <p>Requests and responses: RFC 9113 section 8, RFC 9110.
 */
package io.h2session.examples.serve;
