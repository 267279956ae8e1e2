package io.h2session.netty;

import io.h2session.Http2Session;
import io.h2session.api.Http2EndedBy;
import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionResult;
import io.h2session.api.NotSentReason;
import io.h2session.frame.ErrorCode;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How a session ends, and its channel after it.
 *
 * <pre>
 *   RUNNING ── close() ─► DRAINING ── streams finished ─────────────► OVER ── flushed, read out ─► channel closed
 *      │                     │  notice, PING, GOAWAY                   ▲
 *      │                     ├── too late: streams are reset, GOAWAY ──┤
 *      │                     └── close() again: the same, and the channel is closed within a second, or with another close()
 *      └── error, terminate, peer's GOAWAY and nothing left ───────────┘
 * </pre>
 *
 * A channel that is closed with octets unread is reset by the operating system, and what the peer has not read yet is
 * lost. So whatever ends the session, the output is ended, and the peer's octets are read and thrown away until it closes
 * too, or until {@code closeLinger}; without a way to end the output alone, until it has been silent for a while. After an
 * orderly end that time begins anew as long as the peer takes or sends something, so that a slow reader gets what the kernel
 * holds for it. A client that is done in good order does not wait: nobody needs its last octets.
 */
final class SessionClosing {
    /**
     * How long the peer may take to answer the PING that follows the shutdown notice, since that was written: longer than any
     * round trip. At most half of what the whole shutdown may take.
     */
    private static final long PING_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(5);

    /**
     * How long the peer has to be silent before a channel is closed that cannot be half-closed; and how long it has to take what
     * was said last when the application waits no longer.
     */
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** The octets of that PING: nothing an application would choose. */
    private static final long DRAIN_PING = 0x6832_7365_7373_696fL;

    private static final long NEVER = Long.MAX_VALUE;

    private enum Stage {
        RUNNING,
        DRAINING,
        OVER
    }

    private final Http2SessionHandler handler;
    private final Duration timeout;
    private final Duration linger;
    private final boolean server;
    private ChannelHandlerContext ctx;
    private Runnable outputCloser;
    private Stage stage = Stage.RUNNING;

    /** The session gave up; its last send emits the GOAWAY. */
    private Http2SessionResult fatal;

    /** The session threw, or the transport did. */
    private Throwable cause;

    private boolean broken;

    private boolean awaitsPing;

    /** A GOAWAY, or the notice of one, is queued, and the PING has to wait until it is sent. */
    private boolean awaitsNotice;

    private boolean goAwaySent;
    private boolean goAwayReceived;
    private boolean unwritten;
    private boolean closeWanted;

    /** The application waits for nothing more. */
    private boolean hasty;

    /** The session came to its end in good order. */
    private boolean orderly;

    private boolean flushed;
    private boolean discarding;
    private boolean inputEnded;
    private Throwable endedCause;

    // When each of these is due, by the session's time.
    private long pingDue = NEVER;
    private long shutdownDue = NEVER;
    private long lingerDue = NEVER;
    private long quietDue = NEVER;

    /** To when the time to linger may begin anew. */
    private long lingerEnd;

    /** What the transport still had to take when that was looked at last. */
    private long unwrittenBytes;

    /** Whether the peer has sent something since then. */
    private boolean heard;

    SessionClosing(Http2SessionHandler handler, Http2SessionHandlerBuilder builder) {
        this.handler = handler;
        timeout = builder.gracefulShutdownTimeout;
        linger = builder.closeLinger;
        server = builder.role == Http2Role.SERVER;
    }

    void context(ChannelHandlerContext context) {
        ctx = context;
    }

    void outputCloser(Runnable closeOutput) {
        outputCloser = closeOutput;
    }

    boolean over() {
        return stage == Stage.OVER;
    }

    /** What writes fail with when it is over. */
    Throwable endedCause() {
        if (endedCause == null) {
            endedCause =
                    new Http2NotSentException(NotSentReason.SESSION_CLOSING, 0, false, "the session is over", null);
        }
        return endedCause;
    }

    // ---- the application closes ------------------------------------------------------------------------------------

    void close(ChannelPromise promise) {
        Channel channel = ctx.channel();
        if (!channel.isActive()) {
            ctx.close(promise);
            return;
        }
        if (!promise.isVoid()) {
            channel.closeFuture().addListener(closed -> promise.trySuccess());
        }
        if (stage == Stage.RUNNING && !timeout.isZero() && fatal == null) {
            beginDraining();
        } else {
            closeNow();
        }
    }

    private void beginDraining() {
        stage = Stage.DRAINING;
        Http2Session session = handler.session();
        shutdownDue = session.time() + timeout.toNanos();
        if (server) {
            session.submitShutdownNotice();
            awaitsPing = true;
            // PING is more urgent than GOAWAY, and must not measure a round trip that begins before it. A client that
            // has said
            // GOAWAY itself opens no streams; in nghttp2's way it is given no notice.
            awaitsNotice = !goAwaySent && !goAwayReceived;
            if (!awaitsNotice) {
                session.submitPing(DRAIN_PING);
            }
        } else {
            submitGoAway();
        }
        handler.send();
    }

