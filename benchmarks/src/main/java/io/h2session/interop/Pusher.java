package io.h2session.interop;

import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.netty.channel.ChannelHandlerContext;

/** Writes a body piece by piece for as long as its stream is writable, as a proxy does. */
final class Pusher {
    private static final int PIECE = 8 * 1024;

    private final ChannelHandlerContext ctx;
    private final Http2StreamHandle stream;
    private final long size;
    private long written;

    Pusher(ChannelHandlerContext ctx, Http2StreamHandle stream, long size) {
        this.ctx = ctx;
        this.stream = stream;
        this.size = size;
    }

    /** Writes on; called again when the stream has become writable. */
    void push() {
        while (written < size && stream.isWritable()) {
            int length = (int) Math.min(PIECE, size - written);
            long offset = written;
            written += length;
            ctx.writeAndFlush(
                    Http2SessionWrite.data(stream, Pattern.at(ctx.alloc(), offset, length), written == size),
                    ctx.voidPromise());
        }
    }
}
