package io.h2session.send;

import io.h2session.api.ByteSink;
import io.h2session.api.Http2SessionResult;
import io.h2session.api.NotSentReason;
import io.h2session.api.SendAnswer;
import io.h2session.api.StreamState;
import io.h2session.connection.CallbackFailure;
import io.h2session.connection.Connection;
import io.h2session.connection.Shutdown;
import io.h2session.frame.AltSvcFrame;
import io.h2session.frame.ClientPreface;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.ExtensionFrame;
import io.h2session.frame.Frame;
import io.h2session.frame.FrameType;
import io.h2session.frame.FrameWriter;
import io.h2session.frame.GoAwayFrame;
import io.h2session.frame.HeadersCategory;
import io.h2session.frame.HeadersFrame;
import io.h2session.frame.OriginFrame;
import io.h2session.frame.PingFrame;
import io.h2session.frame.PriorityUpdateFrame;
import io.h2session.frame.PushPromiseFrame;
import io.h2session.frame.ResetFrame;
import io.h2session.frame.SettingsFrame;
import io.h2session.frame.WindowUpdateFrame;
import io.h2session.hpack.HeaderToken;
import io.h2session.message.OutboundRules;
import io.h2session.message.RequestKind;
import io.h2session.message.SubmittedPhase;
import io.h2session.queue.Lane;
import io.h2session.queue.OutboundItem;
import io.h2session.stream.OutboundPhase;
import io.h2session.stream.Stream;
import io.h2session.stream.StreamEvent;
import io.h2session.stream.StreamHistory.Ending;
import io.netty.buffer.ByteBuf;
import io.netty.util.AsciiString;

/** The sending side of a connection: takes what is due and writes it until nothing is left or the sink is full. */
public final class FrameSender {
    private static final int ROOM_FOR_GOODBYE = 256;

    private final Connection connection;
    private final OutboundBuffer out;
    private final SendRules rules;
    private final SentEffects effects;
    private final HeaderBlockSender headerBlocks;
    private final DataSender data;
    private final boolean follow;
    private final boolean judged;
    private boolean prefaceOwed;
    private boolean settingsWritten;
    private int framesLeft;
    private boolean lent;
    private boolean handling;

    /** The sending side of a connection that begins. */
    public FrameSender(Connection connection) {
        this.connection = connection;
        out = new OutboundBuffer(connection.allocator(), connection.metrics());
        rules = new SendRules(connection);
        effects = new SentEffects(connection, out);
        headerBlocks = new HeaderBlockSender(connection, out);
        data = new DataSender(connection, out, effects);
        prefaceOwed = !connection.role().isServer();
        follow = !connection.semantics().sentIsCommitted();
        judged = connection.judgesOutbound();
    }

    /** Whether the sink has taken a part of a frame, and the rest waits; in nghttp2's way also while a frame is being sent. */
    public boolean holdsFrame() {
        return out.held() || lent || handling;
    }

    /** Whether the end of a body may go, though there is no window. */
    public boolean endMayBeDue() {
        return data.endMayBeDue();
    }

    /** The session is over: what the sink did not take is released. */
    public void close() {
        if (out.held()) {
            out.abort();
        }
    }

    /**
     * Sends what is due. Callback failures come through, when the frames that were written by then have gone.
     *
     * @param frames how many frames at most, the preface counted
     */
    public Http2SessionResult send(ByteSink sink, int frames) {
        boolean done = false;
        framesLeft = frames;
        lent = false;
        out.begin(sink);
        connection.deadlines().sink(sink);
        try {
            connection.shutdown().giveUpOpenings();
            boolean preface = prefaceOwed;
            Http2SessionResult result = sendHeld() && sendPreface() ? sendDue() : Http2SessionResult.WOULDBLOCK;
            if (connection.shutdown().unfinished() && !out.held()) {
                sendGoodbye();
                result = Http2SessionResult.OK;
            }
            // In nghttp2 the caller of mem_send2 has a frame on loan until the next call.
            lent = follow && frames == 1 && framesLeft == 0 && !preface;
            out.finish();
            done = true;
            connection.deadlines().sent(out.takeHandedOver(), result == Http2SessionResult.WOULDBLOCK);
            return result;
        } catch (CallbackFailure | OutOfMemoryError failure) {
            out.finishWhole();
            done = true;
            throw failure;
        } finally {
            headerBlocks.releaseScratch();
            handling = false;
            if (!done) {
                out.abort();
            }
        }
    }

