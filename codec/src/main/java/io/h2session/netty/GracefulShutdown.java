package io.h2session.netty;

import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionContext;
import io.h2session.frame.ErrorCode;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The frames of a graceful shutdown (RFC 9113 section 6.8). A server sends a notice (GOAWAY that excludes no stream), a PING, and,
 * when the PING is answered, the GOAWAY with the last stream: by then the requests that the peer sent before it received the
 * notice have arrived. A client opens no more streams and sends GOAWAY at once.
 */
final class GracefulShutdown {
    static final long NEVER = Long.MAX_VALUE;

    /**
     * How long the peer may take to answer the PING, counted from when the transport took it: longer than any round trip. At most
     * half of the time of the whole shutdown.
     */
    private static final long PING_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** The opaque data of the PING: a value that no application would choose. */
    private static final long DRAIN_PING = 0x6832_7365_7373_696fL;

    private final ChannelHandlerContext ctx;
    private final boolean server;
    private final LongSupplier time;
    private final SessionEnd end;
    private final SessionTimer timer;

    private boolean awaitsPing;

    /** A GOAWAY, or the notice of one, is queued, and the PING has to wait until it is sent. */
    private boolean awaitsNotice;

    private boolean goAwaySent;
    private boolean goAwayReceived;
    private long pingDue = NEVER;
    private long shutdownDue = NEVER;

    /** How long the PING may take. */
    private long pingNanos;

    /** @param time the time of the session */
    GracefulShutdown(
            ChannelHandlerContext ctx,
            HandlerSettings settings,
            LongSupplier time,
            SessionEnd end,
            SessionTimer timer) {
        this.ctx = ctx;
        server = settings.role == Http2Role.SERVER;
        this.time = time;
        this.end = end;
        this.timer = timer;
    }

    /**
     * Queues the first frames.
     *
     * @param timeout how long the streams may go on; zero if there is no limit
     */
    void begin(Http2SessionContext session, Duration timeout) {
        end.beginDraining();
        pingNanos = PING_TIMEOUT_NANOS;
        limit(timeout);
        if (!server) {
            submitGoAway(session);
            return;
        }
        session.submitShutdownNotice();
        awaitsPing = true;
        // PING overtakes GOAWAY in the queue, and must not measure a round trip that begins before the notice. A
        // client that has sent GOAWAY opens no streams; in nghttp2's way it is sent no notice.
        awaitsNotice = !goAwaySent && !goAwayReceived;
        if (!awaitsNotice) {
            session.submitPing(DRAIN_PING);
        }
    }

    /** The streams may go on for that long from now, unless they had less time before; zero changes nothing. */
    void limit(Duration timeout) {
        if (!timeout.isZero()) {
            pingNanos = Math.min(pingNanos, timeout.toNanos() / 2);
            shutdownDue = Math.min(shutdownDue, time.getAsLong() + timeout.toNanos());
            timer.fireBy(shutdownDue);
        }
    }

    /** A GOAWAY was sent, or the notice of one. */
    void goAwaySent(Http2SessionContext session) {
        goAwaySent = true;
        if (awaitsNotice && end.draining() && session.terminationReason() == null) {
            awaitsNotice = false;
            session.submitPing(DRAIN_PING);
        }
    }

    /** The peer has sent GOAWAY. */
    void goAwayReceived() {
        goAwayReceived = true;
    }

    /** A PING was sent. Answers what to complete when the transport has taken it, if it is that of the shutdown; else null. */
    ChannelPromise pingSent(long opaqueData) {
        if (opaqueData != DRAIN_PING || !awaitsPing) {
            return null;
        }
        ChannelPromise written = ctx.newPromise();
        written.addListener(done -> {
            if (done.isSuccess() && awaitsPing && end.draining()) {
                pingDue = time.getAsLong() + pingNanos;
                timer.fireBy(pingDue);
            }
        });
        return written;
    }

    /** A PING was answered. Whether it was that of the shutdown; then the GOAWAY is queued. */
    boolean pingAcked(Http2SessionContext session, long opaqueData) {
        if (opaqueData != DRAIN_PING || !awaitsPing) {
            return false;
        }
        announceLastStream(session);
        return true;
    }

    /** Queues the GOAWAY if the PING was not answered in time. Whether anything was queued. */
    boolean expirePing(Http2SessionContext session) {
        return pingDue <= time.getAsLong() && announceLastStream(session);
    }

    private boolean announceLastStream(Http2SessionContext session) {
        if (!awaitsPing) {
            return false;
        }
        awaitsPing = false;
        pingDue = NEVER;
        if (end.draining()) {
            submitGoAway(session);
            return true;
        }
        return false;
    }

    private static void submitGoAway(Http2SessionContext session) {
        session.submitGoAway(session.lastProcessedStreamId(), ErrorCode.NO_ERROR.code(), new byte[0]);
    }

    /** Whether the streams that are left have to be cut: answers true once. */
    boolean expireShutdown() {
        if (shutdownDue > time.getAsLong()) {
            return false;
        }
        shutdownDue = NEVER;
        return true;
    }

    /** When the streams that are left are cut, by the time of the session; {@link #NEVER} if that is not to happen. */
    long shutdownDue() {
        return shutdownDue;
    }

    /** When {@link #expirePing} or {@link #expireShutdown} has something to do. */
    long nextDeadline() {
        return Math.min(pingDue, shutdownDue);
    }

    /** The transport is gone. */
    void cancel() {
        pingDue = NEVER;
        shutdownDue = NEVER;
    }
}
