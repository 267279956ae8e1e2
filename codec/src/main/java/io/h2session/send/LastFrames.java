package io.h2session.send;

import io.h2session.connection.CallbackFailure;
import io.h2session.connection.Connection;
import io.h2session.connection.Shutdown;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.Frame;
import io.h2session.frame.FrameWriter;
import io.h2session.frame.GoAwayFrame;
import io.h2session.frame.ResetFrame;
import io.h2session.queue.OutboundItem;
import io.h2session.stream.Stream;
import io.h2session.stream.StreamHistory.Ending;
import io.netty.buffer.ByteBuf;

/**
 * The last frames of a session that ends (RFC 9113 sections 5.4.1 and 6.8). Exceptions of the application are kept, and
 * the GOAWAY is sent nevertheless.
 */
final class LastFrames {
    private static final int ROOM_FOR_GOODBYE = 256;

    private final Connection connection;
    private final OutboundBuffer out;
    private final ItemSender items;
    private final ControlFrameSender controlFrames;
    private final SentEffects effects;

    LastFrames(
            Connection connection,
            OutboundBuffer out,
            ItemSender items,
            ControlFrameSender controlFrames,
            SentEffects effects) {
        this.connection = connection;
        this.out = out;
        this.items = items;
        this.controlFrames = controlFrames;
        this.effects = effects;
    }

    /** Sends the first SETTINGS if they were not sent yet, RST_STREAM for streams that are cut, and the last GOAWAY. */
    void send() {
        Shutdown shutdown = connection.shutdown();
        if (!shutdown.hasGoodbye()) {
            shutdown.finish();
            return;
        }
        // Reserves memory for all of it before anything changes: if there is none, everything waits for the next send.
        int resets = connection.queue().size() + connection.streams().size();
        out.gather().ensureWritable(ROOM_FOR_GOODBYE + resets * FrameWriter.RESET_BYTES);
        CallbackFailure failure = sendFirstSettings();
        GoAwayFrame goodbye = controlFrames.neverRising(shutdown.takeGoodbye());
        failure = sendQueuedResets(failure);
        if (goodbye.errorCode() == ErrorCode.NO_ERROR.code()) {
            failure = cutStreams(goodbye.lastStreamId(), failure);
        }
        shutdown.finish();
        failure = announce(goodbye, failure);
        ByteBuf target = out.gather();
        int start = target.writerIndex();
        FrameWriter.goAway(target, goodbye.lastStreamId(), goodbye.errorCode(), goodbye.debugData());
        connection.metrics().framesSent(target, start);
        connection.metrics().goAwaySent(goodbye);
        out.frameWritten();
        shutdown.goAwaySent(goodbye.lastStreamId(), false);
        connection.callbacks().frameSent(goodbye);
        if (failure != null) {
            throw new CallbackFailure(shutdown.cause());
        }
    }

    /** They precede the GOAWAY, which is sent whatever the application throws when it is told of them. */
    private CallbackFailure sendFirstSettings() {
        OutboundItem settings = connection.queue().pollFirstSettings();
        if (settings == null) {
            return null;
        }
        boolean done = false;
        CallbackFailure failure = announce(settings.frame(), null);
        try {
            controlFrames.encode(settings.frame());
            effects.sent(settings);
            done = true;
        } catch (CallbackFailure thrown) {
            done = true;
            return kept(thrown, failure);
        } finally {
            if (!done) {
                connection.queue().putBackFirstSettings(settings);
            }
        }
        return failure;
    }

    /** Streams that were reset before the end are told with their own codes. */
    private CallbackFailure sendQueuedResets(CallbackFailure earlier) {
        CallbackFailure failure = earlier;
        connection.shutdown().takeNoMore();
        for (OutboundItem item = connection.queue().pollReset();
                item != null;
                item = connection.queue().pollReset()) {
            failure = sendReset(item, failure);
        }
        return failure;
    }

    /**
     * Resets each stream that is cut short: a GOAWAY with NO_ERROR says nothing of them (RFC 9113 section 6.8 has them
     * finish).
     */
    private CallbackFailure cutStreams(int lastStreamId, CallbackFailure earlier) {
        CallbackFailure failure = earlier;
        connection.shutdown().giveUpQueue();
        Stream next;
        for (Stream stream = connection.streams().first(); stream != null; stream = next) {
            next = stream.next();
            failure = cut(stream, lastStreamId, failure);
        }
        return failure;
    }

    private CallbackFailure cut(Stream stream, int lastStreamId, CallbackFailure earlier) {
        try {
            if (stream.id() > lastStreamId && !connection.role().opens(stream.id())) {
                // The GOAWAY says that it was not processed.
                connection.lifecycle().close(stream, ErrorCode.REFUSED_STREAM.code(), Ending.WE_RESET);
            } else {
                items.send(OutboundItem.ofSession(new ResetFrame(stream.id(), ErrorCode.CANCEL.code())));
            }
            return earlier;
        } catch (CallbackFailure failure) {
            connection.handled(null);
            return kept(failure, earlier);
        }
    }

    private CallbackFailure sendReset(OutboundItem item, CallbackFailure earlier) {
        try {
            items.send(item);
            return earlier;
        } catch (CallbackFailure failure) {
            connection.handled(null);
            return kept(failure, earlier);
        }
    }

    // The frame is sent whatever the application answers or throws.
    private CallbackFailure announce(Frame frame, CallbackFailure earlier) {
        try {
            connection.callbacks().beforeFrameSend(frame);
            return earlier;
        } catch (CallbackFailure failure) {
            return kept(failure, earlier);
        }
    }

    // What the application throws is kept, and stops nothing.
    private CallbackFailure kept(CallbackFailure failure, CallbackFailure earlier) {
        connection.shutdown().cause(failure.getCause());
        return earlier == null ? failure : earlier;
    }
}