    private boolean sendPreface() {
        if (!prefaceOwed) {
            return true;
        }
        ClientPreface.write(out.gather());
        prefaceOwed = false;
        framesLeft--;
        if (follow && !out.accepted()) {
            return false;
        }
        out.frameWritten();
        return true;
    }

    /** Goes on with the frame the sink has not taken whole. Answers false if it still has not. */
    private boolean sendHeld() {
        if (!out.held()) {
            return true;
        }
        if (!out.resume()) {
            return false;
        }
        framesLeft--;
        OutboundItem item = connection.queue().held();
        connection.queue().held(null);
        if (!data.heldSent() && item != null) {
            effects.sent(item);
        }
        return true;
    }

    private Http2SessionResult sendDue() {
        Shutdown shutdown = connection.shutdown();
        while (shutdown.keepsStreams() && framesLeft > 0) {
            if (connection.deadlines().pingWanted()) {
                sendPing();
            }
            if (!follow && !out.hasRoom()) {
                return idle() ? Http2SessionResult.OK : Http2SessionResult.WOULDBLOCK;
            }
            OutboundItem item = connection.queue().poll(connection.mayOpenStream());
            handling = follow;
            if (item != null) {
                send(item);
            } else {
                Stream stream = connection.scheduler().next();
                if (stream == null) {
                    return Http2SessionResult.OK;
                }
                if (follow && !data.sendable(stream)) {
                    data.drop(stream);
                    continue;
                }
                DataSender.Turn turn = data.send(stream);
                if (turn == DataSender.Turn.PAUSED) {
                    return Http2SessionResult.PAUSED;
                }
                if (turn == DataSender.Turn.BLOCKED) {
                    return Http2SessionResult.OK;
                }
                framesLeft -= turn == DataSender.Turn.DONE && data.frameMade() ? 1 : 0;
            }
            handling = false;
            if (out.held()) {
                return Http2SessionResult.WOULDBLOCK;
            }
            out.frameComplete();
        }
        return Http2SessionResult.OK;
    }

    // Also when there is no room: it is to find out why.
    private void sendPing() {
        if (!settingsWritten) {
            return;
        }
        long opaqueData = connection.deadlines().takePing();
        if (opaqueData == 0) {
            return;
        }
        OutboundItem ping = OutboundItem.ofSession(new PingFrame(false, opaqueData));
        if (follow) {
            connection.queue().add(Lane.URGENT, ping);
        } else {
            send(ping);
            out.frameComplete();
        }
    }

    private boolean idle() {
        return !connection.queue().hasSendable(connection.mayOpenStream())
                && connection.scheduler().next() == null;
    }

    private void send(OutboundItem item) {
        connection.handled(item);
        NotSentReason reason = rules.check(item);
        if (reason == null) {
            reason = writeOrGiveUp(item);
        }
        if (reason != null) {
            notSent(item, reason);
        }
        connection.handled(null);
    }

    // The application may throw when it is asked for padding or for its consent: by then the frame has left the queue.
    private NotSentReason writeOrGiveUp(OutboundItem item) {
        boolean done = false;
        try {
            NotSentReason reason = write(item);
            if (reason == null) {
                written(item);
            }
            done = true;
            return reason;
        } finally {
            // Nobody handles it any more once it is sent.
            if (!done && connection.handled() != null && follow && !headerBlocks.asked()) {
                refuseUnprepared(item);
            }
            if (!done && connection.handled() != null) {
                giveUp(item);
            }
        }
    }

