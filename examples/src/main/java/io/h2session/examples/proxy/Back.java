package io.h2session.examples.proxy;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.HttpObject;

/** The upstream server's side of an exchange: a connection of HTTP/1.1 or a stream. */
interface Back {
    /** It is for this exchange from now on, until the answer is whole or given up. */
    void exchange(Exchange exchange);

    boolean http2();

    /** Whether the server can be asked for a WebSocket. */
    boolean takesWebSocket();

    boolean isWritable();

    /** Whether more of the answer is wanted. */
    void wantMore(boolean more);

    /** Writes a part of the request. It is flushed later. */
    void write(HttpObject message);

    void flush();

    ByteBufAllocator alloc();

    /** The answer was received whole, and the request sent or given up. */
    void done(boolean requestSent);

    /** The answer is not wanted any more. */
    void abort();
}
