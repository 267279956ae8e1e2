package io.h2session.netty;

import io.h2session.Http2Session;
import io.h2session.api.Http2SessionResult;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;

/**
 * Lets the session send: until it has nothing left, the channel is unwritable, or the turn of the connection is over, and then
 * again in a later turn of the event loop.
 *
 * <pre>
 *   flush, channel writable, read complete ─► send ─► sendNow ─► sendOnce ─► session.send ─► sink ─► ctx.flush
 *   credit returned, reset ─► sendSoon ─┐                ▲           │ more to send: at most 64 rounds or 1 MiB
 *                                       └─► next turn ───┴───────────┘
 * </pre>
 *
 * <p>While bytes are being read, what is to be sent waits until the read is complete. A send that comes up during a send is done by
 * the one that is running, not by a nested one.
 */
final class SendLoop {
    /** How many bytes one connection may send in one turn of the event loop. */
    static final int TURN = 1024 * 1024;

    /** Sends in one turn before other channels get theirs, however little each sends. */
    private static final int MAX_ROUNDS = 64;

    private final ChannelHandlerContext ctx;
    private final Http2Session session;
    private final SessionEnd end;
    private final EngineCalls calls;
    private final ChannelSink sink;
    private final FramePromises promises;
    private final ConsumedBytes consumed;
    private final PendingBytes pending;
    private final EventPipeline events;
    private final Runnable afterSend;
    private final SendTo send;
    private final Runnable later = this::sendLater;

    /** The handlers around this one have been added: what is flushed before that waits for it. */
    private boolean begun;

    /** Bytes are being read: what is to be sent leaves when the read is complete. */
    private boolean reading;

    /** A send is running. */
    private boolean sending;

    /** There is something to send that the running send may have missed. */
    private boolean again;

    /** A turn of the event loop was asked for. */
    private boolean laterScheduled;

    /** The application has flushed since the last flush of the channel. */
    private boolean flushWanted;

    /** Whether the latest {@link #sendNow} wrote anything. */
    private boolean sentBytes;

    /** A class and not a lambda, so that the compiler knows the receiver and can inline the call. */
    private record SendTo(ChannelSink sink) implements EngineCalls.Call {
        @Override
        public Http2SessionResult on(Http2Session session, ByteBuf none) {
            return session.send(sink);
        }
    }

    /** @param afterSend run after each send, whether it had anything to send or not */
    SendLoop(
            ChannelHandlerContext ctx,
            Http2Session session,
            EngineCalls calls,
            SessionEnd end,
            ChannelSink sink,
            FramePromises promises,
            SessionStreams streams,
            EventPipeline events,
            Runnable afterSend) {
        this.ctx = ctx;
        this.session = session;
        this.calls = calls;
        this.end = end;
        this.sink = sink;
        this.promises = promises;
        consumed = streams.consumed;
        pending = streams.pending;
        this.events = events;
        this.afterSend = afterSend;
        send = new SendTo(sink);
    }

    // ---- when ------------------------------------------------------------------------------------------------------

    /** The pipeline is complete: the session may send. */
    void begin() {
        begun = true;
    }

    /** Bytes are being read. */
    void beginReading() {
        reading = true;
    }

    /** The read is complete. {@link #send} follows if {@link #somethingToSend()}. */
    void endReading() {
        reading = false;
    }

    boolean reading() {
        return reading;
    }

    boolean sending() {
        return sending;
    }

    /** Whether a send would be deferred to the end of what is running. */
    boolean busy() {
        return reading || sending || calls.inCall();
    }

    /** The application flushes. */
    void flush() {
        flushWanted = true;
        if (begun) {
            send();
        }
    }

    boolean somethingToSend() {
        return flushWanted || session.wantWrite() || !consumed.isEmpty() || pending.hasWritabilityChanges();
    }

    /** Sends now or, while bytes are being read, when the read is complete. */
    void send() {
        if (!reading) {
            sendNow();
        }
    }

    /** Sends at the end of what is running, or else in a turn of its own. */
    void sendSoon() {
        if (sending || calls.inCall()) {
            again = true;
        } else if (!reading) {
            scheduleLater();
        }
    }

    /** Sends in a turn of its own. */
    void scheduleLater() {
        if (!laterScheduled) {
            laterScheduled = true;
            ctx.executor().execute(later);
        }
    }

    private void sendLater() {
        laterScheduled = false;
        if (!ctx.isRemoved()) {
            begun = true;
            send();
        }
    }

    // ---- sending ---------------------------------------------------------------------------------------------------

    /** Sends even while bytes are being read. */
    void sendNow() {
        if (sending || calls.inCall()) {
            again = true;
            return;
        }
        if (end.over()) {
            afterSend.run();
            return;
        }
        sending = true;
        sentBytes = false;
        Http2SessionResult result;
        try {
            result = sendRounds();
        } finally {
            sending = false;
        }
        calls.catchUp();
        if (goesOnLater(result)) {
            scheduleLater();
        }
        afterSend.run();
    }

    private Http2SessionResult sendRounds() {
        sink.beginTurn(TURN);
        Http2SessionResult result;
        int rounds = 0;
        do {
            again = false;
            result = sendOnce();
        } while (goesOn(result) && ++rounds < MAX_ROUNDS);
        if (end.owesGoAway()) {
            sendOnce();
        }
        return result;
    }

    private Http2SessionResult sendOnce() {
        consumed.apply(session);
        Http2SessionResult result = calls.call(send, null);
        if (result == Http2SessionResult.OK) {
            promises.drained();
        }
        boolean wrote = sink.finish();
        sentBytes |= wrote;
        if (wrote || flushWanted) {
            flushWanted = false;
            ctx.flush();
        }
        calls.returned(result);
        events.fireWritability(pending);
        return result;
    }

    private boolean goesOn(Http2SessionResult result) {
        if (sink.turnIsOver() || end.over()) {
            return false;
        }
        return again || (result == Http2SessionResult.WOULDBLOCK && sink.writableBytes() > 0);
    }

    private boolean goesOnLater(Http2SessionResult result) {
        return !end.over()
                && (again
                        || (result == Http2SessionResult.WOULDBLOCK
                                && ctx.channel().bytesBeforeUnwritable() > 0));
    }

    /** Whether the latest send wrote anything. */
    boolean sentBytes() {
        return sentBytes;
    }
}
