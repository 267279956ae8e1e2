package io.h2session.examples.net;

import io.h2session.api.BodySink;
import io.h2session.api.DataResult;
import io.h2session.api.DataSource;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A body that is read from a file while it is sent. Whenever the peer's windows and the socket have room, that many bytes are read
 * into a buffer and sent without another copy. Only one frame of the file is in memory, however long it is.
 */
public final class FileSource implements DataSource {
    private final FileChannel file;
    private final long length;
    private long position;

    private FileSource(FileChannel file, long length) {
        this.file = file;
        this.length = length;
    }

    /** The first {@code length} bytes of a file. If the file becomes shorter, the stream is reset. */
    public static FileSource open(Path path, long length) throws IOException {
        return new FileSource(FileChannel.open(path, StandardOpenOption.READ), length);
    }

    @Override
    public DataResult read(int streamId, int maxLength, BodySink sink) {
        int wanted = (int) Math.min(maxLength, length - position);
        if (wanted > 0) {
            ByteBuf piece = sink.buffer(wanted);
            int read = fill(piece, wanted);
            if (read <= 0) {
                piece.release();
                return DataResult.FAILED;
            }
            position += read;
            sink.add(piece);
        }
        return position == length ? DataResult.END : DataResult.MORE;
    }

    private int fill(ByteBuf piece, int wanted) {
        try {
            return piece.writeBytes(file, position, wanted);
        } catch (IOException unreadable) {
            return -1;
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
