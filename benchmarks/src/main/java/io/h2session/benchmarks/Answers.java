package io.h2session.benchmarks;

import io.h2session.hpack.HeaderList;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http2.Http2Headers;

/** What a server of any contestant answers, and what it counts. */
final class Answers {
    private final Shape shape;

    /** A pooled direct buffer of which every response takes a duplicate: the cheapest way to write one. */
    private final ByteBuf body =
            PooledByteBufAllocator.DEFAULT.directBuffer(Shape.body().length).writeBytes(Shape.body());

    private long responses;
    private long pathBytes;

    Answers(Shape shape) {
        this.shape = shape;
    }

    /** The application was told a path. */
    void requested(CharSequence path) {
        pathBytes += path.length();
    }

    /** The next response's header fields. */
    HeaderList head() {
        return shape.response(responses++);
    }

    /** The next response's header fields as Netty's object. */
    Http2Headers nettyHead() {
        return shape.nettyResponse(responses++);
    }

    /** The next response's header fields as HTTP/1.1 has them. */
    HttpHeaders httpHead() {
        return shape.httpResponse(responses++);
    }

    /** The response's body, with a reference for the caller. */
    ByteBuf body() {
        return body.retainedDuplicate();
    }

    long pathBytes() {
        return pathBytes;
    }
}
