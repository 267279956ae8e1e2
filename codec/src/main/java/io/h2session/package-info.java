/**
 * An HTTP/2 session without a channel, thread, socket or logger: bytes in, bytes out, callbacks.
 *
 * <pre>
 *        recv(bytes)               submitX                     send(sink)
 *             |                       |                             ^
 *          receive                 submit                         send
 *     frames, messages,      checks arguments and the     which frame goes next,
 *     windows                order of messages            encoded last
 *             |                       |                             ^
 *             +-----------------------+--► Connection ◄-------------+   what is true
 *             +-----------------------+--► OutboundQueue -----------+   what waits to be sent
 * </pre>
 *
 * <p>{@link io.h2session.Http2Session} is the front door; its constructor shows how the parts are connected.
 */
@NullMarked
package io.h2session;

import org.jspecify.annotations.NullMarked;
