package io.h2session.netty.http;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.ZstdCompressCtx;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;

/** Zstandard (RFC 8878), at its default level, with a window that every receiver takes (RFC 9659). */
final class ZstdOutput implements ContentEncoder {
    private static final int CHUNK = 8192;
    private static final int LEVEL = 3;

    /** 256 KiB. */
    private static final int WINDOW_BITS = 18;

    private final ZstdCompressCtx encoder =
            new ZstdCompressCtx().setLevel(LEVEL).setWindowLog(WINDOW_BITS);

    /** The encoder reads direct memory only. */
    private final ByteBuf input = Unpooled.directBuffer(CHUNK, CHUNK);

    @Override
    public void encode(ByteBuf source, Step step, ByteBuf target) {
        do {
            input.clear().writeBytes(source, Math.min(source.readableBytes(), CHUNK));
            EndDirective directive = source.isReadable() || step == Step.MORE
                    ? EndDirective.CONTINUE
                    : step == Step.FLUSH ? EndDirective.FLUSH : EndDirective.END;
            ByteBuffer from = input.nioBuffer();
            boolean done;
            do {
                target.ensureWritable(CHUNK);
                ByteBuffer to = target.nioBuffer(target.writerIndex(), target.writableBytes());
                int room = to.remaining();
                boolean complete = encoder.compressDirectByteBufferStream(to, from, directive);
                target.writerIndex(target.writerIndex() + room - to.remaining());
                done = directive == EndDirective.CONTINUE ? !from.hasRemaining() : complete;
            } while (!done);
        } while (source.isReadable());
    }

    @Override
    public void end() {
        input.release();
        encoder.close();
    }
}
