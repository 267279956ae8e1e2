/**
 * The command {@code proxy}: a reverse proxy, HTTP/1.1 and HTTP/2 on either side.
 *
 * <pre>
 *   client ── FrontConnection (HTTP/1.1) ─┐                            ┌─ BackConnection (HTTP/1.1) ── upstream
 *          ── FrontStream     (HTTP/2)   ─┴─► Exchange ─► Connections ─┴─ BackStream     (HTTP/2)   ──
 *                                              │
 *             RequestRules, ResponseRules ─────┤   what is changed in a head, what is refused
 *             Failure ─────────────────────────┤   what goes wrong, and what the client is told
 *             Tunnel ──────────────────────────┘   WebSockets, once both ends have agreed
 * </pre>
 *
 * <p>Both sides speak Netty's {@code HttpObject}s: behind {@code HttpServerCodec} and its counterpart in HTTP/1.1, behind {@code
 * HttpStreamCodec} in HTTP/2. An exchange lives on one event loop, that of its client's connection; each loop has upstream
 * connections of its own ({@link io.h2session.examples.proxy.Worker}), so nothing is locked.
 */
package io.h2session.examples.proxy;
