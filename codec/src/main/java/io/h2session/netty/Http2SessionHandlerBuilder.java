package io.h2session.netty;

import io.h2session.api.Http2Limits;
import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionListener;
import io.h2session.api.Http2SessionMetrics;
import io.h2session.api.Http2SessionOptions;
import io.netty.util.internal.logging.InternalLogLevel;
import io.netty.util.internal.logging.InternalLoggerFactory;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a {@link Http2SessionHandler}. One builder may build any number of handlers, one for each channel.
 *
 * @since 0.1
 */
public final class Http2SessionHandlerBuilder {
    final HandlerSettings settings;

    private @Nullable Http2SessionRegistry registry;

    Http2SessionHandlerBuilder(Http2Role role) {
        settings = new HandlerSettings(role);
    }

    /** The options of the session; {@link Http2SessionOptions#safe()} by default. */
    public Http2SessionHandlerBuilder options(Http2SessionOptions options) {
        settings.options = Objects.requireNonNull(options, "options");
        return this;
    }

    /**
     * Makes the listener of each session. The listener is called on the event loop, before the event of the same callback is
     * fired. It answers what events cannot answer: padding, cancel, pause, reset.
     */
    public Http2SessionHandlerBuilder listener(Supplier<? extends Http2SessionListener> listener) {
        settings.listener = listener;
        return this;
    }

    /**
     * Decides which authorities a server's clients may request. Requests for others are answered with 421. By default all are
     * accepted. The exception is a handler that {@link io.h2session.netty.negotiation.Http2Negotiation#overTls} adds: its
     * default is {@link io.h2session.netty.negotiation.Http2Tls#authorityVerifier}. {@link Http2AuthorityVerifier#ANY} accepts
     * all there too, as a proxy may have to.
     */
    public Http2SessionHandlerBuilder authorityVerifier(Http2AuthorityVerifier verifier) {
        settings.authorityVerifier = Objects.requireNonNull(verifier, "verifier");
        return this;
    }

    /**
     * Receives the counts of the sessions, in place of {@link Http2SessionOptions#metrics()} if that is set too. None by
     * default; then counting costs nothing.
     */
    public Http2SessionHandlerBuilder metrics(Http2SessionMetrics metrics) {
        settings.metrics = Objects.requireNonNull(metrics, "metrics");
        return this;
    }

    /** Where the sessions are listed while they exist. Nowhere by default. */
    public Http2SessionHandlerBuilder registry(Http2SessionRegistry registry) {
        this.registry = Objects.requireNonNull(registry, "registry");
        return this;
    }

    /**
     * Makes an object for each session that sees its frames, in addition to the {@linkplain #metrics metrics}. None by default;
     * then there is nothing to call.
     */
    public Http2SessionHandlerBuilder observer(Http2SessionObserver.Factory observer) {
        settings.observer = Objects.requireNonNull(observer, "observer");
        return this;
    }

    /**
     * Logs one line for each frame with Netty's logger of {@link Http2SessionHandler}, at {@code DEBUG}. Off by default. A line
     * has type, flags, stream number, length, error code, settings and increment. It has no byte of a header, a body or a PING.
     */
    public Http2SessionHandlerBuilder frameLog() {
        return frameLog(System.Logger.Level.DEBUG, Http2SessionHandler.class);
    }

    /**
     * {@link #frameLog()} with a level and the class that the logger is named after. The level is checked when the handler is
     * added to its channel: a session whose frames are not logged pays nothing.
     */
    public Http2SessionHandlerBuilder frameLog(System.Logger.Level level, Class<?> loggerOf) {
        settings.frameLogLevel = switch (level) {
            case ALL, TRACE -> InternalLogLevel.TRACE;
            case DEBUG -> InternalLogLevel.DEBUG;
            case INFO -> InternalLogLevel.INFO;
            case WARNING -> InternalLogLevel.WARN;
            case ERROR -> InternalLogLevel.ERROR;
            case OFF -> null;
        };
        settings.frameLogger = InternalLoggerFactory.getInstance(loggerOf);
        return this;
    }

    /** Whether the beginning and each field of a header block fire events of their own; false by default. */
    public Http2SessionHandlerBuilder headerFieldEvents(boolean headerFieldEvents) {
        settings.headerFieldEvents = headerFieldEvents;
        return this;
    }

    /** The additional events to fire, which are not fired by default. */
    public Http2SessionHandlerBuilder events(EnumSet<Http2EventKind> events) {
        settings.events = EnumSet.copyOf(events);
        return this;
    }

