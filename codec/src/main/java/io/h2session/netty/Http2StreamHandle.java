package io.h2session.netty;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * Names a stream, also before the stream has a number. The application makes a handle for each request that it writes. For a
 * stream that the peer opens, or that the application opens by {@link Http2SessionHandler#session()}, the handler makes it. Each
 * stream has one handle, and every event and every write of the stream carries it.
 *
 * <p>The handle is the user data of the stream in the session, which must not be replaced then. A stream that was given other
 * user data before its first event, or was opened by the methods of the session without a handle, keeps its user data.
 *
 * <p>Handles are equal by identity. Any thread may call {@link #isWritable()} and {@link #id()}; the attachment belongs to the
 * application and is not synchronized.
 *
 * @since 0.1
 */
public final class Http2StreamHandle {
    private static final AtomicIntegerFieldUpdater<Http2StreamHandle> ID =
            AtomicIntegerFieldUpdater.newUpdater(Http2StreamHandle.class, "id");

    /** What the handler keeps for the stream. The handle itself is a name only. */
    final StreamRecord record = new StreamRecord();

    private volatile int id;
    private Object attachment;

    /** A handle for a stream that will be opened. */
    public Http2StreamHandle() {}

    Http2StreamHandle(SessionStreams owner, int id) {
        record.owner = owner;
        ID.lazySet(this, id);
    }

    /** The number of the stream, 1 to 2^31-1; 0 as long as nothing was submitted for it. */
    public int id() {
        return id;
    }

    /**
     * Whether pushed DATA is below the high water mark ({@link Http2SessionHandlerBuilder#streamWriteMarks}, {@link
     * Http2SessionHandlerBuilder#writeMarks}). Writes are accepted whatever the answer is, up to {@link
     * Http2SessionHandlerBuilder#maxPendingBytesPerStream}.
     */
    public boolean isWritable() {
        return !record.unwritable;
    }

    /** What the application attached; null at first. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // the caller knows what it attached
    public <T> @Nullable T attachment() {
        return (T) attachment;
    }

    /** Keeps an object of the application with the stream. */
    public void attachment(@Nullable Object attachment) {
        this.attachment = attachment;
    }

    /**
     * Returns window credit that was taken over from events by {@link Http2SessionEvent.Data#takeCredit}, so that the peer may
     * send as many bytes more. Any thread. Once the stream is closed, only the connection's window gets the credit.
     *
     * @param bytes 0 or more, and not more than was taken over
     */
    public void consume(int bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("bytes: " + bytes);
        }
        SessionStreams owner = record.owner;
        if (bytes > 0 && owner != null) {
            owner.consumed.give(this, bytes, 0);
        }
    }

    /**
     * Declares that the application keeps working for this stream of the peer even after it is closed
     * ({@link io.h2session.api.Http2SessionContext#holdExchange}). On the event loop only, until StreamClosed was handled.
     *
     * @return to be run by any thread when the work is done; running it again has no effect
     */
    public Runnable holdExchange() {
        SessionStreams owner = record.owner;
        if (owner == null) {
            throw new IllegalStateException("nothing was written for the stream yet");
        }
        return owner.holdExchange(id);
    }

    /**
     * Releases an exchange that counts as running ({@link Http2SessionHandlerBuilder#holdExchanges}): the application has
     * stopped working for it, without answering or resetting it. Any thread. It has no effect when it is called again, or for
     * an exchange that is not held.
     */
    public void releaseExchange() {
        SessionStreams owner = record.owner;
        if (owner != null) {
            owner.onLoop(record::releaseHold);
        }
    }

    void id(int id) {
        this.id = id;
    }

    @Override
    public String toString() {
        return id == 0 ? "stream (not opened)" : "stream " + id;
    }
}
