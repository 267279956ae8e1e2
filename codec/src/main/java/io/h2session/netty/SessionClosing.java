package io.h2session.netty;

import io.h2session.Http2Session;
import io.h2session.api.Http2EndedBy;
import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionResult;
import io.h2session.frame.ErrorCode;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Ends the session, and closes its channel afterwards.
 *
 * <pre>
 *   RUNNING ── close() ─► DRAINING ── streams finished ─────────────► OVER ── flushed, read out ─► channel closed
 *      │                     │  notice, PING, GOAWAY                   ▲
 *      │                     ├── too late: streams are reset, GOAWAY ──┤
 *      │                     └── close() again: the same, and the channel is closed within a second, or with another close()
 *      └── error, terminate, peer's GOAWAY and nothing left ───────────┘
 * </pre>
 *
 * The operating system resets a channel that is closed with unread bytes, and what the peer has not read yet is lost. So
 * whatever ends the session, the output is ended, and the peer's bytes are read and discarded until the peer closes, or until
 * {@code closeLinger}. If the output cannot be ended alone, they are read until the peer has been silent for a while. After an
 * orderly end that time begins anew as long as the peer takes or sends something, so that a slow reader gets what the kernel
 * holds for it. A client that has finished in good order does not wait: its last bytes do not matter to anyone.
 */
final class SessionClosing {
    /**
     * How long the peer has to be silent before a channel is closed that cannot be half-closed; and how long it has to take the
     * goodbye when the application no longer waits.
     */
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long NEVER = Long.MAX_VALUE;

    private final ChannelHandlerContext ctx;
    private final Http2Session session;
    private final HandlerSettings settings;
    private final Duration timeout;
    private final Duration linger;
    private final boolean server;
    private final SessionEnd end;
    private final GracefulShutdown shutdown;
    private final SendLoop sender;
    private final ChannelSink sink;
    private final FramePromises promises;
    private final ReadGate gate;
    private final FactUpdates facts;
    private final SessionTimer timer;

    /** A write of the session's bytes failed, and the channel is still open. */
    private boolean unwritten;

    private boolean closeWanted;

    /** The connection is shut down because it has served long enough, and not because of a close(). */
    private boolean retiring;

    /** The application no longer waits: it has called close() twice, or graceful shutdown is off. */
    private boolean hasty;

    /** The session came to its end in good order. */
    private boolean orderly;

    private boolean flushed;
    private boolean discarding;
    private boolean inputEnded;

    // When the channel is closed, by the time of the session.
    private long lingerDue = NEVER;
    private long quietDue = NEVER;

    /** Until when the time to linger may begin anew. */
    private long lingerEnd;

    /** What the transport still had to take at the last look. */
    private long unwrittenBytes;

    /** Whether the peer has sent something since then. */
    private boolean heard;

    SessionClosing(
            ChannelHandlerContext ctx,
            Http2Session session,
            HandlerSettings settings,
            SessionEnd end,
            GracefulShutdown shutdown,
            SendLoop sender,
            ChannelSink sink,
            FramePromises promises,
            ReadGate gate,
            FactUpdates facts,
            SessionTimer timer) {
        this.ctx = ctx;
        this.session = session;
        this.settings = settings;
        timeout = settings.gracefulShutdownTimeout;
        linger = settings.closeLinger;
        server = settings.role == Http2Role.SERVER;
        this.end = end;
        this.shutdown = shutdown;
        this.sender = sender;
        this.sink = sink;
        this.promises = promises;
        this.gate = gate;
        this.facts = facts;
        this.timer = timer;
    }

    // ---- the application closes ------------------------------------------------------------------------------------

    /** The application closes the channel: the first time gracefully, the second time at once. */
    void close(ChannelPromise promise) {
        Channel channel = ctx.channel();
        if (!channel.isActive()) {
            ctx.close(promise);
            return;
        }
        if (!promise.isVoid()) {
            channel.closeFuture().addListener(closed -> promise.trySuccess());
        }
        if (end.running() && !timeout.isZero() && end.fatal() == null) {
            shutdown.begin(session, timeout);
            sender.send();
        } else if (retiring && !timeout.isZero() && end.draining()) {
            // The first close() of the application is graceful, though GOAWAY was sent before.
            retiring = false;
            shutdown.limit(timeout);
        } else {
            closeNow();
        }
    }

