package io.h2session.netty;

import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SessionListener;
import io.h2session.api.InvalidFrameReason;
import io.h2session.api.InvalidHeaderAnswer;
import io.h2session.api.NotSentReason;
import io.h2session.api.ReceiveAnswer;
import io.h2session.api.SendAnswer;
import io.h2session.api.StreamState;
import io.h2session.connection.Deadlines;
import io.h2session.frame.DataFrame;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.ExtensionFrame;
import io.h2session.frame.Frame;
import io.h2session.frame.FrameFlags;
import io.h2session.frame.GoAwayFrame;
import io.h2session.frame.HeadersCategory;
import io.h2session.frame.HeadersFrame;
import io.h2session.frame.PingFrame;
import io.h2session.frame.PushPromiseFrame;
import io.h2session.frame.ResetFrame;
import io.h2session.frame.SettingsFrame;
import io.h2session.frame.WindowUpdateFrame;
import io.h2session.hpack.HeaderField;
import io.h2session.hpack.HeaderList;
import io.h2session.hpack.HeaderNames;
import io.h2session.hpack.HeaderToken;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPromise;
import io.netty.util.AsciiString;
import java.util.Arrays;

/**
 * The listener of the session. It calls the application's listener first, then fires the event.
 *
 * <p>The fields of a header block are gathered into one event, and so are the pieces of a body ({@link BodyPieces}). The last
 * event of a message has END_STREAM.
 */
final class SessionEvents implements Http2SessionListener {
    /** Misdirected Request (RFC 9110 section 15.5.20). */
    private static final HeaderList MISDIRECTED =
            HeaderList.of(HeaderNames.STATUS, "421", HeaderNames.CONTENT_LENGTH, "0");

    private static final AsciiString CONNECT = AsciiString.cached("CONNECT");

    private final Channel channel;
    private final HandlerSettings settings;
    private final EventPipeline events;
    private final SessionStreams streams;
    private final BodyPieces pieces;
    private final FramePromises promises;
    private final GracefulShutdown shutdown;
    private final Http2SessionFacts facts;

    /** Mostly empty. */
    private final Http2SessionObserver[] observers;

    private final Http2SessionListener listener;
    private final boolean holdExchanges;
    private final boolean headerFields;
    private final boolean frameBegins;
    private final boolean framesReceived;
    private final boolean extensionChunks;
    private final boolean framesBeforeSend;
    private final boolean framesSent;
    private final boolean framesNotSent;
    private final boolean automaticCredit;
    private final boolean automaticConnectionCredit;

    private HeaderField[] fields;
    private int fieldCount;
    private int expectedFields = 8;

    SessionEvents(
            Channel channel,
            HandlerSettings settings,
            Http2SessionListener listener,
            Http2SessionObserver[] observers,
            EventPipeline events,
            SessionStreams streams,
            BodyPieces pieces,
            FramePromises promises,
            GracefulShutdown shutdown,
            Http2SessionFacts facts) {
        this.channel = channel;
        this.settings = settings;
        this.listener = listener;
        this.observers = observers;
        this.events = events;
        this.streams = streams;
        this.pieces = pieces;
        this.promises = promises;
        this.shutdown = shutdown;
        this.facts = facts;
        holdExchanges = settings.holdExchanges && settings.role == Http2Role.SERVER;
        headerFields = settings.headerFieldEvents;
        frameBegins = settings.events.contains(Http2EventKind.FRAME_BEGIN);
        framesReceived = settings.events.contains(Http2EventKind.FRAME_RECEIVED);
        extensionChunks = settings.events.contains(Http2EventKind.EXTENSION_CHUNK);
        framesBeforeSend = settings.events.contains(Http2EventKind.BEFORE_FRAME_SEND);
        framesSent = settings.events.contains(Http2EventKind.FRAME_SENT);
        framesNotSent = settings.events.contains(Http2EventKind.FRAME_NOT_SENT);
        automaticCredit = settings.automaticWindowUpdate;
        automaticConnectionCredit = settings.automaticConnectionWindow && !automaticCredit;
    }

    // ---- receiving -------------------------------------------------------------------------------------------------