    // The first SETTINGS go before the last GOAWAY, whatever keeps them from going now (RFC 9113 section 3.4).
    private void giveUp(OutboundItem item) {
        if (!settingsWritten && item.frame() instanceof SettingsFrame settings && !settings.ack()) {
            connection.queue().putBackFirstSettings(item);
        } else {
            connection.shutdown().giveUp(item, NotSentReason.SESSION_CLOSING, !follow);
        }
    }

    // In nghttp2 a request that could not be prepared is refused, though the session fails.
    private void refuseUnprepared(OutboundItem item) {
        Stream stream = connection.stream(item.frame().streamId());
        if (stream != null
                && item.frame() instanceof HeadersFrame headers
                && headers.category() == HeadersCategory.REQUEST) {
            connection.lifecycle().close(stream, ErrorCode.REFUSED_STREAM.code(), Ending.WE_RESET);
        }
    }

    // What the sink has not taken is not sent yet in nghttp2's way.
    private void written(OutboundItem item) {
        framesLeft--;
        markOpened(item.frame());
        if (follow && !out.accepted()) {
            connection.queue().held(item);
        } else {
            effects.sent(item);
        }
    }

    // Until now the stream was idle for the peer (RFC 9113 section 5.1).
    private void markOpened(Frame frame) {
        int type = frame.type();
        if (type == FrameType.HEADERS) {
            if (connection.role().opens(frame.streamId())) {
                connection.lifecycle().opened(frame.streamId());
            }
        } else if (type == FrameType.PUSH_PROMISE) {
            connection.lifecycle().opened(((PushPromiseFrame) frame).promisedStreamId());
        }
    }

    /** Null if it was written; the item's frame is then the one that was. */
    private NotSentReason write(OutboundItem item) {
        Frame frame = item.frame();
        switch (frame.type()) {
            case FrameType.HEADERS -> {
                return writeHeaders(item, (HeadersFrame) frame);
            }
            case FrameType.PUSH_PROMISE -> {
                return headerBlocks.pushPromise(item, (PushPromiseFrame) frame);
            }
            default -> {
                return writeOther(item, frame);
            }
        }
    }

    private NotSentReason writeHeaders(OutboundItem item, HeadersFrame frame) {
        Stream stream = connection.stream(frame.streamId());
        HeadersCategory category;
        if (stream == null) {
            category = HeadersCategory.REQUEST;
            stream = connection.lifecycle().begin(frame.streamId(), StreamEvent.SEND_HEADERS);
            stream.userData(item.userData());
            stream.heldTrailers(item.trailers());
            item.trailers(null);
            AsciiString method = frame.headers().value(HeaderToken.METHOD);
            if (method != null) {
                stream.inbound().expectResponseTo(RequestKind.of(method));
            }
            if (judged) {
                requestSubmitted(stream, frame);
            }
        } else {
            category = categoryOf(stream, frame);
            if (category == HeadersCategory.PUSH_RESPONSE && item.userData() != null) {
                stream.userData(item.userData());
            }
        }
        return headerBlocks.headers(item, frame, category);
    }

    private static void requestSubmitted(Stream stream, HeadersFrame frame) {
        boolean ended = frame.endStream() || stream.heldTrailers() != null;
        stream.submitted(ended ? SubmittedPhase.ENDED : SubmittedPhase.CONTENT);
        if (!frame.endStream()) {
            stream.contentLeft(OutboundRules.contentLength(frame.headers()));
        }
    }

    private HeadersCategory categoryOf(Stream stream, HeadersFrame frame) {
        if (stream.state() == StreamState.RESERVED_LOCAL) {
            return HeadersCategory.PUSH_RESPONSE;
        }
        boolean response = !connection.role().opens(stream.id()) && stream.outboundPhase() == OutboundPhase.NOTHING;
        return response ? HeadersCategory.RESPONSE : HeadersCategory.later(frame.headers());
    }

