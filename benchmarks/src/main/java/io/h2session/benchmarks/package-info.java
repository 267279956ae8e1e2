/**
 * What a request costs a server, in memory: the bytes of a client go in, HEADERS and a body of 13 bytes come out and are
 * thrown away. No socket, no TLS, no second thread.
 *
 * <pre>
 *   ClientBytes ── RequestBatch ──► Server ──► Output           ServerCycle    one measurement: a server, a shape, a read size
 *   (encoded once, ids patched)      ENGINE             │       Comparison     all of them, interleaved, and the ratios
 *                                    HANDLER            │       Verification   that every answer is the right one
 *                                    NETTY_LISTENER     └─► counted, released
 *                                    NETTY_FRAME_CODEC
 * </pre>
 */
package io.h2session.benchmarks;