    /**
     * Whether window credit is returned when DATA is fired. By default (false) it is returned when the event is consumed or
     * released, whatever {@link Http2SessionOptions#automaticWindowUpdate()} says.
     */
    public Http2SessionHandlerBuilder automaticWindowUpdate(boolean automaticWindowUpdate) {
        settings.automaticWindowUpdate = automaticWindowUpdate;
        return this;
    }

    /**
     * Whether the connection's window is credited when DATA is fired, while the windows of the streams wait until the event is
     * consumed or released; false by default. If true, streams whose DATA is not consumed cannot stop other streams. The peer
     * can then have at most the number of streams times {@link Http2SessionOptions#initialWindowSize()} bytes in transit.
     */
    public Http2SessionHandlerBuilder automaticConnectionWindow(boolean automaticConnectionWindow) {
        settings.automaticConnectionWindow = automaticConnectionWindow;
        return this;
    }

    /**
     * Whether releasing a {@link Http2SessionEvent.Data} returns the window credit for what was not consumed before; true by
     * default. If false, only {@link Http2SessionEvent.Data#consume} and {@link Http2SessionWrite#consume} return it: for
     * applications that pass bytes on and report later that they were used.
     */
    public Http2SessionHandlerBuilder releaseConsumes(boolean releaseConsumes) {
        settings.releaseConsumes = releaseConsumes;
        return this;
    }

    /**
     * How much of what was read is processed in one turn of the event loop. After that many frames, or requests that begin a
     * stream, the other connections of the loop get their turn, and reading stops until the rest is processed. This limits how
     * long a peer that sends many small frames or requests at once makes other connections wait. It has no other effect.
     *
     * @param frames 1 or more; 256 by default
     * @param newStreams 1 or more; 128 by default, so that a client may begin with all the streams it is allowed
     */
    public Http2SessionHandlerBuilder maxPerTurn(int frames, int newStreams) {
        settings.maxFramesPerTurn = (int) positive("frames", frames);
        settings.maxNewStreamsPerTurn = (int) positive("newStreams", newStreams);
        return this;
    }

    /**
     * Whether the exchange of every request counts as running until the application has finished with it, even if its stream is
     * closed. The application finishes by writing the complete response, by writing {@link Http2SessionWrite#reset} (also on a
     * closed stream), or by calling {@link Http2StreamHandle#releaseExchange}. Requests beyond {@link
     * Http2SessionOptions#maxRunningExchanges()} are refused. False by default: then an exchange ends with its stream.
     *
     * <p>Set this on servers whose handlers do not stop at once on {@link Http2SessionEvent.StreamClosed}. Otherwise a client
     * that resets its requests (CVE-2023-44487), or makes this end reset them, keeps more and more handlers at work. A handler
     * that does none of the three holds its place until the connection ends.
     */
    public Http2SessionHandlerBuilder holdExchanges(boolean holdExchanges) {
        settings.holdExchanges = holdExchanges;
        return this;
    }

    /**
     * How long less than 256 bytes of a stream's body may be held back while the application keeps many small pieces: see
     * {@link Http2SessionEvent.Data}. This is the first wait. Each further wait is twice as long, up to a hundred times this,
     * until the application has released all small pieces of the stream.
     *
     * @param time 10 ms by default. Zero holds nothing back; then each piece that is kept takes some hundred bytes
     */
    public Http2SessionHandlerBuilder holdBackTime(Duration time) {
        settings.holdBackMillis = notNegative("holdBackTime", time).toMillis();
        return this;
    }

    /**
     * When a stream becomes unwritable and writable again, in bytes of DATA that were written and that the session has not
     * taken yet.
     *
     * @param low 1 or more, at most {@code high}; 32 KiB by default
     * @param high 64 KiB by default
     */
    public Http2SessionHandlerBuilder streamWriteMarks(int low, int high) {
        if (low < 1 || high < low) {
            throw new IllegalArgumentException("1 <= low <= high must hold: " + low + ", " + high);
        }
        settings.streamLowWaterMark = low;
        settings.streamHighWaterMark = high;
        return this;
    }

    /**
     * When much waits on all streams together, in bytes of DATA and of bodies that were written and that the session has not
     * taken yet. Above the high mark, each stream becomes unwritable at a quarter of its own high mark, and writable again
     * below a quarter of its low one, until less than the low mark waits. {@link Http2SessionMetrics#pendingOutput} reports
     * both. A stream on which nothing waits stays writable: it may be the one that the peer reads.
     *
     * @param low 1 or more, at most {@code high}; 512 KiB by default
     * @param high 1 MiB by default
     */
    public Http2SessionHandlerBuilder writeMarks(long low, long high) {
        if (low < 1 || high < low) {
            throw new IllegalArgumentException("1 <= low <= high must hold: " + low + ", " + high);
        }
        settings.lowWaterMark = low;
        settings.highWaterMark = high;
        return this;
    }