    /** A GOAWAY was sent, or the notice of one. */
    void goAwaySent() {
        goAwaySent = true;
        if (awaitsNotice && stage == Stage.DRAINING && handler.session().terminationReason() == null) {
            awaitsNotice = false;
            handler.session().submitPing(DRAIN_PING);
        }
    }

    /** The peer has said GOAWAY. */
    void goAwayReceived() {
        goAwayReceived = true;
    }

    /** Our own PING was sent. Its time is counted from when the transport takes it; null for one of the application's. */
    ChannelPromise pingSent(long opaqueData) {
        if (opaqueData != DRAIN_PING || !awaitsPing) {
            return null;
        }
        ChannelPromise written = ctx.newPromise();
        written.addListener(done -> {
            if (done.isSuccess() && awaitsPing && stage == Stage.DRAINING) {
                pingDue = handler.session().time() + Math.min(PING_TIMEOUT_NANOS, timeout.toNanos() / 2);
                handler.lookAtTime();
            }
        });
        return written;
    }

    /** Whether it was our own PING: what the peer opened before it knew of the notice has arrived. */
    boolean pingAcked(long opaqueData) {
        if (opaqueData != DRAIN_PING || !awaitsPing) {
            return false;
        }
        drain();
        return true;
    }

    private void drain() {
        if (awaitsPing) {
            awaitsPing = false;
            pingDue = NEVER;
            if (stage == Stage.DRAINING) {
                submitGoAway();
                handler.send();
            }
        }
    }

    private void submitGoAway() {
        Http2Session session = handler.session();
        session.submitGoAway(session.lastProcessedStreamId(), ErrorCode.NO_ERROR.code(), new byte[0]);
    }

    /** Too late: the streams that are left are reset. The channel is closed as after an error, so that the peer learns it. */
    private void cutShort() {
        if (handler.session().activeStreams() > 0) {
            handler.session().shutdownTimedOut();
        } else {
            handler.session().terminate(ErrorCode.NO_ERROR.code());
        }
        handler.send();
    }

    /**
     * Says goodbye and closes, when what is going on is done. Where streams are cut, or something waits to be written, the peer
     * gets a moment to take it; the next close() does not wait for that.
     */
    private void closeNow() {
        if (!hasty && !broken && !linger.isZero() && owesLastWords()) {
            long now = handler.session().time();
            lingerDue = Math.min(lingerDue, now + Math.min(linger.toNanos(), QUIET_NANOS));
        } else {
            closeWanted = true;
        }
        hasty = true;
        if (stage != Stage.OVER && !broken) {
            handler.session().terminate(ErrorCode.NO_ERROR.code());
            handler.send();
        }
        if (!handler.busy()) {
            look();
        }
    }

    private boolean owesLastWords() {
        return stage == Stage.OVER || handler.session().activeStreams() > 0 || handler.unwrittenBytes() > 0;
    }

    // ---- the session ends ------------------------------------------------------------------------------------------

    /** The session threw, which it never should: nothing more is asked of it. */
    Http2SessionResult failed(Throwable failure) {
        cause = failure;
        broken = true;
        return Http2SessionResult.CALLBACK_FAILURE;
    }

    /** What a call of the session's returned. */
    void result(Http2SessionResult result) {
        if (result.fatal() && fatal == null) {
            fatal = result;
        }
    }

    /** Whether the session gave up and its GOAWAY has not been sent yet. */
    boolean owesGoAway() {
        return fatal != null && !broken && stage != Stage.OVER;
    }

    /** Looks whether the session is over. Called after each send, and after a read that needed none. */
    void look() {
        if (stage != Stage.OVER) {
            lookAtSession(handler.session());
        }
        if (closeWanted) {
            closeWanted = false;
            ctx.close();
        }
    }

    private void lookAtSession(Http2Session session) {
        if (broken) {
            over(fatal);
            ctx.close();
        } else if (session.terminated() || (fatal != null && !session.wantWrite())) {
            over(fatal == null ? Http2SessionResult.OK : fatal);
            leave(false);
        } else if (fatal != null || session.terminationReason() != null) {
            startLingering();
        } else if (!session.wantRead() && !session.wantWrite()) {
            over(Http2SessionResult.OK);
            leave(true);
        }
    }

    /** The transport is gone. */
    void transportGone() {
        closeWanted = false;
        if (stage != Stage.OVER) {
            endedCause = Http2SessionHandler.closedChannel(cause);
            over(fatal == null ? Http2SessionResult.EOF : fatal);
        }
        endedCause = Http2SessionHandler.closedChannel(cause);
        pingDue = NEVER;
        shutdownDue = NEVER;
        lingerDue = NEVER;
        quietDue = NEVER;
    }

