package io.h2session.examples.serve;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Iterator;
import java.util.List;

/**
 * Ranges of a file, and bytes between them. The file is read into the buffers that leave, where it cannot be sent as a file: between
 * other bytes, in TLS of HTTP/1.1, and where it is compressed.
 */
final class FilePieces implements Body {
    private static final int PIECE = 32 * 1024;

    private final FileChannel file;
    private final Iterator<?> segments;

    /** What is left of the current range. */
    private long position;

    private long left;

    /**
     * Owns the file.
     *
     * @param segments each a {@link ByteRange} or a {@code byte[]}
     */
    FilePieces(FileChannel file, List<?> segments) {
        this.file = file;
        this.segments = segments.iterator();
    }

    @Override
    public HttpContent next(ByteBufAllocator allocator) throws IOException {
        ByteBuf piece = left > 0 ? read(allocator) : nextSegment(allocator);
        return left == 0 && !segments.hasNext() ? new DefaultLastHttpContent(piece) : new DefaultHttpContent(piece);
    }

    private ByteBuf nextSegment(ByteBufAllocator allocator) throws IOException {
        Object segment = segments.next();
        if (segment instanceof ByteRange range) {
            position = range.first();
            left = range.length();
            return read(allocator);
        }
        return Unpooled.wrappedBuffer((byte[]) segment);
    }

    private ByteBuf read(ByteBufAllocator allocator) throws IOException {
        int count = (int) Math.min(PIECE, left);
        ByteBuf bytes = allocator.ioBuffer(count, count);
        try {
            int read = bytes.writeBytes(file, position, count);
            if (read <= 0) {
                throw new IOException("the file is shorter than it was");
            }
            position += read;
            left -= read;
            return bytes.retain();
        } finally {
            bytes.release();
        }
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException ignored) {
            // The file was only read, so no data is lost.
        }
    }
}