    @Override
    public void onBeginFrame(Http2SessionContext session, int type, int flags, int streamId, int length)
            throws Exception {
        listener.onBeginFrame(session, type, flags, streamId, length);
        if (frameBegins) {
            events.fireRead(new Http2SessionEvent.FrameBegin(type, flags, streamId, length));
        }
    }

    @Override
    public ReceiveAnswer onBeginHeaders(Http2SessionContext session, Frame frame) throws Exception {
        fields = new HeaderField[expectedFields];
        fieldCount = 0;
        ReceiveAnswer answer = listener.onBeginHeaders(session, frame);
        if (headerFields && answer != ReceiveAnswer.RESET_STREAM) {
            events.fireRead(new Http2SessionEvent.HeadersBegin(frame));
        }
        return answer;
    }

    @Override
    public ReceiveAnswer onHeader(Http2SessionContext session, Frame frame, HeaderField field) throws Exception {
        ReceiveAnswer answer = listener.onHeader(session, frame, field);
        if (answer == ReceiveAnswer.RESET_STREAM) {
            return answer;
        }
        if (fieldCount == fields.length) {
            fields = Arrays.copyOf(fields, fieldCount * 2);
        }
        fields[fieldCount++] = field;
        if (headerFields) {
            events.fireRead(new Http2SessionEvent.HeaderFieldReceived(frame, field));
        }
        return answer;
    }

    @Override
    public InvalidHeaderAnswer onInvalidHeader(Http2SessionContext session, Frame frame, HeaderField field)
            throws Exception {
        InvalidHeaderAnswer answer = listener.onInvalidHeader(session, frame, field);
        if (headerFields) {
            events.fireRead(new Http2SessionEvent.InvalidHeaderField(frame, field));
        }
        return answer;
    }

    /** The request that asked for an upgrade from HTTP/1.1. */
    void upgraded(Http2SessionContext session, Http2StreamHandle stream, HeaderList request) {
        if (!accepts(request)) {
            misdirected(session, stream.id());
            return;
        }
        if (holdExchanges) {
            stream.record.hold = session.holdExchange(stream.id());
        }
        events.fireRead(new Http2SessionEvent.Headers(stream, HeadersCategory.REQUEST, request, true));
    }

    private boolean accepts(HeaderList request) {
        Http2AuthorityVerifier verifier = settings.authorityVerifier;
        if (verifier == null) {
            return true;
        }
        AsciiString authority = request.value(HeaderToken.AUTHORITY);
        if (authority == null) {
            authority = request.value(HeaderNames.HOST);
        }
        boolean tunnel =
                CONNECT.equals(request.value(HeaderToken.METHOD)) && request.value(HeaderNames.PROTOCOL) == null;
        return tunnel || authority == null || authority.isEmpty() || verifier.accepts(channel, authority);
    }

    /** Answers in place of the application, which gets no event of the request. */
    private static void misdirected(Http2SessionContext session, int streamId) {
        session.submitResponse(streamId, MISDIRECTED, null);
        session.discardRequest(streamId);
    }

    private HeaderList takeFields() {
        HeaderList list = HeaderList.ofTrusted(fields, fieldCount);
        expectedFields = Math.max(4, Math.min(fieldCount, 64));
        fields = null;
        fieldCount = 0;
        return list;
    }

    @Override
    public ReceiveAnswer onDataChunk(Http2SessionContext session, int streamId, int flags, ByteBuf data)
            throws Exception {
        ReceiveAnswer answer = listener.onDataChunk(session, streamId, flags, data);
        int length = data.readableBytes();
        if (automaticConnectionCredit) {
            session.consumeConnection(length);
        }
        if (answer == ReceiveAnswer.RESET_STREAM) {
            if (!automaticCredit && !automaticConnectionCredit) {
                session.consumeConnection(length);
            }
            return answer;
        }
        pieces.add(streams.of(session, streamId), data, (flags & FrameFlags.END_STREAM) != 0);
        return answer;
    }

    @Override
    public void onFrameReceived(Http2SessionContext session, Frame frame) throws Exception {
        for (Http2SessionObserver observer : observers) {
            observer.received(frame);
        }
        listener.onFrameReceived(session, frame);
        if (frame instanceof DataFrame data && data.endStream()) {
            pieces.end(streams.of(session, data.streamId()));
        }
        if (framesReceived) {
            events.fireRead(new Http2SessionEvent.FrameReceived(frame));
        }
        if (frame instanceof HeadersFrame headers) {
            headersReceived(session, headers, takeFields());
        } else if (!(frame instanceof DataFrame)) {
            controlReceived(session, frame);
        }
    }