    /** Whether the channel is about to be closed. */
    boolean closesChannel() {
        return closeWanted || stage == Stage.DRAINING || lingerDue != NEVER;
    }

    private void over(Http2SessionResult result) {
        stage = Stage.OVER;
        Http2Session session = handler.session();
        String terminated = session.terminationReason();
        if (unwritten && fatal == null) {
            session.writeFailed();
        }
        handler.releaseAll();
        Http2EndedBy by = session.endedBy();
        Http2SessionResult told = result == Http2SessionResult.OK && terminated != null ? blaming(by) : result;
        Throwable why = session.failureCause() == null ? cause : session.failureCause();
        ctx.fireUserEventTriggered(new Http2SessionEvent.SessionEnded(told, session.terminationReason(), by, why));
        if (result == Http2SessionResult.CALLBACK_FAILURE && why != null) {
            ctx.fireExceptionCaught(why);
        }
    }

    // In nghttp2's way the session's calls answer OK whoever terminated it.
    private static Http2SessionResult blaming(Http2EndedBy by) {
        return switch (by) {
            case PEER -> Http2SessionResult.PEER_FAULT;
            case TIMEOUT -> Http2SessionResult.TIMED_OUT;
            case LOCAL, TRANSPORT -> Http2SessionResult.OK;
        };
    }

    // ---- the channel after it --------------------------------------------------------------------------------------

    /** @param good whether there was no error to tell the peer of */
    private void leave(boolean good) {
        orderly = good;
        if (ctx.isRemoved() || !ctx.channel().isActive()) {
            // Someone was told that the session is over, and has seen to the rest.
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
        } else if (outputCloser != null) {
            outputCloser.run();
        } else if (halves && channel.isActive() && ctx.pipeline().firstContext() == ctx) {
            // With handlers below (TLS) the transport's end is not ours to announce.
            ((DuplexChannel) channel).shutdownOutput();
        } else if (channel.isActive() && !ctx.isRemoved()) {
            discarding = true;
            quietFromNow();
        }
    }

    /** What the peer sent was thrown away: it may not have heard of the end yet. */
    void discarded() {
        heard = true;
        if (discarding) {
            quietFromNow();
        }
    }

    // The output cannot be ended alone: the channel is closed when the peer has been silent for a round trip and more.
    private void quietFromNow() {
        quietDue = handler.session().time() + QUIET_NANOS;
        handler.lookAtTime();
    }

    private void startLingering() {
        if (lingerDue == NEVER) {
            long now = handler.session().time();
            lingerDue = now + linger.toNanos();
            lingerEnd = (shutdownDue == NEVER ? now + timeout.toNanos() : shutdownDue) + linger.toNanos();
            unwrittenBytes = handler.unwrittenBytes();
            heard = false;
        }
    }

    // What is in the kernel cannot be seen: that a slow reader takes it tell its WINDOW_UPDATE frames.
    private boolean lingersOn(long now) {
        long left = handler.unwrittenBytes();
        boolean alive = heard || left < unwrittenBytes;
        unwrittenBytes = left;
        heard = false;
        if (!alive || !orderly || hasty || now >= lingerEnd) {
            return false;
        }
        lingerDue = Math.min(now + linger.toNanos(), lingerEnd);
        return true;
    }

    // ---- time ------------------------------------------------------------------------------------------------------

    /** When {@link #expire} has something to do. */
    long nextDeadline() {
        return Math.min(Math.min(pingDue, shutdownDue), Math.min(lingerDue, quietDue));
    }

    /** Does what is due. */
    void expire() {
        long now = handler.session().time();
        if (pingDue <= now) {
            drain();
        }
        if (shutdownDue <= now) {
            shutdownDue = NEVER;
            cutShort();
        }
        if (quietDue <= now || (lingerDue <= now && !lingersOn(now))) {
            lingerDue = NEVER;
            quietDue = NEVER;
            ctx.close();
        }
    }

    /** Without autoRead nobody else would read what is thrown away. */
    void readOn() {
        if (!ctx.channel().config().isAutoRead()) {
            ctx.read();
        }
    }

    /** The peer will not send anything more: nothing can come of the session. */
    void inputEnded() {
        inputEnded = true;
        if (stage != Stage.OVER) {
            over(fatal == null ? Http2SessionResult.EOF : fatal);
            ctx.close();
        } else if (flushed) {
            ctx.close();
        }
    }

    /** A write failed. If the transport was closed by that, it says so itself. */
    void writeFailed(Throwable failure) {
        if (cause == null) {
            cause = failure;
        }
        if (ctx.channel().isActive()) {
            if (stage != Stage.OVER) {
                unwritten = true;
                endedCause = Http2SessionHandler.closedChannel(cause);
                over(fatal == null ? Http2SessionResult.EOF : fatal);
            }
            ctx.close();
        }
    }

    void transportFailed(Throwable failure) {
        if (cause == null) {
            cause = failure;
        }
        ctx.close();
    }
}
