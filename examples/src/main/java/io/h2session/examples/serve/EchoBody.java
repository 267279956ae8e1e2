package io.h2session.examples.serve;

import io.h2session.api.BodySink;
import io.h2session.api.DataResult;
import io.h2session.api.DataSource;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufHolder;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * A received body that waits to be sent back. Some clients, among them browsers, read nothing before they have sent everything.
 * What such a client sends must be stored, or both ends would wait for each other forever.
 *
 * <pre>
 *   add ──► late ──► file ──► early ──► read
 *           only what the     beyond    64 KiB
 *           file cannot take  that
 * </pre>
 *
 * <p>A piece that was stored is released at once, which gives the client credit to send more. Otherwise the pieces in memory of a
 * few streams could use up the window of the connection. A client that sends faster than it reads therefore fills 64 KiB of
 * memory and then the file. It has to wait only if the file has no room, or if no descriptor is left for a file. Used on the
 * event loop of the connection.
 */
final class EchoBody implements DataSource {
    static final int MEMORY = 64 * 1024;

    /** The memory that a piece uses in addition to its bytes. */
    private static final int PIECES = 64;

    private final DiskRoom disk;
    private final Runnable roomAgain;
    private final Queue<ByteBuf> early = new ArrayDeque<>();
    private final Queue<ByteBufHolder> late = new ArrayDeque<>();
    private int earlyOctets;
    private TemporaryFile file;
    private boolean noFile;
    private boolean ended;
    private boolean deferred;
    private boolean closed;

    /** @param roomAgain called when {@link #hasRoom} becomes true again */
    EchoBody(DiskRoom disk, Runnable roomAgain) {
        this.disk = disk;
        this.roomAgain = roomAgain;
    }

    /** Adds a piece and takes ownership of it. */
    void add(ByteBufHolder piece) {
        ByteBuf content = piece.content();
        if (closed || !content.isReadable()) {
            piece.release();
        } else if (!late.isEmpty()) {
            late.add(piece);
        } else if (fileLength() == 0 && early.size() < PIECES && earlyOctets + content.readableBytes() <= MEMORY) {
            keep(piece);
        } else if (openFile() && file.append(content)) {
            piece.release();
        } else {
            late.add(piece);
        }
    }

    private void keep(ByteBufHolder piece) {
        early.add(piece.content().retain());
        earlyOctets += piece.content().readableBytes();
        piece.release();
    }

    /** Nothing more will be added. */
    void end() {
        ended = true;
    }

    /** Whether everything that was added is stored. If not, no more should be added. */
    boolean hasRoom() {
        return late.isEmpty();
    }

    /** Whether the body was read when it had no bytes, and has to be read again. Resets this state. */
    boolean takeDeferred() {
        boolean was = deferred && !closed;
        deferred = false;
        return was;
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
    public DataResult read(int streamId, int maxLength, BodySink sink) throws IOException {
        boolean hadRoom = hasRoom();
        while (sink.remaining() > 0 && !isEmpty()) {
            if (early.isEmpty()) {
                readFile(sink);
            } else {
                readMemory(sink);
            }
            if (fileLength() == 0) {
                moveLate();
            }
        }
        if (!hadRoom && hasRoom()) {
            roomAgain.run();
        }
        if (!isEmpty()) {
            return DataResult.MORE;
        }
        deferred = !ended;
        return ended ? DataResult.END : DataResult.DEFERRED;
    }

    private boolean isEmpty() {
        return early.isEmpty() && late.isEmpty() && fileLength() == 0;
    }

    private void readMemory(BodySink sink) {
        ByteBuf content = early.element();
        int count = Math.min(sink.remaining(), content.readableBytes());
        sink.addFrom(content, count);
        earlyOctets -= count;
        if (!content.isReadable()) {
            early.remove().release();
        }
    }

    private void readFile(BodySink sink) throws IOException {
        int count = (int) Math.min(sink.remaining(), fileLength());
        ByteBuf bytes = sink.buffer(count);
        try {
            file.take(bytes, count);
        } catch (IOException unreadable) {
            bytes.release();
            throw unreadable;
        }
        sink.add(bytes);
    }

    /** When the file is empty, what it could not store is next. */
    private void moveLate() {
        for (ByteBufHolder piece = late.poll(); piece != null; piece = late.poll()) {
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
