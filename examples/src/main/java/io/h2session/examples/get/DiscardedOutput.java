package io.h2session.examples.get;

import io.h2session.netty.Http2SessionEvent;
import java.io.IOException;
import java.util.function.Consumer;

/** Discards bodies. */
final class DiscardedOutput implements BodyOutput {
    @Override
    public void begin(long length, Consumer<IOException> failed) {}

    @Override
    public void write(Http2SessionEvent.Data piece, Consumer<IOException> failed) {
        piece.release();
    }

    @Override
    public void write(byte[] text, Consumer<IOException> failed) {}

    @Override
    public void afterwards(Runnable then) {
        then.run();
    }

    @Override
    public void close() {}
}
