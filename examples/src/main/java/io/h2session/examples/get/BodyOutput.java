package io.h2session.examples.get;

import io.h2session.netty.Http2SessionEvent;
import java.io.IOException;
import java.util.function.Consumer;

/** Where the body of a response goes. Called on the event loop, which it must not hold up. */
interface BodyOutput extends AutoCloseable {
    /**
     * A response has begun.
     *
     * @param length of its body, if it says so; -1 otherwise
     * @param failed told if there is no place for it; on any thread
     */
    void begin(long length, Consumer<IOException> failed);

    /**
     * Takes a piece, and releases it when its octets are where they belong: the server may send as many more then.
     *
     * @param failed told if they cannot be put there; on any thread
     */
    void write(Http2SessionEvent.Data piece, Consumer<IOException> failed);

    /** Runs something when all that was written before is where it belongs; on any thread. */
    void afterwards(Runnable then);

    /** The program is being ended: nothing more is written, and a terminal is left at the beginning of a line. */
    default void interrupt() {}

    @Override
    void close();
}
