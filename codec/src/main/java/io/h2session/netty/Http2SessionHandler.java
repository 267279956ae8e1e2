package io.h2session.netty;

import io.h2session.Http2Session;
import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionOptions;
import io.h2session.api.Http2SessionResult;
import io.h2session.frame.ErrorCode;
import io.h2session.hpack.HeaderList;
import io.h2session.hpack.HeaderToken;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.UnsupportedMessageTypeException;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.internal.logging.InternalLogLevel;
import io.netty.util.internal.logging.InternalLogger;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * An HTTP/2 session in a pipeline: {@link Http2SessionEvent}s come out of it, {@link Http2SessionWrite}s go in.
 *
 * <pre>{@code
 * pipeline.addLast(Http2SessionHandler.forServer().build());
 * pipeline.addLast(new ChannelInboundHandlerAdapter() {
 *     public void channelRead(ChannelHandlerContext ctx, Object event) {
 *         if (event instanceof Http2SessionEvent.Headers request && request.endStream()) {
 *             ctx.writeAndFlush(Http2SessionWrite.response(request.stream(), OK, hello.retainedDuplicate()));
 *         } else {
 *             ReferenceCountUtil.release(event);
 *         }
 *     }
 * });
 * }</pre>
 *
 * <p><b>Flow in.</b> Octets go to the session as they come; every callback is an event. Reading stops only when a
 * callback pauses the session ({@link #resumeReceiving}) or when the peer leaves too many replies unread, never because
 * the channel is unwritable. The peer may send as much DATA as was
 * {@linkplain Http2SessionEvent.Data#consume consumed}, in pieces of any size: what is received of one stream in a row is
 * one event.
 *
 * <p><b>Flow out.</b> A flush lets the session send until the channel is unwritable, at most 1 MiB in one turn of the
 * event loop; it goes on when the channel is writable again. What is flushed while octets are being read leaves once,
 * when the read is complete. The promise of a write completes when the transport took its last octet.
 *
 * <p><b>Refusal.</b> A write that cannot be carried out (malformed fields, an order HTTP does not allow, too much that waits, a
 * stream or session that is over) fails its promise, and changes nothing else. With a void promise {@link
 * Http2SessionEvent.WriteRefused} is fired instead, and a stream that could not end any more is reset with INTERNAL_ERROR. Each
 * refusal is a line at DEBUG.
 *
 * <p><b>Life.</b> The preface is sent when the channel is active and the handlers around this one have been added: nothing
 * leaves while a {@link io.netty.channel.ChannelInitializer} is at work. The first {@code close()} is graceful: GOAWAY,
 * streams finish, at most {@link Http2SessionHandlerBuilder#gracefulShutdownTimeout}; the second cuts them, and closes
 * within a second. When
 * the session ended in error, GOAWAY is sent and the peer's octets are read and thrown away for {@link
 * Http2SessionHandlerBuilder#closeLinger}, so that closing does not take the GOAWAY back.
 *
 * <p><b>TLS.</b> {@code SslHandler} may stand in front, by hand or by {@link io.h2session.netty.negotiation.Http2Negotiation}: its
 * close_notify is the end of the peer's octets, as FIN is in cleartext. Only the negotiation can end our own output so
 * ({@link #outputCloser}).
 *
 * <p><b>Errors.</b> A write of the session's octets that fails, in the transport or in a handler before it, ends the session: the
 * peer has missed a part of the connection. What the peer or the network did is an event and stops here; {@code exceptionCaught} sees only what
 * the application's own listener or body threw.
 *
 * <p><b>Time.</b> A peer that keeps the session waiting is timed out ({@link Http2SessionOptions#timeouts()}), by one
 * timer for each connection. What is sent in answer to a read is sent at the time of the read. While nobody reads the
 * channel the peer is not blamed for what does not arrive.
 *
 * <p><b>Servers.</b> The listening socket has a pipeline of its own, which this handler cannot protect. Bound the number of
 * connections that are open at a time. Put a handler into it ({@code ServerBootstrap.handler}) that takes the exceptions
 * with which accepting fails, stops {@code autoRead}, and turns it on again when a connection has closed or a moment has
 * passed: otherwise Netty logs each failure with a stack trace. And log a line at the start: a logger whose first use falls
 * into a lack of file descriptors can fail with an {@code Error}, which ends the event loop for good. {@code serve} of this
 * project's examples does all three.
 *
 * <p><b>Little in the kernel.</b> Servers, and clients that upload, should set {@code TCP_NOTSENT_LOWAT} on the channels of
 * epoll and io_uring ({@code childOption(EpollChannelOption.TCP_NOTSENT_LOWAT, 128 * 1024L)}). Otherwise the kernel takes up
 * to 4 MiB of DATA for each connection at once, and what is in there can neither be overtaken by a more urgent response nor
 * be taken back when its stream is reset: priorities work only with little in the kernel. It also shows sooner whether the
 * peer reads. NIO has no such option; {@code SO_SNDBUF} has that effect there at the cost of throughput. Slow clients are
 * served to the end with any of them, see {@link io.h2session.api.Http2Timeouts}.
 *
 * <p>One handler for one channel, on the channel's own event loop.
 */
public final class Http2SessionHandler extends ChannelDuplexHandler {
    private static final AsciiString HEAD = AsciiString.cached("HEAD");

    /** Sends in one go before other channels get their turn, however little each sends. */
    private static final int MAX_ROUNDS = 64;

    private final Http2Role role;
    private final Http2SessionOptions options;
    private final OutboundWrites writes;
    private final ConsumedBytes consumedBytes;
    private final ReadGate gate;
    private final BodyPieces pieces;
    private final WriteWatch watch;
    private final ChannelSink sink;
    private final InternalLogger frameLogger;
    private final InternalLogLevel frameLogLevel;
    private final SessionEvents events;
    private final SessionClosing closing;
    private final SessionTimer timer;
    private final TurnClock clock;
    private final Runnable later = this::sendLater;
    private final Runnable deliver = this::deliver;
    private final Runnable nextTurn = this::nextTurn;
    private final int maxFramesPerTurn;
    private final int maxNewStreamsPerTurn;

    private ChannelHandlerContext ctx;
    private Http2Session session;

    /** Between channelRead and channelReadComplete: what is to be sent leaves at the end. */
    private boolean reading;

    /** In a call of the session's: neither recv nor send may be called. */
    private boolean inSession;

    private boolean sending;
    private boolean again;
    private boolean laterScheduled;
    private boolean deliverScheduled;

    /** What was read waits for the loop's next turn. */
    private boolean turnOver;

    private boolean turnMissed;
    private boolean flushWanted;
    private boolean repliesOwed;
    private boolean sentOctets;
    private boolean goneWhileBusy;

    /** Why a write failed; null as long as none did. */
    private Throwable writeFailure;

    private boolean writeFailureOwed;
    private boolean removed;
    private boolean inputEndedWhileBusy;
    private boolean inputSuspended;

    /** The pipeline is complete: what is flushed before that waits for it. */
    private boolean begun;

    Http2SessionHandler(Http2SessionHandlerBuilder builder, Http2SessionOptions options) {
        role = builder.role;
        this.options = options;
        writes = new OutboundWrites(this, builder);
        consumedBytes = new ConsumedBytes(this, builder);
        gate = new ReadGate();
        watch = new WriteWatch(this);
        sink = new ChannelSink(writes.sent(), watch);
        frameLogger = builder.frameLogger;
        frameLogLevel = builder.frameLogLevel;
        pieces = new BodyPieces(this, builder, consumedBytes, gate);
        events = new SessionEvents(this, builder, writes, pieces, gate);
        closing = new SessionClosing(this, builder);
        timer = new SessionTimer(this);
        maxFramesPerTurn = builder.maxFramesPerTurn;
        maxNewStreamsPerTurn = builder.maxNewStreamsPerTurn;
        clock = new TurnClock(options.clock());
    }

    /** Begins the settings of a server's handler. */
    public static Http2SessionHandlerBuilder forServer() {
        return new Http2SessionHandlerBuilder(Http2Role.SERVER);
    }

    /** Begins the settings of a client's handler. */
    public static Http2SessionHandlerBuilder forClient() {
        return new Http2SessionHandlerBuilder(Http2Role.CLIENT);
    }

    /**
     * The session, for what writes cannot say. On the event loop only; its {@code recv}, {@code send} and {@code close}
     * are the handler's business. Null before the handler was added.
     */
    public Http2Session session() {
        return session;
    }

    /**
     * What was written as DATA or as a body and waits to be sent, in octets as {@link
     * Http2SessionHandlerBuilder#maxPendingBytes} counts them. On the event loop only.
     */
    public long pendingBytes() {
        return writes.pendingBytes();
    }

    /**
     * What is current in the session. Any thread; fails when the event loop has shut down.
     */
    public Future<Http2SessionSnapshot> snapshot() {
        return ctx.executor().submit(this::takeSnapshot);
    }

    private Http2SessionSnapshot takeSnapshot() {
        return new Http2SessionSnapshot(
                session.activeStreams(),
                session.pendingRequests(),
                session.outboundQueueSize(),
                writes.pendingBytes(),
                session.localWindow(0),
                session.effectiveReceived(0),
                session.remoteWindow(0),
                session.encoderTableSize(),
                session.decoderTableSize(),
                session.roundTripNanos(),
                !gate.stopped(),
                ctx.channel().isWritable());
    }

    /**
     * Goes on after the application's listener answered {@link io.h2session.api.ReceiveAnswer#PAUSE}. Any thread; does
     * nothing when the session is not paused.
     */
    public void resumeReceiving() {
        ChannelHandlerContext context = ctx;
        if (context == null) {
            return;
        }
        if (!context.executor().inEventLoop()) {
            context.executor().execute(this::resumeReceiving);
        } else if (gate.stopped() && !repliesOwed && !turnOver) {
            reopenGate();
        }
    }

    /**
     * How our output is ended when the session is over, for a handler that does not stand next to the transport and cannot
     * end it by itself: TLS has its close_notify. By default the output is then only ended by closing the channel, which
     * can take back what the peer has not read. Called at most once, when everything has been written; on the event loop.
     */
    public void outputCloser(Runnable closeOutput) {
        closing.outputCloser(closeOutput);
    }

    /**
     * Who says which authorities may be asked for, unless the builder was told: for what adds this handler and knows the
     * connection, as the negotiation of TLS does. On the event loop, before the first request.
     *
     * @see Http2SessionHandlerBuilder#authorityVerifier
     */
    public void defaultAuthorityVerifier(Http2AuthorityVerifier verifier) {
        events.defaultAuthorityVerifier(verifier);
    }

    /**
     * Goes on from HTTP/1.1 after the response that switched protocols was written (RFC 7540 section 3.2, {@code
     * nghttp2_session_upgrade2}): the request is fired as that of stream 1, whole. Servers only, before anything was
     * received; on the event loop. Settings the peer must not send end the session.
     *
     * @param settingsPayload what the field {@code HTTP2-Settings} said, decoded
     * @param request as HTTP/2 would have it, pseudo-header fields first
     * @throws io.h2session.api.Http2SubmitException as {@link Http2Session#upgrade}
     */
    public void upgrade(byte[] settingsPayload, HeaderList request) {
        if (role != Http2Role.SERVER) {
            throw new IllegalStateException("only a server goes on from HTTP/1.1");
        }
        begun = true;
        Http2StreamHandle stream = new Http2StreamHandle(writes, 1);
        boolean head = HEAD.equals(request.value(HeaderToken.METHOD));
        reading = true;
        inSession = true;
        try {
            closing.result(session.upgrade(settingsPayload, head, stream));
        } finally {
            inSession = false;
            reading = false;
        }
        finishGoing();
        if (!closing.over()) {
            reading = true;
            if (session.terminationReason() == null) {
                events.upgraded(session, stream, request);
            }
            channelReadComplete(ctx);
        }
    }

    // ---- life ------------------------------------------------------------------------------------------------------

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        if (context.executor() != context.channel().eventLoop()) {
            throw new IllegalStateException("a session runs on its channel's event loop, not on another executor");
        }
        ctx = context;
        consumedBytes.executor(context.executor());
        gate.context(context);
        pieces.context(context);
        watch.context(context);
        sink.context(context);
        closing.context(context);
        timer.context(context);
        FrameLog log = frameLog();
        events.context(context, log);
        Http2SessionOptions.Builder own = options.toBuilder().clock(clock);
        if (log != null) {
            own.metrics(log);
        }
        session = new Http2Session(role, own.build(), events, context.alloc());
        writes.session(session);
        if (context.channel().isActive()) {
            // In a turn of its own. A ChannelInitializer that is adding handlers still stands in front: it would take a
            // transport that fails for a failure of its own, and log it.
            scheduleLater();
        }
    }

    /** The log of this session's frames; null if they are not logged. */
    private FrameLog frameLog() {
        if (frameLogger == null || frameLogLevel == null || !frameLogger.isEnabled(frameLogLevel)) {
            return null;
        }
        FrameLog log = new FrameLog(frameLogger, frameLogLevel, options.metrics());
        log.channel(ctx.channel());
        return log;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        begun = true;
        send();
        context.fireChannelActive();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        transportGone();
        context.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        if (session != null) {
            removed = true;
            transportGone();
        }
    }

    private void transportGone() {
        if (inSession) {
            // It closed while it was written to: let the session finish its sentence.
            goneWhileBusy = true;
            return;
        }
        takeAllTurns();
        boolean closes = removed && closing.closesChannel();
        closing.transportGone();
        timer.cancel();
        gate.discard();
        pieces.discard();
        sink.discard();
        writes.fail(closing.endedCause());
        if (closes) {
            // Removed, but the channel was to be closed, and nobody else would.
            ctx.close();
        }
    }

    /** The session is over: what it holds is given back, what the channel still brings is thrown away. */
    void releaseAll() {
        session.close();
        turnOver = false;
        writes.fail(closing.endedCause());
        gate.discard();
        if (gate.stopped()) {
            gate.open();
            gate.restoreReading();
        }
    }

    /** What was written and the transport has not taken. */
    long unwrittenBytes() {
        return sink.unwrittenBytes();
    }

    /** Whether a send is deferred to the end of what is going on. */
    boolean busy() {
        return reading || sending || inSession;
    }

    BodyPieces pieces() {
        return pieces;
    }

    ConsumedBytes consumedBytes() {
        return consumedBytes;
    }

    SessionClosing closing() {
        return closing;
    }

    Channel channel() {
        return ctx.channel();
    }

    void fire(Http2SessionEvent event) {
        events.fireUser(event);
    }

    /** Whether the session is over: nothing more is received or submitted. */
    boolean over() {
        return closing.over();
    }

    /** What writes fail with when it is over. */
    Throwable endedCause() {
        return closing.endedCause();
    }

    // ---- in --------------------------------------------------------------------------------------------------------

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof ByteBuf in)) {
            context.fireChannelRead(message);
            return;
        }
        begun = true;
        if (!reading) {
            reading = true;
            beginTurn();
        }
        if (closing.over()) {
            in.release();
            closing.discarded();
        } else if (inSession || gate.stopped() || gate.hasKept()) {
            if (!gate.keep(in)) {
                session.terminate(ErrorCode.INTERNAL_ERROR.code());
                gate.discard();
            }
        } else {
            receive(in);
        }
    }

    /** Gives octets to the session; owns them. */
    private void receive(ByteBuf in) {
        boolean kept = false;
        try {
            Http2SessionResult result = recv(in);
            while (result == Http2SessionResult.REPLIES_OWED && !closing.over()) {
                int before = in.readerIndex();
                sendNow();
                if (closing.over()) {
                    return;
                }
                result = recv(in);
                if (in.readerIndex() == before) {
                    break;
                }
            }
            if (closing.over()) {
                return;
            }
            if (result == Http2SessionResult.TURN_OVER) {
                gate.stop();
                gate.keepRest(in);
                kept = true;
                scheduleTurn();
            } else if (result == Http2SessionResult.PAUSED || result == Http2SessionResult.REPLIES_OWED) {
                repliesOwed = result == Http2SessionResult.REPLIES_OWED;
                gate.stop();
                gate.keepRest(in);
                kept = true;
            } else if (result.fatal()) {
                sendNow();
            }
        } finally {
            if (!kept) {
                in.release();
            }
        }
    }

    private Http2SessionResult recv(ByteBuf in) {
        Http2SessionResult result;
        inSession = true;
        try {
            result = session.recv(in);
            while (result == Http2SessionResult.TURN_OVER && goneWhileBusy) {
                // No other turn will come.
                session.turn(Integer.MAX_VALUE, Integer.MAX_VALUE);
                result = session.recv(in);
            }
        } catch (RuntimeException | Error failure) {
            result = closing.failed(failure);
        } finally {
            inSession = false;
        }
        turnOver = result == Http2SessionResult.TURN_OVER;
        if (result == Http2SessionResult.PAUSED) {
            pieces.paused();
        }
        closing.result(result);
        finishGoing();
        if (!consumedBytes.isEmpty() && !closing.over()) {
            consumedBytes.apply(session);
        }
        return result;
    }

    /** Octets of the session were not written: nothing can follow them. */
    void writeFailed(Throwable cause) {
        if (writeFailure == null) {
            writeFailure = cause;
            writeFailureOwed = true;
            sink.fail();
            if (!inSession && !sending) {
                endUnwritten();
            }
        }
    }

    private void endUnwritten() {
        if (writeFailureOwed) {
            writeFailureOwed = false;
            closing.writeFailed(writeFailure);
        }
    }

    // ---- turns -----------------------------------------------------------------------------------------------------

    private void beginTurn() {
        clock.freeze();
        session.turn(maxFramesPerTurn, maxNewStreamsPerTurn);
    }

    /** Whether what was read waits for the loop's next turn. */
    boolean turnOver() {
        return turnOver;
    }

    private void scheduleTurn() {
        // Tasks that are executed and not scheduled may all be run before the loop looks at its other channels again.
        ctx.executor().schedule(nextTurn, 0, TimeUnit.NANOSECONDS);
    }

    private void nextTurn() {
        if (!turnOver || ctx.isRemoved()) {
            return;
        }
        if (inSession) {
            // A callback runs the loop's tasks.
            turnMissed = true;
            return;
        }
        turnOver = false;
        reopenGate();
        if (!reading) {
            finishGoing();
        }
    }

    /** No other turn will come: what was read is processed now. */
    private void takeAllTurns() {
        while (!closing.over() && (turnOver || (gate.hasKept() && !gate.stopped()))) {
            turnOver = false;
            reopenGate();
        }
    }

    private void finishGoing() {
        if (!sending) {
            endUnwritten();
        }
        if (goneWhileBusy) {
            goneWhileBusy = false;
            transportGone();
        } else if (inputEndedWhileBusy && !turnOver) {
            inputEndedWhileBusy = false;
            closing.inputEnded();
        }
    }

    /** What was kept goes to the session; if that does not stop it again, the channel reads on. */
    private void reopenGate() {
        gate.open();
        repliesOwed = false;
        boolean wasReading = reading;
        reading = true;
        if (!wasReading) {
            beginTurn();
        }
        for (ByteBuf in = gate.takeKept(); in != null; in = gate.takeKept()) {
            receive(in);
            if (gate.stopped()) {
                break;
            }
        }
        if (!wasReading) {
            endReading();
            clock.unfreeze();
        }
        if (!gate.stopped()) {
            gate.restoreReading();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        endReading();
        if (gate.hasKept() && !gate.stopped() && !inSession) {
            reopenGate();
        }
        if (!inSession) {
            finishGoing();
        }
        if (closing.over()) {
            closing.readOn();
        } else {
            gate.readComplete();
            suspendInput(gate.unread());
        }
        clock.unfreeze();
    }

    private void endReading() {
        pieces.readComplete();
        ctx.fireChannelReadComplete();
        reading = false;
        if (flushWanted || session.wantWrite() || !consumedBytes.isEmpty() || writes.hasWritabilityChanges()) {
            send();
        } else {
            look();
        }
    }

    /** What was held back of bodies may be fired: at the end of the read, or else in a turn of its own. */
    void deliverSoon() {
        if (!reading && !deliverScheduled) {
            deliverScheduled = true;
            ctx.executor().execute(deliver);
        }
    }

    private void deliver() {
        deliverScheduled = false;
        // In a callback that runs the loop's tasks it has to wait for the timer.
        if (!reading && !inSession && !ctx.isRemoved() && !closing.over()) {
            reading = true;
            endReading();
        }
    }

    /** While nobody reads, the peer cannot be blamed for what does not arrive. */
    private void suspendInput(boolean suspended) {
        if (inputSuspended != suspended) {
            inputSuspended = suspended;
            session.inputSuspended(suspended);
            timer.look();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        context.fireUserEventTriggered(event);
        if (InputEnd.isToldBy(event, context)) {
            inputEnded();
        }
    }

    /** TLS tells of it in the middle of a read: what was read before is answered first. */
    private void inputEnded() {
        if (inSession || reading || turnOver) {
            inputEndedWhileBusy = true;
        } else {
            closing.inputEnded();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException || cause.getCause() instanceof IOException) {
            closing.transportFailed(cause);
        } else {
            context.fireExceptionCaught(cause);
        }
    }

    // ---- out -------------------------------------------------------------------------------------------------------

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof Http2SessionWrite write) {
            writes.write(write, promise);
            fireWritability();
        } else {
            writes.refuse(message, promise, new UnsupportedMessageTypeException(message, Http2SessionWrite.class));
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void flush(ChannelHandlerContext context) {
        flushWanted = true;
        if (begun) {
            send();
        }
    }

    @Override
    public void read(ChannelHandlerContext context) {
        gate.read();
        suspendInput(false);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (context.channel().isWritable()) {
            send();
        }
        context.fireChannelWritabilityChanged();
    }

    /** Lets the session send, now or, while octets are read, when that is done. */
    void send() {
        if (!reading) {
            sendNow();
        }
    }

    /** Lets the session send at the end of what is going on, or else in a turn of its own. */
    void sendSoon() {
        if (sending || inSession) {
            again = true;
        } else if (!reading) {
            scheduleLater();
        }
    }

    private void sendNow() {
        if (sending || inSession) {
            again = true;
            return;
        }
        if (closing.over()) {
            look();
            return;
        }
        sending = true;
        sentOctets = false;
        Http2SessionResult result;
        try {
            sink.beginTurn();
            int rounds = 0;
            do {
                again = false;
                result = sendOnce();
            } while (goesOn(result) && ++rounds < MAX_ROUNDS);
            if (closing.owesGoAway()) {
                sendOnce();
            }
        } finally {
            sending = false;
        }
        endUnwritten();
        if (goesOnLater(result)) {
            scheduleLater();
        }
        look();
        if (repliesOwed && sentOctets && gate.stopped() && !closing.over() && !reading) {
            reopenGate();
        }
    }

    private Http2SessionResult sendOnce() {
        consumedBytes.apply(session);
        Http2SessionResult result;
        inSession = true;
        try {
            result = session.send(sink);
        } catch (RuntimeException | Error failure) {
            result = closing.failed(failure);
        } finally {
            inSession = false;
        }
        if (result == Http2SessionResult.OK) {
            writes.drained();
        }
        boolean wrote = sink.finish();
        sentOctets |= wrote;
        if (wrote || flushWanted) {
            flushWanted = false;
            ctx.flush();
        }
        closing.result(result);
        finishGoing();
        fireWritability();
        return result;
    }

    private void fireWritability() {
        for (Http2StreamHandle one = writes.takeWritabilityChange();
                one != null;
                one = writes.takeWritabilityChange()) {
            // StreamClosed is the last that is told of a stream.
            if (!one.closed) {
                events.fireUser(new Http2SessionEvent.StreamWritability(one, one.isWritable()));
            }
        }
    }

    private boolean goesOn(Http2SessionResult result) {
        if (sink.turnIsOver() || closing.over()) {
            return false;
        }
        return again || (result == Http2SessionResult.WOULDBLOCK && sink.writableBytes() > 0);
    }

    private boolean goesOnLater(Http2SessionResult result) {
        return !closing.over()
                && (again
                        || (result == Http2SessionResult.WOULDBLOCK
                                && ctx.channel().bytesBeforeUnwritable() > 0));
    }

    private void scheduleLater() {
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

    /** Does something of the session's on the event loop, whichever thread asks for it. */
    void onLoop(Runnable task) {
        if (ctx.executor().inEventLoop()) {
            task.run();
            return;
        }
        try {
            ctx.executor().execute(task);
        } catch (RejectedExecutionException loopIsGone) {
            // So is the session.
        }
    }

    // ---- time ------------------------------------------------------------------------------------------------------

    private void look() {
        closing.look();
        timer.look();
        if (turnMissed) {
            turnMissed = false;
            scheduleTurn();
        }
    }

    /** Something may be due earlier than before. */
    void lookAtTime() {
        timer.look();
    }

    /** The timer fired. */
    void timePassed() {
        if (inSession) {
            // A callback ran the loop's tasks: the timer is set again when the session's call is done.
            return;
        }
        clock.unfreeze();
        suspendInput(gate.unread());
        Http2SessionResult result;
        inSession = true;
        try {
            result = session.checkDeadlines();
        } catch (RuntimeException | Error failure) {
            result = closing.failed(failure);
        } finally {
            inSession = false;
        }
        closing.result(result);
        finishGoing();
        if (pieces.nextDeadline() <= session.time() && !reading) {
            reading = true;
            pieces.expire();
            endReading();
        }
        closing.expire();
        send();
        timer.look();
    }

    // ---- closing ---------------------------------------------------------------------------------------------------

    @Override
    public void close(ChannelHandlerContext context, ChannelPromise promise) {
        closing.close(promise);
        timer.look();
    }

    @Override
    public void disconnect(ChannelHandlerContext context, ChannelPromise promise) {
        closing.close(promise);
        timer.look();
    }

    static Throwable closedChannel(Throwable cause) {
        ClosedChannelException closed = new ClosedChannelException();
        if (cause != null) {
            closed.initCause(cause);
        }
        return closed;
    }
}
