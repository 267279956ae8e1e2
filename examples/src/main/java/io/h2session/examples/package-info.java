/**
 * A small HTTP/2 server and client on the handler's events and writes, to try the engine and to learn from.
 *
 * <pre>
 *   Main ── serve ── {@link io.h2session.examples.serve}   pages, files, echo
 *       ├── get ──── {@link io.h2session.examples.get}     requests, one by one or by the thousand
 *       └── load ─── {@link io.h2session.examples.load}    requests by the million, measured
 *                    {@link io.h2session.examples.net}     sockets, TLS, the log of frames
 *
 *   {@link io.h2session.examples.hello}   the server of the README, to copy
 * </pre>
 *
 * <p>HTTP over HTTP/2: RFC 9113 section 8.
 */
package io.h2session.examples;
