/**
 * What is true of the connection, and how it changes: settings, the life of streams, shutdown, deadlines and limits (RFC
 * 9113 sections 3.4, 5.1, 6.5, 6.8, 10.5).
 *
 * <pre>
 *   Connection ─┬─ LocalSettings, RemoteSettings     what was agreed
 *               ├─ Semantics                         each question on which nghttp2's way and ours differ
 *               ├─ StreamLifecycle                   opens, moves, resets and closes streams
 *               ├─ Shutdown                          GOAWAY both ways, and the terminal state
 *               ├─ WindowUpdates, BlockedBodies      windows: the credit we give, the bodies that wait for the peer's
 *               ├─ OwedReplies                       how many answers may wait to be sent
 *               ├─ FloodGuard                        the abuse budget: what a peer may cost
 *               ├─ Deadlines, StreamWaits            how long the peer may keep us waiting, and for what
 *               └─ Callbacks                         every call of the application's code
 * </pre>
 *
 * <p>{@code receive}, {@code submit} and {@code send} meet here and in the queue, nowhere else.
 */
package io.h2session.connection;
