package io.h2session.netty;

import io.h2session.Http2Session;
import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Gathers the window credit the application gives back, from any thread, and gives it to the session before the next
 * send: a thousand small pieces consumed in one turn of the loop cost one look at the window.
 */
final class ConsumedBytes {
    private final Http2SessionHandler handler;
    private final boolean givenByRelease;
    private final boolean connectionToo;
    private EventExecutor executor;
    private Http2StreamHandle first;

    ConsumedBytes(Http2SessionHandler handler, Http2SessionHandlerBuilder builder) {
        this.handler = handler;
        givenByRelease = builder.releaseConsumes;
        connectionToo = !builder.automaticConnectionWindow;
    }

    void executor(EventExecutor loop) {
        executor = loop;
    }

    /** Whether a Data event that is released gives what was not consumed before. */
    boolean givenByRelease() {
        return givenByRelease;
    }

    /**
     * Octets of a stream were used, or an event was released, or both. Any thread.
     *
     * @param owed what the event cost beside its content, if it is released and small
     */
    void give(Http2StreamHandle stream, int octets, int owed) {
        if (executor.inEventLoop()) {
            gather(stream, octets, owed);
            return;
        }
        try {
            executor.execute(() -> gather(stream, octets, owed));
        } catch (RejectedExecutionException loopIsGone) {
            // So is the connection: nobody waits for the credit.
        }
    }

    private void gather(Http2StreamHandle stream, int octets, int owed) {
        if (octets > 0) {
            if (stream.credit == 0) {
                stream.nextCredit = first;
                first = stream;
            }
            stream.credit += octets;
            handler.sendSoon();
        }
        if (owed > 0) {
            handler.pieces().released(stream, owed);
        }
    }

    boolean isEmpty() {
        return first == null;
    }

    /** Gives the session what was gathered. */
    void apply(Http2Session session) {
        while (first != null) {
            Http2StreamHandle stream = first;
            int octets = stream.credit;
            first = stream.nextCredit;
            stream.nextCredit = null;
            stream.credit = 0;
            if (!stream.closed) {
                session.consumeStream(stream.id(), octets);
            }
            if (connectionToo) {
                session.consumeConnection(octets);
            }
        }
    }
}