    private NotSentReason writeOther(OutboundItem item, Frame queued) {
        if (queued instanceof ExtensionFrame extension) {
            return writeExtension(item, extension);
        }
        Frame frame = queued instanceof GoAwayFrame goAway ? neverRising(goAway) : queued;
        boolean cancelled = connection.callbacks().beforeFrameSend(frame) == SendAnswer.CANCEL;
        // All others keep the two ends in step, and the connection could not go on without them.
        boolean cancellable =
                FrameType.isExtension(frame.type()) || (frame instanceof PingFrame && item.fromApplication());
        if (cancelled && cancellable) {
            return NotSentReason.CANCEL;
        }
        encode(frame);
        item.frame(frame);
        return null;
    }

    private void encode(Frame frame) {
        ByteBuf target = out.gather();
        int start = target.writerIndex();
        if (frame instanceof ResetFrame reset) {
            FrameWriter.reset(target, frame.streamId(), reset.errorCode());
        } else if (frame instanceof SettingsFrame settings) {
            if (settings.ack()) {
                FrameWriter.settingsAck(target);
            } else {
                FrameWriter.settings(target, settings.settings());
                settingsWritten = true;
                connection.deadlines().settingsSent();
            }
        } else if (frame instanceof PingFrame ping) {
            FrameWriter.ping(target, ping.ack(), ping.opaqueData());
            if (!ping.ack()) {
                connection.floodGuard().pingSent();
                connection.pingTimer().sent(ping.opaqueData(), connection.now());
            }
        } else if (frame instanceof GoAwayFrame goAway) {
            FrameWriter.goAway(target, goAway.lastStreamId(), goAway.errorCode(), goAway.debugData());
        } else if (frame instanceof WindowUpdateFrame update) {
            FrameWriter.windowUpdate(target, frame.streamId(), update.increment());
        } else if (frame instanceof AltSvcFrame altSvc) {
            FrameWriter.altSvc(target, altSvc.streamId(), altSvc.origin(), altSvc.value());
        } else if (frame instanceof OriginFrame origin) {
            FrameWriter.origin(target, origin.origins());
        } else if (frame instanceof PriorityUpdateFrame update) {
            FrameWriter.priorityUpdate(target, update.prioritizedStreamId(), update.fieldValue());
        } else {
            throw new AssertionError(frame);
        }
        connection.metrics().framesSent(target, start);
    }

    // The payload is written behind room for the frame header, which is filled in when the length is known.
    private NotSentReason writeExtension(OutboundItem item, ExtensionFrame queued) {
        ByteBuf target = out.gather();
        int start = target.writerIndex();
        target.ensureWritable(FrameWriter.HEADER_OCTETS).writerIndex(start + FrameWriter.HEADER_OCTETS);
        item.markPacked();
        boolean packed = connection.callbacks().packExtension(queued, target) == SendAnswer.PROCEED;
        int end = target.writerIndex();
        int length = end - start - FrameWriter.HEADER_OCTETS;
        target.writerIndex(start);
        if (!packed) {
            return NotSentReason.CANCEL;
        }
        ExtensionFrame frame =
                new ExtensionFrame(queued.type(), queued.flags(), queued.streamId(), length, queued.payload());
        if (connection.callbacks().beforeFrameSend(frame) == SendAnswer.CANCEL) {
            return NotSentReason.CANCEL;
        }
        FrameWriter.header(target, length, frame.type(), frame.flags(), frame.streamId());
        target.writerIndex(end);
        connection.metrics().framesSent(target, start);
        item.frame(frame);
        return null;
    }

    // RFC 9113 section 6.8: the last stream identifier must not rise, whatever was submitted in what order.
    private GoAwayFrame neverRising(GoAwayFrame frame) {
        int lowest = connection.shutdown().lastIdSent();
        return frame.lastStreamId() <= lowest ? frame : new GoAwayFrame(lowest, frame.errorCode(), frame.debugData());
    }

    private void notSent(OutboundItem item, NotSentReason reason) {
        if (follow && reason == NotSentReason.CANCEL) {
            // In nghttp2 the number is used when the application is asked.
            markOpened(item.frame());
        }
        connection.shutdown().giveUp(item, reason, told(item, reason));
        Frame frame = item.frame();
        if (frame instanceof HeadersFrame && connection.stream(frame.streamId()) != null) {
            headersNotSent(connection.stream(frame.streamId()), reason);
        }
    }

