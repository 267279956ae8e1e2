package io.h2session.examples.serve;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Octets that wait on disk, first in, first out. The file is made for its owner's eyes only and loses its name as soon as it
 * is open, where the system can do that, so that it is gone with the process.
 *
 * <p>It is written and read on the event loop, one frame's worth at a time: what has just been written is in the system's
 * memory.
 */
final class TemporaryFile implements AutoCloseable {
    private final DiskRoom room;
    private final FileChannel file;
    private long written;
    private long read;

    private TemporaryFile(DiskRoom room, FileChannel file) {
        this.room = room;
        this.file = file;
    }

    /** A new one, empty. */
    static TemporaryFile open(DiskRoom room) throws IOException {
        Path path = Files.createTempFile("h2session-", ".tmp");
        try {
            FileChannel file = FileChannel.open(
                    path,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.DELETE_ON_CLOSE,
                    LinkOption.NOFOLLOW_LINKS);
            return new TemporaryFile(room, file);
        } catch (IOException unopened) {
            Files.delete(path);
            throw unopened;
        }
    }

    /** Octets that wait. */
    long length() {
        return written - read;
    }

    /**
     * Adds all readable octets of a buffer, which is left as it was.
     *
     * @return false if there is no room for all of them: then none was added
     */
    boolean append(ByteBuf octets) {
        int count = octets.readableBytes();
        if (!room.take(count)) {
            return false;
        }
        int done = 0;
        try {
            while (done < count) {
                done += octets.getBytes(octets.readerIndex() + done, file, written + done, count - done);
            }
            written += count;
            return true;
        } catch (IOException full) {
            room.give(count);
            return false;
        }
    }

    /** Moves the next octets into a buffer that has room for them. */
    void take(ByteBuf into, int count) throws IOException {
        int left = count;
        while (left > 0) {
            int moved = into.writeBytes(file, read, left);
            if (moved < 0) {
                throw new IOException("the temporary file is shorter than it was");
            }
            read += moved;
            left -= moved;
        }
        if (read == written) {
            forget();
            file.truncate(0);
        }
    }

    private void forget() {
        room.give(written);
        written = 0;
        read = 0;
    }

    @Override
    public void close() {
        forget();
        try {
            file.close();
        } catch (IOException ignored) {
            // Nobody wants what is in it.
        }
    }
}
