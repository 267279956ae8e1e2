package io.h2session.examples.get;

import io.h2session.netty.Http2SessionEvent;
import java.io.IOException;
import java.util.function.Consumer;

/** The destination of response bodies. Called on the event loop, which it must not block. */
interface BodyOutput extends AutoCloseable {
    /**
     * Called when a response begins.
     *
     * @param length the content-length of its body, or -1 if there is none
     * @param failed called on any thread if the body cannot be stored
     */
    void begin(long length, Consumer<IOException> failed);

    /**
     * Writes a piece of the body, and releases it when its bytes were written. The server then gets credit to send more.
     *
     * @param failed called on any thread if the bytes cannot be written
     */
    void write(Http2SessionEvent.Data piece, Consumer<IOException> failed);

    /** Writes text before or after a body, in the order of the calls. As {@link #write(Http2SessionEvent.Data, Consumer)}. */
    void write(byte[] text, Consumer<IOException> failed);

    /** Runs {@code then} on any thread when everything before it was written. */
    void afterwards(Runnable then);

    /** Called when the program is ending. Nothing more is written, and the cursor of a terminal is left at the beginning of a line. */
    default void interrupt() {}

    @Override
    void close();
}
