package io.h2session.examples.serve;

import io.h2session.api.DataSource;
import io.h2session.hpack.HeaderList;
import io.h2session.hpack.HeaderToken;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.AsciiString;

/** A request as a page sees it, and the ways to answer it. Nothing leaves before the read it came with is done. */
final class Exchange {
    private static final AsciiString GET = AsciiString.cached("GET");
    private static final AsciiString HEAD = AsciiString.cached("HEAD");

    private final ChannelHandlerContext connection;
    private final Http2SessionEvent.Headers request;

    Exchange(ChannelHandlerContext connection, Http2SessionEvent.Headers request) {
        this.connection = connection;
        this.request = request;
    }

    ChannelHandlerContext connection() {
        return connection;
    }

    Http2StreamHandle stream() {
        return request.stream();
    }

    HeaderList headers() {
        return request.headers();
    }

    /** Whether the request has neither body nor trailers. */
    boolean complete() {
        return request.endStream();
    }

    /** The path without the query, as it was sent; empty for a request that has none (CONNECT). */
    AsciiString path() {
        AsciiString target = headers().value(HeaderToken.PATH);
        if (target == null) {
            return AsciiString.EMPTY_STRING;
        }
        int query = target.indexOf('?', 0);
        return query < 0 ? target : target.subSequence(0, query, false);
    }

    boolean isHead() {
        return HEAD.equals(headers().value(HeaderToken.METHOD));
    }

    /** Whether the request only wants to see something. */
    boolean isRead() {
        return GET.equals(headers().value(HeaderToken.METHOD)) || isHead();
    }

    /** Answers without a body. */
    void respond(HeaderList response) {
        connection.write(Http2SessionWrite.response(stream(), response), connection.voidPromise());
    }

    /** Answers with a body; not for HEAD. */
    void respond(HeaderList response, DataSource body) {
        connection.write(Http2SessionWrite.response(stream(), response, body), connection.voidPromise());
    }
}
