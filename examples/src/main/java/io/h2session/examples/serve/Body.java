package io.h2session.examples.serve;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.HttpContent;
import java.io.IOException;

/** The body of a response. It is asked for the next piece only while the channel is writable. Used on the event loop. */
interface Body extends AutoCloseable {
    /**
     * The next piece, which the caller owns. The last one is a {@code LastHttpContent}, perhaps with trailers. Null if there are no
     * bytes now; {@link Exchange#resume()} must be called when there are some.
     */
    HttpContent next(ByteBufAllocator allocator) throws IOException;

    /** The server is about to stop. A body without a natural end ends with its next piece. */
    default void stop() {}

    /** Releases what is left. Called once, after the last piece or when the exchange has ended early. */
    @Override
    default void close() {}
}
