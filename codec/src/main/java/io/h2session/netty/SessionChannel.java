package io.h2session.netty;

import io.h2session.Http2Session;
import io.h2session.api.Http2SessionListener;
import io.h2session.api.Http2SessionOptions;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * One session on one channel: what it is made of, and how the parts are connected. Built when the handler is added to its channel.
 *
 * <p>Each part is given the parts that it uses, and those are built before it. Three arrows lead back, each for one purpose: credit
 * and the transport's failures come from any thread and at any time ({@link ConsumedBytes.Wakeup}, {@link WriteWatch}), the timer
 * fires ({@link SessionTimer}), and sending is followed by receiving as receiving is by sending ({@link EngineCalls}, {@link
 * SendLoop}).
 */
final class SessionChannel implements ConsumedBytes.Wakeup {
    final Http2Session session;
    final SendLoop sender;
    final ReceiveLoop receiver;
    final OutboundWrites writes;
    final SessionClosing closing;
    final TransportEnd transportEnd;
    private final ChannelHandlerContext ctx;
    private final PendingBytes pending;
    private final SessionStreams streams;
    private final BodyPieces pieces;
    private final ReadGate gate;
    private final SessionUpkeep upkeep;
    private final FactUpdates facts;

    SessionChannel(
            ChannelHandlerContext ctx,
            HandlerSettings settings,
            Http2SessionListener listener,
            Http2SessionFacts published) {
        this.ctx = ctx;
        Channel channel = ctx.channel();
        TurnClock clock = new TurnClock(settings.options.clock());
        SessionTimer timer = new SessionTimer(ctx, this::time, this::timePassed);
        SessionEnd end = new SessionEnd();

        SentPromises sent = new SentPromises();
        ConsumedBytes consumed = new ConsumedBytes(ctx.executor(), settings, this);
        pending = new PendingBytes(settings, end);
        streams = new SessionStreams(ctx.executor(), pending, sent, consumed, this::holdExchange);

        gate = new ReadGate(ctx);
        pieces = new BodyPieces(ctx, settings, this::time, consumed, gate);
        EventPipeline events = new EventPipeline(ctx, pieces, gate);
        RefusedWrites refusals = new RefusedWrites(channel, streams, end, events);
        FramePromises promises = new FramePromises(streams, end, refusals);
        GracefulShutdown shutdown = new GracefulShutdown(ctx, settings, this::time, end, timer);
        Http2SessionObserver[] observers = observers(channel, settings);
        SessionEvents callbacks = new SessionEvents(
                channel, settings, listener, observers, events, streams, pieces, promises, shutdown, published);
        Http2SessionOptions options = settings.sessionOptions(clock, observers);
        session = new Http2Session(settings.role, options, callbacks, ctx.alloc());
        pending.of(session);

        facts = new FactUpdates(session, ctx.executor(), settings, end, events, pending, published);

        EngineCalls calls = new EngineCalls(session, end, this::afterCall);
        TakenBytes taken = options.metrics() == null ? null : new TakenBytes(ctx, session, calls::inCall);
        ChannelSink sink = new ChannelSink(ctx, sent, new WriteWatch(ctx, this::writeFailed), taken);
        sender = new SendLoop(ctx, session, calls, end, sink, promises, streams, events, this::afterSend);
        closing = new SessionClosing(ctx, session, settings, end, shutdown, sender, sink, promises, gate, facts, timer);
        upkeep = new SessionUpkeep(
                session, closing, new Retirement(session, settings, closing, events), pieces, facts, timer);
        receiver = new ReceiveLoop(
                ctx, session, settings, clock, end, calls, sender, closing, upkeep, streams, callbacks, pieces, gate);
        transportEnd =
                new TransportEnd(ctx, end, calls, sender, receiver, closing, promises, pieces, sink, gate, timer);

        WriteChecks checks = new WriteChecks(session, streams, promises, settings);
        MessageWrites messages = new MessageWrites(session, streams, checks, promises);
        ControlWrites controls = new ControlWrites(session, streams, checks, promises, receiver);
        writes = new OutboundWrites(
                session, streams, settings, end, messages, controls, refusals, sender, events, facts);
    }

    /** The log of frames comes first. */
    private static Http2SessionObserver[] observers(Channel channel, HandlerSettings settings) {
        Http2SessionObserver log = FrameLog.of(channel, settings);
        Http2SessionObserver other = settings.observer == null ? null : settings.observer.observe(channel);
        return Stream.of(log, other).filter(Objects::nonNull).toArray(Http2SessionObserver[]::new);
    }

    // ---- the arrows that lead back ---------------------------------------------------------------------------------

    private long time() {
        return session.time();
    }

    private Runnable holdExchange(int streamId) {
        return session.holdExchange(streamId);
    }

    private void timePassed() {
        receiver.timePassed();
    }

    private void writeFailed(Throwable cause) {
        transportEnd.writeFailed(cause);
    }

    private void afterCall() {
        transportEnd.catchUp();
    }

    private void afterSend() {
        receiver.afterSend();
    }

    @Override
    public void consumed() {
        sender.sendSoon();
    }

    @Override
    public void released(Http2StreamHandle stream, int owed) {
        if (pieces.released(stream, owed)) {
            receiver.deliverSoon();
        }
    }

    // ---- what the handler asks -------------------------------------------------------------------------------------

    /** Runs a task on the event loop, at once if the caller is there. */
    void onLoop(Runnable task) {
        streams.onLoop(task);
    }

    void setTimer() {
        upkeep.setTimer();
    }

    long pendingBytes() {
        return pending.total();
    }

    List<Http2StreamHandle> streams() {
        int[] ids = session.streamIds();
        List<Http2StreamHandle> handles = new ArrayList<>(ids.length);
        for (int id : ids) {
            handles.add(streams.of(session, id));
        }
        return handles;
    }

    Http2SessionSnapshot snapshot() {
        return new Http2SessionSnapshot(
                session.activeStreams(),
                session.pendingRequests(),
                session.outboundQueueSize(),
                pending.total(),
                session.localWindow(0),
                session.effectiveReceived(0),
                session.remoteWindow(0),
                session.encoderTableSize(),
                session.decoderTableSize(),
                session.roundTripNanos(),
                !gate.stopped(),
                ctx.channel().isWritable());
    }
}
