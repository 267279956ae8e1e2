package io.h2session.examples.serve;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * A received body that waits to be sent back. Some clients, among them browsers, read nothing before they have sent everything.
 * What such a client sends must be stored, or both ends would wait for each other forever.
 *
 * <pre>
 *   add ──► late ──► file ──► early ──► next
 *           only what the     beyond    64 KiB
 *           file cannot take  that
 * </pre>
 *
 * <p>A client that sends faster than it reads fills 64 KiB of memory and then the file. It has to wait only if the file has no room,
 * or if no descriptor is left for a file. Small pieces are gathered, so that a client that sends many gets fewer. Used on the event
 * loop of the connection.
 */
final class EchoBody implements Body {
    static final int MEMORY = 64 * 1024;

    /** The memory that a piece uses in addition to its bytes. */
    private static final int PIECES = 64;

    /** Pieces below this are gathered into one of at most that. */
    private static final int SMALL = 4 * 1024;

    private static final int FROM_FILE = 32 * 1024;

    private final DiskRoom disk;
    private final Runnable roomAgain;
    private final Queue<ByteBuf> early = new ArrayDeque<>();
    private final Queue<HttpContent> late = new ArrayDeque<>();
    private int earlyBytes;
    private TemporaryFile file;
    private boolean noFile;
    private HttpHeaders trailers = EmptyHttpHeaders.INSTANCE;
    private boolean ended;
    private boolean closed;

    /** @param roomAgain called when {@link #hasRoom} becomes true again */
    EchoBody(DiskRoom disk, Runnable roomAgain) {
        this.disk = disk;
        this.roomAgain = roomAgain;
    }

    /** Adds a piece and takes ownership of it. Nothing may be added after the last piece. */
    void add(HttpContent piece) {
        if (piece instanceof LastHttpContent last) {
            ended = true;
            trailers = last.trailingHeaders();
        }
        ByteBuf content = piece.content();
        if (closed || !content.isReadable()) {
            piece.release();
        } else if (!late.isEmpty()) {
            late.add(piece);
        } else if (fileLength() == 0 && early.size() < PIECES && earlyBytes + content.readableBytes() <= MEMORY) {
            keep(piece);
        } else if (openFile() && file.append(content)) {
            piece.release();
        } else {
            late.add(piece);
        }
    }

    /** The piece itself is released: that may be what gives the client credit to send more. */
    private void keep(HttpContent piece) {
        early.add(piece.content().retain());
        earlyBytes += piece.content().readableBytes();
        piece.release();
    }

    /** Whether everything that was added is stored. If not, no more should be added. */
    boolean hasRoom() {
        return late.isEmpty();
    }

    /** The bytes that wait on disk. */
    long fileLength() {
        return file == null ? 0 : file.length();
    }

    private boolean openFile() {
        if (file == null && !noFile) {
            try {
                file = TemporaryFile.open(disk);
            } catch (IOException none) {
                noFile = true;
            }
        }
        return file != null;
    }

    @Override
    public HttpContent next(ByteBufAllocator allocator) throws IOException {
        boolean hadRoom = hasRoom();
        ByteBuf piece = null;
        if (!early.isEmpty()) {
            piece = takeMemory(allocator);
        } else if (fileLength() > 0) {
            piece = takeFile(allocator);
        }
        if (fileLength() == 0) {
            moveLate();
        }
        if (!hadRoom && hasRoom()) {
            roomAgain.run();
        }
        if (ended && early.isEmpty() && fileLength() == 0) {
            return new DefaultLastHttpContent(piece == null ? Unpooled.EMPTY_BUFFER : piece, trailers);
        }
        return piece == null ? null : new DefaultHttpContent(piece);
    }

    private ByteBuf takeMemory(ByteBufAllocator allocator) {
        ByteBuf first = takeEarly();
        if (early.isEmpty() || first.readableBytes() + early.element().readableBytes() > SMALL) {
            return first;
        }
        ByteBuf gathered = allocator.buffer(SMALL, SMALL);
        append(first, gathered);
        while (!early.isEmpty() && early.element().readableBytes() <= gathered.writableBytes()) {
            append(takeEarly(), gathered);
        }
        return gathered;
    }

    private ByteBuf takeEarly() {
        ByteBuf piece = early.remove();
        earlyBytes -= piece.readableBytes();
        return piece;
    }

    private static void append(ByteBuf piece, ByteBuf to) {
        to.writeBytes(piece);
        piece.release();
    }

    private ByteBuf takeFile(ByteBufAllocator allocator) throws IOException {
        int count = (int) Math.min(FROM_FILE, fileLength());
        ByteBuf bytes = allocator.ioBuffer(count, count);
        try {
            file.take(bytes, count);
        } catch (IOException unreadable) {
            bytes.release();
            throw unreadable;
        }
        return bytes;
    }

    /** When the file is empty, what it could not store is next. */
    private void moveLate() {
        for (HttpContent piece = late.poll(); piece != null; piece = late.poll()) {
            keep(piece);
        }
    }

    @Override
    public void close() {
        closed = true;
        moveLate();
        for (ByteBuf bytes = early.poll(); bytes != null; bytes = early.poll()) {
            bytes.release();
        }
        if (file != null) {
            file.close();
            file = null;
        }
    }
}
