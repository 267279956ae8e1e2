package io.h2session.netty;

import io.h2session.Http2Session;
import io.h2session.api.Http2SubmitException;
import io.h2session.api.NotSentReason;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.UnsupportedMessageTypeException;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;

/**
 * Takes what the application writes, and submits it to the session.
 *
 * <pre>
 *   write ─┬─► MessageWrites ─┬─► WriteChecks ─► session.submit ─► FramePromises
 *          └─► ControlWrites ─┘       └── refused ─► RefusedWrites
 * </pre>
 */
final class OutboundWrites {
    private final Http2Session session;
    private final SessionStreams streams;
    private final SessionEnd end;
    private final MessageWrites messages;
    private final ControlWrites controls;
    private final RefusedWrites refusals;
    private final SendLoop sender;
    private final EventPipeline events;
    private final FactUpdates facts;
    private final boolean holdExchanges;

    OutboundWrites(
            Http2Session session,
            SessionStreams streams,
            HandlerSettings settings,
            SessionEnd end,
            MessageWrites messages,
            ControlWrites controls,
            RefusedWrites refusals,
            SendLoop sender,
            EventPipeline events,
            FactUpdates facts) {
        this.session = session;
        this.streams = streams;
        this.end = end;
        this.messages = messages;
        this.controls = controls;
        this.refusals = refusals;
        this.sender = sender;
        this.events = events;
        this.facts = facts;
        holdExchanges = settings.holdExchanges;
    }

    /** Takes a message: it is submitted, or released and its promise failed. Never throws. */
    void write(Object message, ChannelPromise promise) {
        if (message instanceof Http2SessionWrite write) {
            write(write, promise);
            events.fireWritability(streams.pending);
        } else {
            refuse(message, promise, new UnsupportedMessageTypeException(message, Http2SessionWrite.class));
            ReferenceCountUtil.release(message);
        }
    }

    private void write(Http2SessionWrite write, ChannelPromise promise) {
        if (!promise.isVoid() && !promise.setUncancellable()) {
            ReferenceCountUtil.release(write);
            return;
        }
        if (end.over()) {
            refuse(write, promise, opens(write) ? neverSent(end.endedCause()) : end.endedCause());
            ReferenceCountUtil.release(write);
            return;
        }
        boolean taken = false;
        try {
            submit(write, promise);
            taken = true;
        } catch (RuntimeException refused) {
            if (opens(write) && tooMuchWaits(refused)) {
                facts.requestRefused(write instanceof Http2SessionWrite.Message message ? message.contentLength() : 0);
            }
            refuse(write, promise, RefusedWrites.reported(refused));
        } finally {
            ReferenceCountUtil.release(write);
        }
        if (holdExchanges && endsExchange(write)) {
            releaseExchange(write.stream().record, taken);
        }
    }

    private void submit(Http2SessionWrite write, ChannelPromise promise) {
        if (write instanceof Http2SessionWrite.Message message) {
            messages.message(message, promise);
        } else if (write instanceof Http2SessionWrite.Head head) {
            messages.head(head, promise);
        } else if (write instanceof Http2SessionWrite.Data data) {
            messages.data(data, promise);
        } else if (write instanceof Http2SessionWrite.Trailers trailers) {
            messages.trailers(trailers, promise);
        } else if (write instanceof Http2SessionWrite.Body body) {
            messages.body(body, promise);
        } else {
            controls.write(write, promise);
        }
    }

    private void refuse(Object message, ChannelPromise promise, Throwable cause) {
        if (refusals.refused(session, message, promise, cause)) {
            sender.sendSoon();
        }
    }

    /** Whether the application does nothing more for the stream after that write. */
    private static boolean endsExchange(Http2SessionWrite write) {
        if (write instanceof Http2SessionWrite.Head head) {
            return head.endStream();
        } else if (write instanceof Http2SessionWrite.Data data) {
            return data.endStream();
        }
        return write instanceof Http2SessionWrite.Message
                || write instanceof Http2SessionWrite.Trailers
                || write instanceof Http2SessionWrite.Body
                || write instanceof Http2SessionWrite.Reset;
    }

    // An answer that comes too late is an answer; one that was refused for another reason may be tried again.
    private void releaseExchange(StreamRecord record, boolean taken) {
        if (record.owner == streams && (taken || record.closed)) {
            record.releaseHold();
        }
    }

    private static boolean opens(Http2SessionWrite write) {
        return (write instanceof Http2SessionWrite.Message message && message.request())
                || (write instanceof Http2SessionWrite.Head head && head.request());
    }

    private static boolean tooMuchWaits(RuntimeException refused) {
        return refused instanceof Http2SubmitException submit
                && submit.reason() == Http2SubmitException.Reason.TOO_MANY_PENDING;
    }

    /** What a request fails with that came too late: of the same type as the others, but safe to send again. */
    private static Throwable neverSent(Throwable ended) {
        Http2NotSentException late = new Http2NotSentException(
                NotSentReason.SESSION_CLOSING, 0, true, "not sent: the session is over", ended);
        return ended instanceof ClosedChannelException ? SessionEnd.closedChannel(late) : late;
    }
}
