package io.h2session.examples.serve;

import io.h2session.api.DataSource;
import io.h2session.hpack.HeaderList;
import io.h2session.hpack.HeaderToken;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.AsciiString;

/** A request on an HTTP/2 stream. Responses are flushed at the end of the read that contained the request. */
final class Http2Exchange implements Exchange {
    private final ChannelHandlerContext connection;
    private final Http2SessionEvent.Headers request;
    private Echo echo;

    Http2Exchange(ChannelHandlerContext connection, Http2SessionEvent.Headers request) {
        this.connection = connection;
        this.request = request;
    }

    /** Receives the rest of the request. Null if the rest is not needed. */
    Echo echo() {
        return echo;
    }

    Http2StreamHandle stream() {
        return request.stream();
    }

    @Override
    public AsciiString method() {
        return request.headers().value(HeaderToken.METHOD);
    }

    @Override
    public AsciiString target() {
        AsciiString target = request.headers().value(HeaderToken.PATH);
        return target == null ? AsciiString.EMPTY_STRING : target;
    }

    @Override
    public AsciiString field(AsciiString name) {
        return request.headers().value(name);
    }

    @Override
    public boolean complete() {
        return request.endStream();
    }

    @Override
    public void respond(HeaderList response) {
        connection.write(Http2SessionWrite.response(stream(), response), connection.voidPromise());
    }

    @Override
    public void respond(HeaderList response, DataSource body) {
        connection.write(Http2SessionWrite.response(stream(), response, body), connection.voidPromise());
    }

    @Override
    public void echo(HeaderList response) {
        echo = new Echo(connection, stream());
        echo.begin(response, expectsContinue());
    }
}
