/**
 * Simple exchanges of a client: a request in, a {@link io.netty.util.concurrent.Future} of the whole response out.
 *
 * <pre>
 *   Http2SessionHandler ─► Http2Requests.send(headers, body) ─► Future&lt;Http2Response&gt;
 *                                 │                               └─ Http2ResponseException: why not, and is it safe to retry?
 *                                 └─ Exchange ─► Http2ResponseCollector: what has arrived of one response
 * </pre>
 *
 * <p>It stands on the events and writes of the handler alone. Streams that were opened in another way are not touched. A pool
 * of connections ({@code io.h2session.netty.pool}) gives such futures, too.
 */
@NullMarked
package io.h2session.netty.client;

import org.jspecify.annotations.NullMarked;
