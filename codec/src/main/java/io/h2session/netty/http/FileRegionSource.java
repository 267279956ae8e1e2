package io.h2session.netty.http;

import io.h2session.api.BodySink;
import io.h2session.api.DataResult;
import io.h2session.api.DataSource;
import io.netty.buffer.ByteBuf;
import io.netty.channel.FileRegion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * A body that is read from a file when it can be sent, frame by frame, into the buffer that leaves: no byte of it is on the heap, and
 * no more is in memory than the windows and the transport take.
 */
final class FileRegionSource implements DataSource {
    private final FileRegion region;
    private final Window window = new Window();
    private long sent;

    /** Owns the region. */
    FileRegionSource(FileRegion region) {
        this.region = region;
    }

    @Override
    public DataResult read(int streamId, int maxLength, BodySink sink) throws IOException {
        long left = region.count() - sent;
        int length = (int) Math.min(maxLength, left);
        if (left > 0 && length == 0) {
            return DataResult.MORE;
        }
        if (length > 0) {
            ByteBuf bytes = sink.buffer(length);
            boolean filled = false;
            try {
                filled = fill(bytes, length);
            } finally {
                if (!filled) {
                    bytes.release();
                }
            }
            if (!filled) {
                return DataResult.FAILED;
            }
            sink.add(bytes);
            sent += length;
        }
        return sent < region.count() ? DataResult.MORE : DataResult.END;
    }

    /** Answers false if the file has become shorter. */
    private boolean fill(ByteBuf bytes, int length) {
        window.target = bytes;
        window.room = length;
        try {
            while (window.room > 0) {
                if (region.transferTo(window, sent + length - window.room) <= 0) {
                    return false;
                }
            }
            return true;
        } catch (IOException unreadable) {
            return false;
        } finally {
            window.target = null;
        }
    }

    @Override
    public void close() {
        region.release();
    }

    /** Takes at most a given number of bytes from the file. */
    private static final class Window implements WritableByteChannel {
        private ByteBuf target;
        private int room;

        @Override
        public int write(ByteBuffer source) {
            int taken = Math.min(room, source.remaining());
            int limit = source.limit();
            source.limit(source.position() + taken);
            target.writeBytes(source);
            source.limit(limit);
            room -= taken;
            return taken;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
            // Nothing to close.
        }
    }
}
