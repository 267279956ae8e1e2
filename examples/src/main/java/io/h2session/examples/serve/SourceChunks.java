package io.h2session.examples.serve;

import io.h2session.api.BodySink;
import io.h2session.api.DataResult;
import io.h2session.api.DataSource;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.stream.ChunkedInput;
import java.io.IOException;

/**
 * The body of a page for HTTP/1.1. It is read piece by piece whenever the connection accepts more. A source without bytes is read
 * again when the transfer is resumed.
 */
final class SourceChunks implements ChunkedInput<HttpContent> {
    private static final int PIECE = 64 * 1024;

    private final DataSource source;
    private final HttpHeaders trailers;
    private long sent;
    private boolean ended;
    private boolean closed;

    SourceChunks(DataSource source) {
        this(source, EmptyHttpHeaders.INSTANCE);
    }

    /** @param trailers sent after the body, with the fields that they have then */
    SourceChunks(DataSource source, HttpHeaders trailers) {
        this.source = source;
        this.trailers = trailers;
    }

    @Override
    public HttpContent readChunk(ByteBufAllocator allocator) throws Exception {
        BodySink sink = new BodySink(allocator);
        sink.begin(null, PIECE);
        try {
            DataResult result = source.read(1, PIECE, sink);
            if (result != DataResult.MORE && result != DataResult.END && result != DataResult.DEFERRED) {
                throw new IOException("a body that cannot be completed: " + result);
            }
            if (result == DataResult.DEFERRED && sink.length() == 0) {
                return null;
            }
            sent += sink.length();
            ended = result == DataResult.END;
            ByteBuf bytes = gather(sink, allocator);
            return ended ? last(bytes) : new DefaultHttpContent(bytes);
        } finally {
            sink.end();
        }
    }

    private HttpContent last(ByteBuf bytes) {
        DefaultLastHttpContent last = new DefaultLastHttpContent(bytes);
        last.trailingHeaders().add(trailers);
        return last;
    }

    private static ByteBuf gather(BodySink sink, ByteBufAllocator allocator) {
        if (sink.parts() == 1) {
            return sink.takePart(0);
        }
        CompositeByteBuf all = allocator.compositeBuffer(Math.max(2, sink.parts()));
        for (int i = 0; i < sink.parts(); i++) {
            all.addComponent(true, sink.takePart(i));
        }
        return all;
    }

    @Override
    @Deprecated
    @SuppressWarnings("InlineMeSuggester") // the interface's word, not ours
    public HttpContent readChunk(ChannelHandlerContext context) throws Exception {
        return readChunk(context.alloc());
    }

    @Override
    public boolean isEndOfInput() {
        return ended;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            source.close();
        }
    }

    @Override
    public long length() {
        return -1;
    }

    @Override
    public long progress() {
        return sent;
    }
}