    private boolean told(OutboundItem item, NotSentReason reason) {
        int type = item.frame().type();
        if (follow) {
            return type != FrameType.WINDOW_UPDATE
                    && (type != FrameType.RST_STREAM || reason != NotSentReason.STREAM_CLOSED);
        }
        return item.fromApplication() || (type != FrameType.WINDOW_UPDATE && type != FrameType.RST_STREAM);
    }

    // A stream whose header block cannot go would be left hanging.
    private void headersNotSent(Stream stream, NotSentReason reason) {
        boolean leftHanging =
                switch (reason) {
                    case CANCEL, FRAME_SIZE_ERROR, HEADER_LIST_TOO_LARGE, LESS_THAN_CONTENT_LENGTH -> true;
                    // The client leaves, and would wait for what it was promised.
                    case START_STREAM_NOT_ALLOWED -> stream.state() == StreamState.RESERVED_LOCAL;
                    default -> false;
                };
        if (!leftHanging) {
            return;
        }
        boolean opened = connection.role().opens(stream.id()) && stream.outboundPhase() == OutboundPhase.NOTHING;
        if (opened && !connection.role().isServer()) {
            connection.lifecycle().close(stream, ErrorCode.REFUSED_STREAM.code(), Ending.WE_RESET);
        } else if (!follow) {
            boolean intended = reason == NotSentReason.CANCEL || reason == NotSentReason.START_STREAM_NOT_ALLOWED;
            ErrorCode code = intended ? ErrorCode.CANCEL : ErrorCode.INTERNAL_ERROR;
            connection.lifecycle().reset(stream, code.code(), false);
        }
    }

    private void sendGoodbye() {
        Shutdown shutdown = connection.shutdown();
        if (!shutdown.hasGoodbye()) {
            shutdown.finish();
            return;
        }
        // Room for all of it, while there is still a way back: without memory everything waits for the next send.
        int resets = connection.queue().size() + connection.streams().size();
        out.gather().ensureWritable(ROOM_FOR_GOODBYE + resets * FrameWriter.RESET_OCTETS);
        CallbackFailure failure = sendFirstSettings();
        GoAwayFrame goodbye = neverRising(shutdown.takeGoodbye());
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
        out.frameWritten();
        shutdown.goAwaySent(goodbye.lastStreamId(), false);
        connection.callbacks().frameSent(goodbye);
        if (failure != null) {
            throw new CallbackFailure(shutdown.cause());
        }
    }

    // Whatever the application throws meanwhile is kept, and stops nothing.
    private CallbackFailure kept(CallbackFailure failure, CallbackFailure earlier) {
        connection.shutdown().cause(failure.getCause());
        return earlier == null ? failure : earlier;
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
                send(OutboundItem.ofSession(new ResetFrame(stream.id(), ErrorCode.CANCEL.code())));
            }
            return earlier;
        } catch (CallbackFailure failure) {
            connection.handled(null);
            return kept(failure, earlier);
        }
    }

    private CallbackFailure sendReset(OutboundItem item, CallbackFailure earlier) {
        try {
            send(item);
            return earlier;
        } catch (CallbackFailure failure) {
            connection.handled(null);
            return kept(failure, earlier);
        }
    }

    // It goes whatever the application answers, or throws when it is told.
    private CallbackFailure announce(Frame frame, CallbackFailure earlier) {
        try {
            connection.callbacks().beforeFrameSend(frame);
            return earlier;
        } catch (CallbackFailure failure) {
            return kept(failure, earlier);
        }
    }

    /** Before the goodbye, which goes whatever the application throws when it is told of them. */
    private CallbackFailure sendFirstSettings() {
        OutboundItem settings = connection.queue().pollFirstSettings();
        if (settings == null) {
            return null;
        }
        boolean done = false;
        CallbackFailure failure = announce(settings.frame(), null);
        try {
            encode(settings.frame());
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
}
