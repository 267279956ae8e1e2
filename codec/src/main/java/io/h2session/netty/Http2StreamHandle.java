package io.h2session.netty;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * Names a stream, also before it has a number. The application makes one for each request it writes; for a stream the
 * peer opens, or the application opens by {@link Http2SessionHandler#session()}, the handler makes it. There is one per
 * stream, and every event and every write of that stream carries it.
 *
 * <p>It is the stream's user data in the session, which is then not to be replaced. A stream that was given other user data
 * before its first event, or was opened by the session's own methods without a handle, keeps what it was given.
 *
 * <p>Identity is all it is equal by. {@link #isWritable()} and {@link #id()} may be read by any thread; the attachment
 * is the application's own, and is not guarded.
 */
public final class Http2StreamHandle {
    private static final AtomicIntegerFieldUpdater<Http2StreamHandle> ID =
            AtomicIntegerFieldUpdater.newUpdater(Http2StreamHandle.class, "id");

    private volatile int id;
    private volatile boolean unwritable;
    private Object attachment;

    // What follows is the handler's, on the event loop.

    /** The writes of the one session this handle is used with; null before. */
    OutboundWrites owner;

    /** What is sent as this stream's body, if its promise or its queue matters. */
    OutgoingBody body;

    /** The promises of header blocks that were not sent yet, in order. */
    HeadPromise heads;

    /** Whether our request or response was written. */
    boolean headWritten;

    /** Whether the end of what we send was written. */
    boolean endWritten;

    boolean closed;

    /** Whether the application reset it, or the handler did because of what the application wrote. */
    boolean resetByUs;

    /** Whether it was promised by us, and counts among those. */
    boolean promised;

    /** What it was closed with, as an unsigned number. */
    int errorCode;

    /** Window credit not yet given to the session, and the list of the handles that have some. */
    int credit;

    Http2StreamHandle nextCredit;

    boolean writabilityListed;

    /** The small pieces of its body that the application keeps, and what is held back of it; null if it never kept any. */
    BodyPieces.Held held;

    /** To be run when the application has done its work for the exchange; null if nothing says that it has any. */
    Runnable hold;

    /** A handle for a stream yet to be opened. */
    public Http2StreamHandle() {}

    Http2StreamHandle(OutboundWrites owner, int id) {
        this.owner = owner;
        ID.lazySet(this, id);
    }

    /** The stream's number, 1 to 2^31-1; 0 as long as nothing was submitted for it. */
    public int id() {
        return id;
    }

    /**
     * Whether pushed DATA is below the high water mark ({@link Http2SessionHandlerBuilder#streamWriteMarks}, {@link
     * Http2SessionHandlerBuilder#writeMarks}). Nothing
     * stops a writer that does not look, up to {@link Http2SessionHandlerBuilder#maxPendingBytesPerStream}.
     */
    public boolean isWritable() {
        return !unwritable;
    }

    /** What the application attached; null at first. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // the caller knows what it attached
    public <T> T attachment() {
        return (T) attachment;
    }

    /** Keeps an object of the application's with the stream. */
    public void attachment(Object attachment) {
        this.attachment = attachment;
    }

    /**
     * Says that bytes of the stream's body were used, so that the peer may send as many more: what was taken over from events by
     * {@link Http2SessionEvent.Data#takeCredit}. Any thread; once the stream is closed, the connection's window alone gets them.
     *
     * @param bytes 0 or more, and not more than was taken over
     */
    public void consume(int bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("bytes: " + bytes);
        }
        OutboundWrites writes = owner;
        if (bytes > 0 && writes != null) {
            writes.handler().consumedBytes().give(this, bytes, 0);
        }
    }

    /**
     * Says that the application goes on working for this stream of the peer's even when it is closed
     * ({@link io.h2session.api.Http2SessionContext#holdExchange}). On the event loop only, until StreamClosed was handled.
     *
     * @return to be run by any thread when the work is done; once more is harmless
     */
    public Runnable holdExchange() {
        if (owner == null) {
            throw new IllegalStateException("nothing was written for the stream yet");
        }
        return owner.holdExchange(id);
    }

    /**
     * Lets go of an exchange that counts as running ({@link Http2SessionHandlerBuilder#holdExchanges}): the application has
     * stopped to work for it, without answering or resetting it. Any thread; otherwise, and once more, it does nothing.
     */
    public void releaseExchange() {
        OutboundWrites writes = owner;
        if (writes != null) {
            writes.handler().onLoop(this::letGo);
        }
    }

    /** On the event loop. */
    void letGo() {
        Runnable release = hold;
        hold = null;
        if (release != null) {
            release.run();
        }
    }

    void id(int id) {
        this.id = id;
    }

    void writable(boolean writable) {
        unwritable = !writable;
    }

    @Override
    public String toString() {
        return id == 0 ? "stream (not opened)" : "stream " + id;
    }
}
