/**
 * The state of the connection, and how it changes: settings, the life of streams, shutdown, timeouts and limits (RFC 9113
 * sections 3.4, 5.1, 6.5, 6.8, 10.5).
 *
 * <pre>
 *   Connection ─┬─ Semantics                     the questions on which nghttp2's way and ours differ
 *               ├─ LocalSettings, RemoteSettings the settings of both ends
 *               ├─ StreamLifecycle               opens, moves, resets and closes streams
 *               ├─ Shutdown, Termination         GOAWAY of both ends, and the terminal state
 *               ├─ WindowUpdates, BlockedBodies  credit that we give, and bodies that wait for the peer's
 *               ├─ OwedReplies                   limits for replies that wait to be sent
 *               ├─ FloodGuard                    the abuse budget: what a peer may cost
 *               ├─ Deadlines, StreamWaits        timeouts: how long the peer may keep us waiting, and for what
 *               └─ Callbacks, Metrics            all calls of the application's code
 * </pre>
 *
 * <p>{@code receive}, {@code submit} and {@code send} share this package and the queue, and do not call each other.
 */
package io.h2session.connection;
