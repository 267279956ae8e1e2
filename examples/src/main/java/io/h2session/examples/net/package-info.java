/**
 * The parts that both commands need: sockets, TLS, bodies from files, and a log of frames.
 *
 * <pre>
 *   socket ── [ TLS, ALPN h2 ] ── Http2SessionHandler ── events up, writes down ── the command's own handler
 *                                        │
 *                                     FrameLog (-v)
 * </pre>
 *
 * <p>ALPN and the ciphers of TLS 1.2: RFC 9113 sections 3.2 and 9.2.
 */
package io.h2session.examples.net;
