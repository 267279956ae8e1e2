package io.h2session.netty;

import io.h2session.api.Http2SessionContext;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.IntFunction;

/**
 * The streams of one session: finds the handle of a stream, and holds what all streams share. A handle belongs to the session
 * whose {@code SessionStreams} its record names.
 *
 * <p>The handle is the user data of the stream in the session, except where the application has its own there: for streams that
 * were opened, or given user data, by the methods of the session itself.
 */
final class SessionStreams {
    final PendingBytes pending;
    final SentPromises sent;
    final ConsumedBytes consumed;
    private final EventExecutor executor;
    private final IntFunction<Runnable> exchanges;

    /** The handles of streams whose user data is not the handle; null in most sessions. */
    private IntObjectMap<Http2StreamHandle> others;

    /** @param exchanges holds the exchange of a stream: {@link Http2SessionContext#holdExchange} */
    SessionStreams(
            EventExecutor executor,
            PendingBytes pending,
            SentPromises sent,
            ConsumedBytes consumed,
            IntFunction<Runnable> exchanges) {
        this.executor = executor;
        this.pending = pending;
        this.sent = sent;
        this.consumed = consumed;
        this.exchanges = exchanges;
    }

    /** The handle of a stream; null if it has none yet. */
    Http2StreamHandle find(Http2SessionContext session, int streamId) {
        return session.userData(streamId) instanceof Http2StreamHandle stream
                ? stream
                : others == null ? null : others.get(streamId);
    }

    /** The handle of a live stream; made here if the peer opened it, or the application did so without one. */
    Http2StreamHandle of(Http2SessionContext session, int streamId) {
        Object known = session.userData(streamId);
        if (known instanceof Http2StreamHandle stream) {
            return adopted(stream, streamId);
        }
        Http2StreamHandle stream = others == null ? null : others.get(streamId);
        if (stream == null) {
            stream = new Http2StreamHandle(this, streamId);
            // An application that opens a stream without user data may set it at any time.
            if (known != null || session.role().opens(streamId)) {
                if (others == null) {
                    others = new IntObjectHashMap<>(4);
                }
                others.put(streamId, stream);
            } else {
                session.userData(streamId, stream);
            }
        }
        return stream;
    }

    /** The handle of a stream that is over; made here if no event has carried it before. */
    Http2StreamHandle last(Http2SessionContext session, int streamId) {
        if (session.userData(streamId) instanceof Http2StreamHandle stream) {
            return adopted(stream, streamId);
        }
        Http2StreamHandle stream = others == null ? null : others.remove(streamId);
        return stream == null ? new Http2StreamHandle(this, streamId) : stream;
    }

    // A handle that was given to the session itself, as user data.
    private Http2StreamHandle adopted(Http2StreamHandle stream, int streamId) {
        if (stream.record.owner == null) {
            opened(stream, streamId);
        }
        return stream;
    }

    /** A handle names a stream of this session from now on. */
    void opened(Http2StreamHandle stream, int streamId) {
        stream.id(streamId);
        stream.record.owner = this;
    }

    /** {@link Http2SessionContext#holdExchange}; the result may be run by any thread. */
    Runnable holdExchange(int streamId) {
        Runnable release = exchanges.apply(streamId);
        return () -> onLoop(release);
    }

    /** Runs a task on the event loop, at once if the caller is there. */
    void onLoop(Runnable task) {
        if (executor.inEventLoop()) {
            task.run();
            return;
        }
        try {
            executor.execute(task);
        } catch (RejectedExecutionException loopIsGone) {
            // So is the session.
        }
    }
}
