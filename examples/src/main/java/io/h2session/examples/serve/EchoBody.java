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
 * A body between its arrival and its way back. Some clients read nothing before they have sent everything, browsers among
 * them: what such a client sends has to be taken, or both sides wait for each other for ever.
 *
 * <pre>
 *   add ──► late ──► file ──► early ──► read
 *           only what the     beyond    64 KiB
 *           file cannot take  that
 * </pre>
 *
 * <p>A piece that found its place is released at once, and its client may send as much more: if those in memory were not, some
 * streams' could keep the window of the whole connection. So a client that sends faster than it reads fills 64 KiB of memory,
 * then the file; only where the file has no room, or there is none for want of descriptors, it has to wait. On the
 * connection's event loop.
 */
final class EchoBody implements DataSource {
    static final int MEMORY = 64 * 1024;

    /** A piece costs more than its octets. */
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

    /** @param roomAgain told when {@link #hasRoom} becomes true again */
    EchoBody(DiskRoom disk, Runnable roomAgain) {
        this.disk = disk;
        this.roomAgain = roomAgain;
    }

    /** Takes a piece, and owns it. */
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

    /** Whether everything that was added has found its place; if not, there should not be more of it. */
    boolean hasRoom() {
        return late.isEmpty();
    }

    /** Whether the body was asked for octets when there were none, and has to be read again. Asked once. */
    boolean takeDeferred() {
        boolean was = deferred && !closed;
        deferred = false;
        return was;
    }

    /** Octets that wait on disk. */
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
        ByteBuf octets = sink.buffer(count);
        try {
            file.take(octets, count);
        } catch (IOException unreadable) {
            octets.release();
            throw unreadable;
        }
        sink.add(octets);
    }

    /** What found no place in the file is next when the file is empty. */
    private void moveLate() {
        for (ByteBufHolder piece = late.poll(); piece != null; piece = late.poll()) {
            keep(piece);
        }
    }

    @Override
    public void close() {
        closed = true;
        moveLate();
        for (ByteBuf octets = early.poll(); octets != null; octets = early.poll()) {
            octets.release();
        }
        if (file != null) {
            file.close();
            file = null;
        }
    }
}
