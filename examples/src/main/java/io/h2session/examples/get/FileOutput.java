package io.h2session.examples.get;

import io.h2session.netty.Http2SessionEvent;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Writes bodies to a file or to standard output. A separate thread writes them, so that a slow disk or a stopped pager does not
 * block the connection. The server gets credit when bytes were written, so the windows bound how many bytes wait here.
 */
final class FileOutput implements BodyOutput {
    private static final int INTERRUPT_MILLIS = 200;

    private final ExecutorService writer = Executors.newSingleThreadExecutor(new DefaultThreadFactory("output", true));
    private final Opener opener;
    private final boolean closing;
    private final boolean terminal;
    private final Lock writing = new ReentrantLock();
    private FileChannel file;
    private IOException failure;
    private volatile boolean interrupted;

    /** Whether the last byte written was not a line feed. */
    private boolean insideLine;

    private interface Opener {
        FileChannel open() throws IOException;
    }

    private FileOutput(Opener opener, boolean closing, boolean terminal) {
        this.opener = opener;
        this.closing = closing;
        this.terminal = terminal;
    }

    /** A file, which is created or truncated when the first response begins. */
    static FileOutput file(Path path) {
        Opener opener = () -> FileChannel.open(
                path, StandardOpenOption.WRITE, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
        return new FileOutput(opener, true, false);
    }

    /**
     * Standard output.
     *
     * @param terminal whether it is a terminal
     */
    @SuppressWarnings("resource") // standard output stays open
    static FileOutput standard(boolean terminal) {
        return new FileOutput(() -> new FileOutputStream(FileDescriptor.out).getChannel(), false, terminal);
    }

    /** A terminal, for tests. */
    static FileOutput terminal(Path device) {
        return new FileOutput(() -> FileChannel.open(device, StandardOpenOption.WRITE), true, true);
    }

    @Override
    public void begin(long length, Consumer<IOException> failed) {
        writer.execute(() -> {
            try {
                open();
            } catch (IOException cause) {
                fail(cause, failed);
            }
        });
    }

    @Override
    public void write(Http2SessionEvent.Data piece, Consumer<IOException> failed) {
        writer.execute(() -> {
            try {
                write(piece.content());
            } catch (IOException cause) {
                fail(cause, failed);
            } finally {
                piece.release();
            }
        });
    }

    @Override
    public void write(byte[] text, Consumer<IOException> failed) {
        writer.execute(() -> {
            try {
                open();
                write(Unpooled.wrappedBuffer(text));
            } catch (IOException cause) {
                fail(cause, failed);
            }
        });
    }

    @Override
    public void afterwards(Runnable then) {
        writer.execute(then);
    }

    @Override
    public void close() {
        if (closing) {
            writer.execute(this::closeFile);
        }
        writer.shutdown();
    }

    private void open() throws IOException {
        if (file == null) {
            file = opener.open();
        }
    }

    private void write(ByteBuf bytes) throws IOException {
        if (failure != null) {
            throw failure;
        }
        writing.lock();
        try {
            while (bytes.isReadable() && !interrupted) {
                int last = bytes.writerIndex() - 1;
                insideLine = bytes.getByte(last) != '\n';
                bytes.readBytes(file, bytes.readableBytes());
            }
        } finally {
            writing.unlock();
        }
    }

    /** Does not wait for a terminal that accepts nothing because it was stopped. */
    @Override
    public void interrupt() {
        interrupted = true;
        try {
            if (terminal && writing.tryLock(INTERRUPT_MILLIS, TimeUnit.MILLISECONDS)) {
                try {
                    endLine();
                } finally {
                    writing.unlock();
                }
            }
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        }
    }

    private void endLine() {
        try {
            if (insideLine) {
                insideLine = false;
                file.write(ByteBuffer.wrap(new byte[] {'\n'}));
            }
        } catch (IOException gone) {
            // Then the line feed is not visible either.
        }
    }

    private void fail(IOException cause, Consumer<IOException> failed) {
        failure = cause;
        failed.accept(cause);
    }

    private void closeFile() {
        try {
            if (file != null) {
                file.close();
            }
        } catch (IOException ignored) {
            // The result of every write was already reported.
        }
    }
}
