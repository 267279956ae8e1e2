package io.h2session.toy;

import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** One stream as its application sees it: what came in, and methods to answer. */
class ToyStream {
    final Http2StreamHandle handle;
    final List<HeaderList> heads = new ArrayList<>();
    final List<Boolean> writability = new ArrayList<>();
    final StringBuilder body = new StringBuilder();
    HeaderList trailers;
    boolean inputEnded;
    long resetCode = -1;
    Http2SessionEvent.StreamClosed closed;
    private final ChannelHandlerContext ctx;

    /** Bytes of the body that were read and not consumed. */
    private int unconsumed;

    ToyStream(ChannelHandlerContext ctx, Http2StreamHandle handle) {
        this.ctx = ctx;
        this.handle = handle;
        handle.attachment(this);
    }

    // ---- what comes in; an application overrides what it answers ---------------------------------------------------

    void onHead(HeaderList headers, boolean endStream) {
        heads.add(headers);
        inputEnded |= endStream;
    }

    void onTrailers(HeaderList fields) {
        trailers = fields;
        inputEnded = true;
    }

    void onData(Http2SessionEvent.Data data) {
        body.append(data.content().toString(StandardCharsets.US_ASCII));
        inputEnded |= data.endStream();
        unconsumed += data.takeCredit();
    }

    void onReset(long errorCode) {
        resetCode = errorCode;
    }

    void onWritability(boolean writable) {
        writability.add(writable);
    }

    void onClosed(Http2SessionEvent.StreamClosed event) {
        if (closed != null) {
            throw new IllegalStateException("closed twice: " + handle);
        }
        closed = event;
    }

    // ---- what goes out ---------------------------------------------------------------------------------------------

    /** Lets the peer send as much as was read. */
    void consume() {
        handle.consume(unconsumed);
        unconsumed = 0;
    }

    void request(HeaderList headers, boolean endStream) {
        write(endStream ? Http2SessionWrite.request(handle, headers) : Http2SessionWrite.requestHead(handle, headers));
    }

    void respond(HeaderList headers) {
        write(Http2SessionWrite.responseHead(handle, headers));
    }

    ChannelFuture data(ByteBuf content, boolean endStream) {
        return write(Http2SessionWrite.data(handle, content, endStream));
    }

    void trailers(HeaderList fields) {
        write(Http2SessionWrite.trailers(handle, fields));
    }

    void reset(long errorCode) {
        write(Http2SessionWrite.reset(handle, errorCode));
    }

    private ChannelFuture write(Http2SessionWrite write) {
        return ctx.writeAndFlush(write);
    }
}