    private void headersReceived(Http2SessionContext session, HeadersFrame frame, HeaderList list) {
        for (Http2SessionObserver observer : observers) {
            observer.headersReceived(frame, list);
        }
        boolean request = frame.category() == HeadersCategory.REQUEST;
        if (request && !accepts(list)) {
            misdirected(session, frame.streamId());
            return;
        }
        Http2StreamHandle stream = streams.of(session, frame.streamId());
        stream.record.answered |= !request;
        if (holdExchanges && request) {
            stream.record.hold = session.holdExchange(frame.streamId());
        }
        events.fireRead(stream, new Http2SessionEvent.Headers(stream, frame.category(), list, frame.endStream()));
    }

    private void controlReceived(Http2SessionContext session, Frame frame) {
        if (frame instanceof WindowUpdateFrame update) {
            Http2StreamHandle stream = update.streamId() == 0 ? null : streams.of(session, update.streamId());
            events.fireUser(new Http2SessionEvent.WindowUpdate(stream, update.increment()));
        } else if (frame instanceof SettingsFrame received) {
            events.fireRead(new Http2SessionEvent.Settings(received.ack(), received.settings()));
        } else if (frame instanceof PingFrame ping) {
            if (!ping.ack() || !answersOurs(session, ping.opaqueData())) {
                events.fireRead(new Http2SessionEvent.Ping(ping.ack(), ping.opaqueData()));
            }
        } else {
            otherReceived(session, frame);
        }
    }

    // Less frequent frames, kept apart so that the method above stays small enough to be inlined.
    private void otherReceived(Http2SessionContext session, Frame frame) {
        if (frame instanceof ResetFrame reset) {
            if (session.streamState(reset.streamId()) != StreamState.CLOSED) {
                Http2StreamHandle stream = streams.of(session, reset.streamId());
                events.fireUser(stream, new Http2SessionEvent.Reset(stream, reset.errorCode()));
            }
        } else if (frame instanceof GoAwayFrame goAway) {
            shutdown.goAwayReceived();
            facts.goAway(goAway.lastStreamId(), goAway.errorCode());
            events.fireUser(
                    new Http2SessionEvent.GoAway(goAway.lastStreamId(), goAway.errorCode(), goAway.debugData()));
        } else if (frame instanceof PushPromiseFrame push) {
            HeaderList list = takeFields();
            for (Http2SessionObserver observer : observers) {
                observer.headersReceived(frame, list);
            }
            Http2StreamHandle stream = streams.of(session, push.streamId());
            events.fireRead(
                    stream,
                    new Http2SessionEvent.PushPromise(stream, streams.of(session, push.promisedStreamId()), list));
        } else {
            events.fireRead(new Http2SessionEvent.Extension(frame));
        }
    }

    /** Whether the PING was not the application's. */
    private boolean answersOurs(Http2SessionContext session, long opaqueData) {
        return Deadlines.ownPing(opaqueData) || shutdown.pingAcked(session, opaqueData);
    }

    @Override
    public void onInvalidFrameReceived(Http2SessionContext session, Frame frame, InvalidFrameReason reason)
            throws Exception {
        for (Http2SessionObserver observer : observers) {
            observer.received(frame);
        }
        listener.onInvalidFrameReceived(session, frame, reason);
        events.fireUser(new Http2SessionEvent.InvalidFrame(frame, reason));
    }

    @Override
    public ReceiveAnswer onExtensionChunk(Http2SessionContext session, int type, int flags, int streamId, ByteBuf chunk)
            throws Exception {
        ReceiveAnswer answer = listener.onExtensionChunk(session, type, flags, streamId, chunk);
        if (extensionChunks) {
            events.fireRead(new Http2SessionEvent.ExtensionChunk(type, flags, streamId, chunk.copy()));
        }
        return answer;
    }

    @Override
    public Object unpackExtension(Http2SessionContext session, int type, int flags, int streamId, int length)
            throws Exception {
        return listener.unpackExtension(session, type, flags, streamId, length);
    }

    // ---- sending ---------------------------------------------------------------------------------------------------

