package io.h2session.examples.serve;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A queue of bytes on disk, first in, first out. Only the owner may read the file. If the system allows it, its name is deleted as
 * soon as it is open, so that the file disappears with the process.
 *
 * <p>The event loop writes and reads it, at most one frame at a time. What was just written is still in the memory of the system.
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

    /** Creates an empty file. */
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

    /** The bytes that wait. */
    long length() {
        return written - read;
    }

    /**
     * Adds all readable bytes of a buffer, and leaves the buffer unchanged.
     *
     * @return false if there is no room for all of them; then none was added
     */
    boolean append(ByteBuf bytes) {
        int count = bytes.readableBytes();
        if (!room.take(count)) {
            return false;
        }
        int done = 0;
        try {
            while (done < count) {
                done += bytes.getBytes(bytes.readerIndex() + done, file, written + done, count - done);
            }
            written += count;
            return true;
        } catch (IOException full) {
            room.give(count);
            return false;
        }
    }

    /** Moves the next bytes into a buffer that has room for them. */
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
            // The content is not needed any more.
        }
    }
}