    /**
     * How many bytes of {@link Http2SessionWrite#data} may wait on one stream; a write beyond it fails with {@link
     * io.h2session.api.Http2SubmitException.Reason#TOO_MANY_PENDING}. 16 MiB by default. Each piece counts as 64 bytes at
     * least.
     */
    public Http2SessionHandlerBuilder maxPendingBytesPerStream(long bytes) {
        settings.maxPendingBytesPerStream = positive("maxPendingBytesPerStream", bytes);
        return this;
    }

    /**
     * How many bytes may wait on all streams, including buffers that came with a head; a write beyond it fails with {@link
     * io.h2session.api.Http2SubmitException.Reason#TOO_MANY_PENDING}. 64 MiB by default. What is read from a {@link
     * io.h2session.api.DataSource} does not wait.
     *
     * <p>This limit stops an application that ignores writability while the peer opens no window or does not read its
     * transport. The default is high because a write that fails is lost, and an application may answer 100 requests with 600
     * KiB each at once. An application that respects {@link Http2StreamHandle#isWritable()} does not reach the limit, and
     * bodies from a {@link io.h2session.api.DataSource} do not count. Servers with many connections and little memory set it
     * lower:
     *
     * <table>
     * <caption>What may wait behind a closed window</caption>
     * <tr><th>bytes</th><th>effect</th><th>set by</th></tr>
     * <tr><td>64 KiB of a stream</td><td>{@link Http2SessionEvent.StreamWritability}: the stream is unwritable</td>
     *     <td>{@link #streamWriteMarks}</td></tr>
     * <tr><td>1 MiB of the connection</td><td>streams are unwritable from 16 KiB on, {@link Http2SessionMetrics#pendingOutput}
     * is called</td><td>{@link #writeMarks}</td></tr>
     * <tr><td>16 MiB of a stream</td><td>writes fail</td><td>{@link #maxPendingBytesPerStream}</td></tr>
     * <tr><td>64 MiB of the connection</td><td>writes fail</td><td>this</td></tr>
     * </table>
     */
    public Http2SessionHandlerBuilder maxPendingBytes(long bytes) {
        settings.maxPendingBytes = positive("maxPendingBytes", bytes);
        return this;
    }

    /**
     * How many frames may wait that are neither DATA nor a request. A control frame, informational response or promise that is
     * written beyond it fails with {@link io.h2session.api.Http2SubmitException.Reason#TOO_MANY_PENDING}. 1000 by default; less
     * than {@link Http2Limits#maxOutboundQueue()}, from which on the peer is treated as flooding.
     */
    public Http2SessionHandlerBuilder maxPendingFrames(int frames) {
        settings.maxPendingFrames = (int) positive("maxPendingFrames", frames);
        return this;
    }

    /**
     * How long streams may continue after {@code close()}; 30 s by default. The streams that are left then are reset with
     * CANCEL, and the channel is closed as after an error, within {@link #closeLinger} more. With zero they get no time, and
     * neither do they after a second {@code close()}: they are reset at once, and the channel is closed when the peer has taken
     * that, within a second. A third {@code close()} does not wait at all.
     */
    public Http2SessionHandlerBuilder gracefulShutdownTimeout(Duration timeout) {
        settings.gracefulShutdownTimeout = notNegative("gracefulShutdownTimeout", timeout);
        return this;
    }

    /**
     * How long the peer's bytes are still read, and discarded, after the session ended in error or has cut streams short:
     * closing a channel with unread bytes would discard the GOAWAY and the RST_STREAM frames. 5 s by default; zero closes when
     * everything is written. A server whose session came to an orderly end lingers, too, for that long after the peer has last
     * taken or sent something, until {@link #gracefulShutdownTimeout} and this have passed.
     */
    public Http2SessionHandlerBuilder closeLinger(Duration linger) {
        settings.closeLinger = notNegative("closeLinger", linger);
        return this;
    }

    /** A handler for one channel. */
    public Http2SessionHandler build() {
        return new Http2SessionHandler(settings.copy(), registry);
    }

    private static long positive(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be positive: " + value);
        }
        return value;
    }

    private static Duration notNegative(String name, Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException(name + " must not be negative: " + value);
        }
        return value;
    }
}
