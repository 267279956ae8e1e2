package io.h2session.netty;

import io.h2session.Http2Session;
import io.h2session.api.Http2SessionResult;
import io.netty.buffer.ByteBuf;

/**
 * Calls the session, which allows one call at a time: what comes up during a call, because a callback writes, closes or runs the
 * tasks of the event loop, asks {@link #inCall()} and waits until the call returns.
 */
final class EngineCalls {
    /** A method of the session that must not be called by a callback. Those without input are given null. */
    @FunctionalInterface
    interface Call {
        Http2SessionResult on(Http2Session session, ByteBuf in);
    }

    private final Http2Session session;
    private final SessionEnd end;
    private final Runnable afterCall;
    private boolean inCall;

    /** {@link #afterCall} has something to do, or may have. */
    private boolean waiting;

    /** @param afterCall does what had to wait for the end of a call */
    EngineCalls(Http2Session session, SessionEnd end, Runnable afterCall) {
        this.session = session;
        this.end = end;
        this.afterCall = afterCall;
    }

    /** Whether a call is running: neither {@code recv} nor {@code send} may be called. */
    boolean inCall() {
        return inCall;
    }

    /** Makes a call. If it throws, which a session never should, the session is broken. {@link #returned} follows. */
    Http2SessionResult call(Call call, ByteBuf in) {
        // Not by callOrThrow: the compiler inlines to a limited depth, and this is at the beginning of every path.
        inCall = true;
        try {
            return call.on(session, in);
        } catch (RuntimeException | Error failure) {
            inCall = false;
            return end.failed(failure);
        } finally {
            inCall = false;
        }
    }

    /** Makes a call whose exceptions are those of its caller. {@link #returned} follows. */
    Http2SessionResult callOrThrow(Call call, ByteBuf in) {
        inCall = true;
        try {
            return call.on(session, in);
        } finally {
            inCall = false;
        }
    }

    /** A call has returned, and its caller has done what belongs to it. */
    void returned(Http2SessionResult result) {
        end.result(result);
        catchUp();
    }

    /** Whether there is something that has to wait for the end of a call, or of a read or send. */
    void waiting(boolean waiting) {
        this.waiting = waiting;
    }

    /** Does what had to wait for the end of a call, if there is anything left. */
    void catchUp() {
        if (waiting) {
            afterCall.run();
        }
    }
}