    /** Whether the connection is not ending. */
    boolean open() {
        return end.running() && end.fatal() == null && ctx.channel().isActive();
    }

    /**
     * The connection has served long enough: it is shut down gracefully, unless it is ending already.
     *
     * @param grace how long its streams may go on; zero if there is no limit
     */
    void retire(Duration grace) {
        if (open()) {
            retiring = true;
            shutdown.begin(session, grace);
            sender.send();
        }
    }

    /** Too late: the streams that are left are reset. The channel is closed as after an error, so that the peer is informed. */
    private void cutShort() {
        if (session.activeStreams() > 0) {
            session.shutdownTimedOut();
        } else {
            session.terminate(ErrorCode.NO_ERROR.code());
        }
        sender.send();
    }

    /**
     * Sends the goodbye and closes when that is done. If streams are cut, or something waits to be written, the peer gets a moment
     * to take it; the next close() does not wait for that.
     */
    private void closeNow() {
        if (!hasty && !end.broken() && !linger.isZero() && peerHasToTakeSomething()) {
            lingerDue = Math.min(lingerDue, session.time() + Math.min(linger.toNanos(), QUIET_NANOS));
        } else {
            closeWanted = true;
        }
        hasty = true;
        if (!end.over() && !end.broken()) {
            session.terminate(ErrorCode.NO_ERROR.code());
            sender.send();
        }
        if (!sender.busy()) {
            endIfDone();
        }
    }

    private boolean peerHasToTakeSomething() {
        return end.over() || session.activeStreams() > 0 || sink.unwrittenBytes() > 0;
    }

    // ---- the session ends ------------------------------------------------------------------------------------------

    /** Ends the session if it has nothing more to do. Called after each send, and after a read that needed none. */
    void endIfDone() {
        if (!end.over()) {
            endSessionIfDone();
        }
        if (closeWanted) {
            closeWanted = false;
            ctx.close();
        }
    }

    private void endSessionIfDone() {
        Http2SessionResult fatal = end.fatal();
        if (end.broken()) {
            endSession(fatal);
            ctx.close();
        } else if (session.terminated() || (fatal != null && !session.wantWrite())) {
            endSession(fatal == null ? Http2SessionResult.OK : fatal);
            endOutput(false);
        } else if (fatal != null || session.terminationReason() != null) {
            startLingering();
        } else if (!session.wantRead() && !session.wantWrite()) {
            endSession(Http2SessionResult.OK);
            endOutput(true);
        }
    }

    /** The transport is gone. */
    void transportGone() {
        closeWanted = false;
        if (!end.over()) {
            end.channelClosed();
            endSession(fatalOr(Http2SessionResult.EOF));
        }
        end.channelClosed();
        shutdown.cancel();
        lingerDue = NEVER;
        quietDue = NEVER;
    }

    private Http2SessionResult fatalOr(Http2SessionResult other) {
        return end.fatal() == null ? other : end.fatal();
    }

    /** Whether the channel is about to be closed. */
    boolean closesChannel() {
        return closeWanted || end.draining() || lingerDue != NEVER;
    }

    private void endSession(Http2SessionResult result) {
        end.markOver();
        String terminated = session.terminationReason();
        if (unwritten && end.fatal() == null) {
            session.writeFailed();
        }
        session.close();
        promises.fail(end.endedCause());
        discardInput();
        Http2EndedBy by = session.endedBy();
        Http2SessionResult reported = result == Http2SessionResult.OK && terminated != null ? resultFor(by) : result;
        facts.tell();
        Throwable cause = session.failureCause() == null ? end.cause() : session.failureCause();
        ctx.fireUserEventTriggered(
                new Http2SessionEvent.SessionEnded(reported, session.terminationReason(), by, cause));
        if (result == Http2SessionResult.CALLBACK_FAILURE && cause != null) {
            ctx.fireExceptionCaught(cause);
        }
    }

    // What the channel still brings is read and discarded.
    private void discardInput() {
        gate.discard();
        if (gate.stopped()) {
            gate.open();
            gate.restoreReading();
        }
    }

