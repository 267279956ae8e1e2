/**
 * An HTTP/2 session without a channel, thread, socket or logger: octets in, octets out, callbacks.
 *
 * <pre>
 *             recv(octets)                                    send(sink)
 *                  |                                              ^
 *   receive: frames, messages, windows             send: which frame, encoded last
 *                  |                                              ^
 *                  +----► Connection: what is true ◄--------------+
 *                  +----► OutboundQueue: what is owed ------------+
 * </pre>
 *
 * <p>{@link io.h2session.Http2Session} is the front door.
 */
package io.h2session;
