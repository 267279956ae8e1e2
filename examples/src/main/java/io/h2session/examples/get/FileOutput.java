package io.h2session.examples.get;

import io.h2session.netty.Http2SessionEvent;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/**
 * Bodies that go to a file or to standard output. A thread of its own writes them, so that a slow disk or a stopped pager
 * does not hold up the connection; credit is given when octets are written, so the windows bound what waits here.
 */
final class FileOutput implements BodyOutput {
    private final ExecutorService writer = Executors.newSingleThreadExecutor(new DefaultThreadFactory("output", true));
    private final Opener opener;
    private final boolean closing;
    private FileChannel file;
    private IOException failure;

    private interface Opener {
        FileChannel open() throws IOException;
    }

    private FileOutput(Opener opener, boolean closing) {
        this.opener = opener;
        this.closing = closing;
    }

    /** A file, made or emptied when the first response begins. */
    static FileOutput file(Path path) {
        Opener opener = () -> FileChannel.open(
                path, StandardOpenOption.WRITE, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
        return new FileOutput(opener, true);
    }

    /** Standard output. */
    @SuppressWarnings("resource") // nobody closes standard output
    static FileOutput standard() {
        return new FileOutput(() -> new FileOutputStream(FileDescriptor.out).getChannel(), false);
    }

    @Override
    public void begin(long length, Consumer<IOException> failed) {
        writer.execute(() -> {
            try {
                if (file == null) {
                    file = opener.open();
                }
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

    private void write(ByteBuf octets) throws IOException {
        if (failure != null) {
            throw failure;
        }
        while (octets.isReadable()) {
            octets.readBytes(file, octets.readableBytes());
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
            // Every write was answered for already.
        }
    }
}