    // In nghttp2's way the calls of the session answer OK, whichever end terminated it.
    private static Http2SessionResult resultFor(Http2EndedBy by) {
        return switch (by) {
            case PEER -> Http2SessionResult.PEER_FAULT;
            case TIMEOUT -> Http2SessionResult.TIMED_OUT;
            case LOCAL, TRANSPORT -> Http2SessionResult.OK;
        };
    }

    // ---- the channel after it --------------------------------------------------------------------------------------

    /** @param good whether there was no error to report to the peer */
    private void endOutput(boolean good) {
        orderly = good;
        if (ctx.isRemoved() || !ctx.channel().isActive()) {
            // An application handler closed the channel, or removed this handler, in reply to SessionEnded.
            return;
        }
        startLingering();
        ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> flushed());
        readOn();
    }

    private void flushed() {
        flushed = true;
        Channel channel = ctx.channel();
        boolean halves = channel instanceof DuplexChannel;
        if (inputEnded || linger.isZero() || (orderly && !(server && halves))) {
            ctx.close();
        } else if (settings.outputCloser != null) {
            settings.outputCloser.run();
        } else if (halves && channel.isActive() && ctx.pipeline().firstContext() == ctx) {
            // If there are handlers below (TLS), the end of the transport is theirs to announce.
            ((DuplexChannel) channel).shutdownOutput();
        } else if (channel.isActive() && !ctx.isRemoved()) {
            discarding = true;
            closeWhenQuiet();
        }
    }

    /** Bytes of the peer were discarded: it may not have received the goodbye yet. */
    void discarded() {
        heard = true;
        if (discarding) {
            closeWhenQuiet();
        }
    }

    // The output cannot be ended alone: the channel is closed when the peer has been silent for a round trip and more.
    private void closeWhenQuiet() {
        quietDue = session.time() + QUIET_NANOS;
        timer.fireBy(quietDue);
    }

    private void startLingering() {
        if (lingerDue == NEVER) {
            long now = session.time();
            long shutdownDue = shutdown.shutdownDue();
            lingerDue = now + linger.toNanos();
            lingerEnd = (shutdownDue == NEVER ? now + timeout.toNanos() : shutdownDue) + linger.toNanos();
            unwrittenBytes = sink.unwrittenBytes();
            heard = false;
        }
    }

    // The kernel's buffers cannot be seen; the WINDOW_UPDATE frames of a slow reader show that it takes something.
    private boolean lingersOn(long now) {
        long left = sink.unwrittenBytes();
        boolean alive = heard || left < unwrittenBytes;
        unwrittenBytes = left;
        heard = false;
        if (!alive || !orderly || hasty || now >= lingerEnd) {
            return false;
        }
        lingerDue = Math.min(now + linger.toNanos(), lingerEnd);
        return true;
    }

    /** Reads on if autoRead is off: the application does not read what is discarded. */
    void readOn() {
        if (!ctx.channel().config().isAutoRead()) {
            ctx.read();
        }
    }

    // ---- time ------------------------------------------------------------------------------------------------------

    /** When {@link #expire} has something to do, by the time of the session. */
    long nextDeadline() {
        return Math.min(shutdown.nextDeadline(), Math.min(lingerDue, quietDue));
    }

    /** Does what is due. */
    void expire() {
        if (shutdown.expirePing(session)) {
            sender.send();
        }
        if (shutdown.expireShutdown()) {
            cutShort();
        }
        long now = session.time();
        if (quietDue <= now || (lingerDue <= now && !lingersOn(now))) {
            lingerDue = NEVER;
            quietDue = NEVER;
            ctx.close();
        }
    }

    // ---- the transport ends ----------------------------------------------------------------------------------------

    /** The peer sends nothing more: the session cannot go on. */
    void inputEnded() {
        inputEnded = true;
        if (!end.over()) {
            endSession(fatalOr(Http2SessionResult.EOF));
            ctx.close();
        } else if (flushed) {
            ctx.close();
        }
    }

    /** A write of the session's bytes failed. If that has closed the channel, the transport reports it. */
    void writeFailed(Throwable failure) {
        end.transportFailed(failure);
        if (ctx.channel().isActive()) {
            if (!end.over()) {
                unwritten = true;
                end.channelClosed();
                endSession(fatalOr(Http2SessionResult.EOF));
            }
            ctx.close();
        }
    }

    /** The transport has reported an error. */
    void transportFailed(Throwable failure) {
        end.transportFailed(failure);
        ctx.close();
    }
}