    @Override
    public SendAnswer beforeFrameSend(Http2SessionContext session, Frame frame) throws Exception {
        SendAnswer answer = listener.beforeFrameSend(session, frame);
        if (framesBeforeSend && answer == SendAnswer.PROCEED) {
            events.fireUser(new Http2SessionEvent.BeforeFrameSend(frame));
        }
        return answer;
    }

    @Override
    public void onFrameSent(Http2SessionContext session, Frame frame) throws Exception {
        for (Http2SessionObserver observer : observers) {
            observer.sent(frame);
        }
        try {
            listener.onFrameSent(session, frame);
        } finally {
            if (!(frame instanceof DataFrame)) {
                promises.onFrameSent(session, frame);
                closingSent(session, frame);
            }
        }
        if (framesSent) {
            events.fireUser(new Http2SessionEvent.FrameSent(frame));
        }
    }

    // What a graceful shutdown waits for.
    private void closingSent(Http2SessionContext session, Frame frame) {
        if (frame instanceof GoAwayFrame) {
            shutdown.goAwaySent(session);
        } else if (frame instanceof PingFrame ping && !ping.ack()) {
            ChannelPromise written = shutdown.pingSent(ping.opaqueData());
            if (written != null) {
                promises.alreadySent(written);
            }
        }
    }

    @Override
    public void onFrameNotSent(Http2SessionContext session, Frame frame, NotSentReason reason) throws Exception {
        try {
            listener.onFrameNotSent(session, frame, reason);
        } finally {
            promises.onFrameNotSent(session, frame, reason);
        }
        if (framesNotSent) {
            events.fireUser(new Http2SessionEvent.FrameNotSent(frame, reason));
        }
    }

    @Override
    public int selectPadding(Http2SessionContext session, Frame frame, int length, int max) throws Exception {
        return listener.selectPadding(session, frame, length, max);
    }

    @Override
    public int dataReadLength(
            Http2SessionContext session, int streamId, int connectionWindow, int streamWindow, int peerMaxFrameSize)
            throws Exception {
        return listener.dataReadLength(session, streamId, connectionWindow, streamWindow, peerMaxFrameSize);
    }

    @Override
    public SendAnswer packExtension(Http2SessionContext session, ExtensionFrame frame, ByteBuf target)
            throws Exception {
        return listener.packExtension(session, frame, target);
    }

    @Override
    public boolean packsExtensions() {
        return listener.packsExtensions();
    }

    // ---- streams and the session -----------------------------------------------------------------------------------

    @Override
    public void onStreamClosed(Http2SessionContext session, int streamId, long errorCode) throws Exception {
        Http2StreamHandle stream = streams.last(session, streamId);
        // Even if the listener throws, every promise completes and the end of every stream is reported.
        try {
            listener.onStreamClosed(session, streamId, errorCode);
        } finally {
            boolean unprocessed = errorCode == ErrorCode.REFUSED_STREAM.code() && refused(session, stream);
            boolean inboundComplete = session.inboundComplete(streamId);
            promises.onStreamClosed(stream, errorCode, unprocessed);
            if (errorCode == ErrorCode.NO_ERROR.code()) {
                // The response is complete, whichever method wrote it.
                stream.record.releaseHold();
            }
            events.fireUser(
                    stream, new Http2SessionEvent.StreamClosed(stream, errorCode, unprocessed, inboundComplete));
        }
    }

    /**
     * Whether the peer has certainly not begun to process the request: REFUSED_STREAM is from the peer, or from a session that never
     * sent the request, and not from the application. A peer that has begun to answer, if only with an interim response, has begun to
     * process the request, whatever its RST_STREAM or GOAWAY says.
     */
    private static boolean refused(Http2SessionContext session, Http2StreamHandle stream) {
        boolean ours = !session.role().isServer() && session.role().opens(stream.id());
        boolean terminated = session.terminationReason() != null;
        return ours
                && !stream.record.resetByUs
                && !stream.record.answered
                && (!terminated || session.streamState(stream.id()) == StreamState.IDLE);
    }

    @Override
    public void onError(Http2SessionContext session, String reason) throws Exception {
        listener.onError(session, reason);
        events.fireUser(new Http2SessionEvent.SessionError(reason));
    }
}
