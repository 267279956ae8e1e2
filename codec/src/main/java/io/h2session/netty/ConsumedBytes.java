package io.h2session.netty;

import io.h2session.api.Http2SessionContext;
import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Gathers the window credit that the application returns, from any thread, and gives it to the session before the next send: a
 * thousand small pieces that are consumed in one turn of the event loop cost one look at the window.
 */
final class ConsumedBytes {
    /** What has to be done when the application returns something: it is the loops' work, which are built on this. */
    interface Wakeup {
        /** There is credit to give to the session. */
        void consumed();

        /**
         * The application has released a small event.
         *
         * @param owed what the event cost beyond its content
         */
        void released(Http2StreamHandle stream, int owed);
    }

    private final EventExecutor executor;
    private final Wakeup wakeup;
    private final boolean givenByRelease;
    private final boolean connectionToo;
    private Http2StreamHandle first;

    ConsumedBytes(EventExecutor executor, HandlerSettings settings, Wakeup wakeup) {
        this.executor = executor;
        this.wakeup = wakeup;
        givenByRelease = settings.releaseConsumes;
        connectionToo = !settings.automaticConnectionWindow;
    }

    /** Whether releasing a Data event returns the credit for what was not consumed before. */
    boolean givenByRelease() {
        return givenByRelease;
    }

    /**
     * Bytes of a stream were consumed, or an event was released, or both. Any thread.
     *
     * @param owed what the event cost beyond its content, if it is released and small
     */
    void give(Http2StreamHandle stream, int bytes, int owed) {
        if (executor.inEventLoop()) {
            gather(stream, bytes, owed);
            return;
        }
        try {
            executor.execute(() -> gather(stream, bytes, owed));
        } catch (RejectedExecutionException loopIsGone) {
            // So is the connection: the credit has no use.
        }
    }

    private void gather(Http2StreamHandle stream, int bytes, int owed) {
        if (bytes > 0) {
            StreamRecord record = stream.record;
            if (record.credit == 0) {
                record.nextCredit = first;
                first = stream;
            }
            record.credit += bytes;
            wakeup.consumed();
        }
        if (owed > 0) {
            wakeup.released(stream, owed);
        }
    }

    boolean isEmpty() {
        return first == null;
    }

    /** Gives the session what was gathered. */
    void apply(Http2SessionContext session) {
        while (first != null) {
            Http2StreamHandle stream = first;
            StreamRecord record = stream.record;
            int bytes = record.credit;
            first = record.nextCredit;
            record.nextCredit = null;
            record.credit = 0;
            if (!record.closed) {
                session.consumeStream(stream.id(), bytes);
            }
            if (connectionToo) {
                session.consumeConnection(bytes);
            }
        }
    }
}
