package io.h2session.api;

import java.time.Duration;

/**
 * How long a peer may keep the session waiting. Immutable. Progress counts, not activity: a single byte, a PING or a
 * WINDOW_UPDATE now and then does not extend a timeout. A timeout of zero is off. {@link #SAFE} is the default; other
 * timeouts are made from it:
 *
 * <pre>{@code
 * Http2SessionOptions options = Http2SessionOptions.builder()
 *         .timeouts(timeouts -> timeouts.withIdle(Duration.ofMinutes(5)).withKeepAlive(Duration.ofSeconds(30)))
 *         .build();
 * }</pre>
 *
 * <p>Time counts only while the peer is able to act. It does not count
 * <ul>
 *   <li>while the application has paused the session or does not read the transport ({@code
 *       Http2Session.inputSuspended});
 *   <li>for the peer's body: while its window or the connection's is exhausted or smaller than a frame; after {@code
 *       expect: 100-continue} until 100 (Continue) or a final response was sent; and at a client until the application has
 *       sent the whole request;
 *   <li>for our body and the connection's window: while the peer's own body arrives at {@link #minRate()}, or cannot arrive
 *       because we give it no window. Many peers do not read a response before they have sent their request. If nothing moves
 *       in either direction, the stream ends after ten times {@link #streamWrite()}. Until then it holds what the application
 *       has not consumed, at most {@link Http2SessionOptions#connectionWindowSize()} for all streams together, and what the
 *       application has written.
 * </ul>
 *
 * <p><b>Memory of a stalled stream.</b> A stream whose window stays closed, such as that of a paused video, holds what the
 * application has written to it. With a {@link DataSource} that is almost nothing, because the source is read only when there
 * is window. What is written to the handler is held up to {@code maxPendingBytes}, and for {@link #streamWrite()} at most. A
 * server whose clients pause for longer should set a longer {@code streamWrite} and limit what it writes in advance.
 *
 * <p><b>Slow readers.</b> While the transport accepts nothing although there is something to send, the peer is checked twice
 * in each {@link #streamWrite()}. Signs of life are bytes that the transport accepted at {@link #minRate()}, an answered PING,
 * and WINDOW_UPDATE frames for DATA that was sent. The first check that finds no sign sends a PING. After three such checks in
 * a row the connection ends. A peer that reads nothing and answers nothing is therefore disconnected after one and a half to
 * two times {@code streamWrite}. The send buffer of an operating system hides signs of life: TCP on Linux may accept 4 MiB at
 * once and then nothing until a third of it has been delivered, and every PING waits behind those bytes. Therefore
 * <ul>
 *   <li>a server sends a PING after each {@link Http2SessionOptions#pingEveryBytes()} of DATA (256 KiB), on every TCP
 *       transport: epoll, io_uring and NIO. A client that answers PING, as RFC 9113 requires, and reads at least 3 KiB a
 *       second receives everything, whatever the buffers hold;
 *   <li>with {@code TCP_NOTSENT_LOWAT} (epoll and io_uring) few bytes wait in the buffer, and what the transport accepts is a
 *       sufficient sign: at {@code minRate}, in steps of at most one TCP segment or half the peer's receive buffer. NIO does not
 *       have this option. A small {@code SO_SNDBUF} has the same effect, but limits the throughput to its size for each round
 *       trip;
 *   <li>a client sends no PING among its DATA, because some servers treat that as abuse. It detects that a server still reads
 *       by its WINDOW_UPDATE frames, or with {@code TCP_NOTSENT_LOWAT}. Without either, a server must read what the buffers
 *       hold within one and a half times {@code streamWrite}.
 * </ul>
 *
 * <p>A connection that has no streams left, but whose peer has not read everything that was sent, is not idle while the peer
 * shows signs of life. Acknowledgements of SETTINGS and answers to keep-alive PINGs may take longer while DATA is queued before
 * them and a sign of life arrives within each {@code streamWrite}.
 *
 * <p>Each timeout states its reaction and the reason that the application is told. A value outside its range is refused with an
 * {@link IllegalArgumentException} that names the timeout, the value and the range.
 *
 * @since 0.1
 */
public final class Http2Timeouts {
    private static final Duration LONGEST = Duration.ofDays(366);

    private static final OptionSet OPTIONS = new OptionSet();

    private final OptionValues values;

    private Http2Timeouts(OptionValues values) {
        this.values = values;
    }

    private Http2Timeouts with(Option option, Duration value) {
        return new Http2Timeouts(values.with(option, value));
    }

    // ---- The connection and its frames ----

    private static final Option HANDSHAKE = OPTIONS.time("handshake")
            .range(Duration.ZERO, LONGEST)
            .safe(Duration.ofSeconds(10))
            .nghttp2(Duration.ZERO);

    /**
     * From the first {@code send} or {@code recv} until the peer's first SETTINGS frame (RFC 9113 section 3.4).
     *
     * <p>Reaction: GOAWAY(PROTOCOL_ERROR), {@code handshake_timeout}.
     *
     * <p>Default 10 s; nghttp2: off; range 0 to 366 days.
     */
    public Duration handshake() {
        return values.time(HANDSHAKE);
    }

    /** A copy with another {@link #handshake()}. */
    public Http2Timeouts withHandshake(Duration handshake) {
        return with(HANDSHAKE, handshake);
    }

    private static final Option SETTINGS_ACK = OPTIONS.time("settingsAck")
            .range(Duration.ZERO, LONGEST)
            .safe(Duration.ofSeconds(10))
            .nghttp2(Duration.ZERO);

    /**
     * Until the peer acknowledges our SETTINGS (RFC 9113 section 6.5.3). It is extended while DATA arrives at {@link #minRate()} that
     * the peer may have sent before it received them, at most the connection's window.
     *
     * <p>Reaction: GOAWAY(SETTINGS_TIMEOUT), {@code settings_timeout}.
     *
     * <p>Default 10 s; nghttp2: off; range 0 to 366 days.
     */
    public Duration settingsAck() {
        return values.time(SETTINGS_ACK);
    }

    /** A copy with another {@link #settingsAck()}. */
    public Http2Timeouts withSettingsAck(Duration settingsAck) {
        return with(SETTINGS_ACK, settingsAck);
    }

    private static final Option HEADER_BLOCK = OPTIONS.time("headerBlock")
            .range(Duration.ZERO, LONGEST)
            .safe(Duration.ofSeconds(10))
            .nghttp2(Duration.ZERO);

    /**
     * From the start of a header block to its END_HEADERS flag.
     *
     * <p>Reaction: GOAWAY(ENHANCE_YOUR_CALM), {@code header_block_timeout}.
     *
     * <p>Default 10 s; nghttp2: off; range 0 to 366 days.
     */
    public Duration headerBlock() {
        return values.time(HEADER_BLOCK);
    }

    /** A copy with another {@link #headerBlock()}. */
    public Http2Timeouts withHeaderBlock(Duration headerBlock) {
        return with(HEADER_BLOCK, headerBlock);
    }

    private static final Option FRAME = OPTIONS.time("frame")
            .range(Duration.ZERO, LONGEST)
            .safe(Duration.ofSeconds(20))
            .nghttp2(Duration.ZERO);

    /**
     * For the rest of a frame that has begun to arrive. It is extended while the frame arrives at {@link #minRate()}.
     *
     * <p>Reaction: GOAWAY(PROTOCOL_ERROR), {@code frame_timeout}.
     *
     * <p>Default 20 s; nghttp2: off; range 0 to 366 days.
     */
    public Duration frame() {
        return values.time(FRAME);
    }

    /** A copy with another {@link #frame()}. */
    public Http2Timeouts withFrame(Duration frame) {
        return with(FRAME, frame);
    }

    // ---- Streams ----

    private static final Option STREAM_READ = OPTIONS.time("streamRead")
            .range(Duration.ZERO, LONGEST)
            .safe(Duration.ofSeconds(30))
            .nghttp2(Duration.ZERO);

    /**
     * For a body that has not reached its content-length yet, and for the end of a request that was already answered.
     * It is extended while the body, or on average each of the bodies that are awaited, arrives at {@link #minRate()}. Ten times that
     * rate is enough for all of them, since many uploads may share a slow network.
     *
     * <p>Reaction: RST_STREAM(CANCEL), or RST_STREAM(NO_ERROR) if the response was sent completely; {@code
     * stream_read_timeout}.
     *
     * <p>Default 30 s; nghttp2: off; range 0 to 366 days.
     */
    public Duration streamRead() {
        return values.time(STREAM_READ);
    }

    /** A copy with another {@link #streamRead()}. */
    public Http2Timeouts withStreamRead(Duration streamRead) {
        return with(STREAM_READ, streamRead);
    }

    private static final Option STREAM_WRITE = OPTIONS.time("streamWrite")
            .range(Duration.ZERO, LONGEST)
            .safe(Duration.ofSeconds(60))
            .nghttp2(Duration.ZERO);

    /**
     * For the flow-control window that a body of ours waits for. The time is counted in which the stream's window or
     * the connection's kept the body from being sent, until it was sent at {@link #minRate()} again. The connection's
     * window does not count for a stream while the bodies of the connection together are sent at {@code minRate}. A
     * transport that accepts nothing has at most twice this time, see above.
     *
     * <p>Reaction: RST_STREAM(CANCEL), {@code stream_write_timeout}. If the connection's window is what does not open, the
     * bodies that wait and have used a part of it are reset so; if it stays closed for this time again: GOAWAY(ENHANCE_YOUR_CALM),
     * {@code connection_window_timeout}. If the transport accepts nothing: the same with {@code transport_timeout}.
     *
     * <p>Default 60 s; nghttp2: off; range 0 to 366 days.
     */
    public Duration streamWrite() {
        return values.time(STREAM_WRITE);
    }

    /** A copy with another {@link #streamWrite()}. */
    public Http2Timeouts withStreamWrite(Duration streamWrite) {
        return with(STREAM_WRITE, streamWrite);
    }

    private static final Option STREAM_IDLE = OPTIONS.time("streamIdle")
            .range(Duration.ZERO, LONGEST)
            .safe(Duration.ZERO)
            .nghttp2(Duration.ZERO);

    /**
     * For a stream on which neither end sends anything.
     *
     * <p>Reaction: RST_STREAM(CANCEL), {@code stream_idle_timeout}.
     *
     * <p>Default off; nghttp2: off; range 0 to 366 days.
     */
    public Duration streamIdle() {
        return values.time(STREAM_IDLE);
    }

    /** A copy with another {@link #streamIdle()}. */
    public Http2Timeouts withStreamIdle(Duration streamIdle) {
        return with(STREAM_IDLE, streamIdle);
    }

    private static final Option REQUEST_WAIT = OPTIONS.time("requestWait")
            .range(Duration.ZERO, LONGEST)
            .safe(Duration.ofSeconds(60))
            .nghttp2(Duration.ZERO);

    /**
     * For a free stream, for a request of ours that waits because of the peer's limit on concurrent streams. Counted from the first
     * {@code send} that could not open it.
     *
     * <p>Reaction: the request is not sent ({@link NotSentReason#WAITED_TOO_LONG}), and may be sent on another connection.
     *
     * <p>As long as {@link #streamWrite()} and {@link #idle()}: if the peer has ended no stream in all that time, those that are open
     * are long-lived ones, and the request would wait for ever. An application with deadlines of its own sets it to zero.
     *
     * <p>Default 60 s; nghttp2: off; range 0 to 366 days.
     */
    public Duration requestWait() {
        return values.time(REQUEST_WAIT);
    }

    /** A copy with another {@link #requestWait()}. */
    public Http2Timeouts withRequestWait(Duration requestWait) {
        return with(REQUEST_WAIT, requestWait);
    }

    // ---- Connections that are not used ----

    private static final Option IDLE = OPTIONS.time("idle")
            .range(Duration.ZERO, LONGEST)
            .safe(Duration.ofSeconds(60))
            .nghttp2(Duration.ZERO);

    /**
     * For a connection without open streams. PING does not extend it.
     *
     * <p>Reaction: GOAWAY(NO_ERROR), {@code idle_timeout}.
     *
     * <p>Default 60 s; nghttp2: off; range 0 to 366 days.
     */
    public Duration idle() {
        return values.time(IDLE);
    }

    /** A copy with another {@link #idle()}. */
    public Http2Timeouts withIdle(Duration idle) {
        return with(IDLE, idle);
    }

    private static final Option KEEP_ALIVE = OPTIONS.time("keepAlive")
            .range(Duration.ZERO, LONGEST)
            .safe(Duration.ZERO)
            .nghttp2(Duration.ZERO);

    /**
     * How long nothing may be received before a PING asks whether the peer is still there.
     *
     * <p>Reaction: a PING.
     *
     * <p>Default off; nghttp2: off; range 0 to 366 days.
     */
    public Duration keepAlive() {
        return values.time(KEEP_ALIVE);
    }

    /** A copy with another {@link #keepAlive()}. */
    public Http2Timeouts withKeepAlive(Duration keepAlive) {
        return with(KEEP_ALIVE, keepAlive);
    }

    private static final Option KEEP_ALIVE_ANSWER = OPTIONS.time("keepAliveAnswer")
            .range(Duration.ZERO, LONGEST)
            .safe(Duration.ofSeconds(15))
            .nghttp2(Duration.ZERO);

    /**
     * From a keep-alive PING until anything is received.
     *
     * <p>Reaction: GOAWAY(PROTOCOL_ERROR), {@code keep_alive_timeout}.
     *
     * <p>Default 15 s; nghttp2: off; range 0 to 366 days.
     */
    public Duration keepAliveAnswer() {
        return values.time(KEEP_ALIVE_ANSWER);
    }

    /** A copy with another {@link #keepAliveAnswer()}. */
    public Http2Timeouts withKeepAliveAnswer(Duration keepAliveAnswer) {
        return with(KEEP_ALIVE_ANSWER, keepAliveAnswer);
    }

    private static final Option MIN_PING_INTERVAL = OPTIONS.time("minPingInterval")
            .range(Duration.ZERO, LONGEST)
            .safe(Duration.ZERO)
            .nghttp2(Duration.ZERO);

    /**
     * Servers only: how far apart the PINGs of a client must be, as gRPC servers demand it. A PING that comes earlier is a strike; when
     * there are more than {@link Http2Limits#maxPingStrikes()}, the connection ends. A PING after HEADERS or DATA of ours is never
     * early, and forgives all strikes, so that a client may measure its round trips as it receives. Without open streams, PINGs must be
     * two hours apart, unless {@link Http2Limits#pingWithoutStreams()} allows them.
     *
     * <p>Reaction: GOAWAY(ENHANCE_YOUR_CALM) with the debug data {@code too_many_pings}, as gRPC clients know it; {@code
     * too_many_pings}.
     *
     * <p>Off by default, because a PING costs little and browsers send some. gRPC servers use 5 minutes.
     *
     * <p>Default off; nghttp2: off; range 0 to 366 days.
     */
    public Duration minPingInterval() {
        return values.time(MIN_PING_INTERVAL);
    }

    /** A copy with another {@link #minPingInterval()}. */
    public Http2Timeouts withMinPingInterval(Duration minPingInterval) {
        return with(MIN_PING_INTERVAL, minPingInterval);
    }

    // ---- Connections that have served long enough ----

    private static final Option MAX_AGE = OPTIONS.time("maxAge")
            .range(Duration.ZERO, LONGEST)
            .safe(Duration.ZERO)
            .nghttp2(Duration.ZERO);

    /**
     * How long a connection is used, so that clients find new servers and load spreads. Then the handler shuts it down gracefully:
     * GOAWAY, the streams that are open have {@link #maxAgeGrace()} to finish, and the channel is closed. {@link #maxAgeJitter()}
     * spreads the moment. The engine alone does not enforce it.
     *
     * <p>Reaction: GOAWAY(NO_ERROR), {@code max_age}.
     *
     * <p>Default off; nghttp2: off; range 0 to 366 days.
     */
    public Duration maxAge() {
        return values.time(MAX_AGE);
    }

    /** A copy with another {@link #maxAge()}. */
    public Http2Timeouts withMaxAge(Duration maxAge) {
        return with(MAX_AGE, maxAge);
    }

    private static final Option MAX_AGE_JITTER =
            OPTIONS.number("maxAgeJitter", "percent").range(0, 100).safe(10).nghttp2(10);

    /**
     * By how much each connection's {@link #maxAge()} may be shorter or longer, at random, so that connections that began together
     * do not end together.
     *
     * <p>Default 10; nghttp2: 10; range 0 to 100 percent.
     */
    public int maxAgeJitter() {
        return values.number(MAX_AGE_JITTER);
    }

    /** A copy with another {@link #maxAgeJitter()}. */
    public Http2Timeouts withMaxAgeJitter(int maxAgeJitter) {
        return new Http2Timeouts(values.with(MAX_AGE_JITTER, maxAgeJitter));
    }

    private static final Option MAX_AGE_GRACE = OPTIONS.time("maxAgeGrace")
            .range(Duration.ZERO, LONGEST)
            .safe(Duration.ZERO)
            .nghttp2(Duration.ZERO);

    /**
     * How long the open streams of a connection may go on when it has reached {@link #maxAge()} or {@link
     * Http2Limits#maxRequests()}. Those that are left then are reset with CANCEL. Off means that they may finish, however long that
     * takes.
     *
     * <p>Reaction: RST_STREAM(CANCEL) and GOAWAY(NO_ERROR), {@code shutdown_timeout}.
     *
     * <p>Default off; nghttp2: off; range 0 to 366 days.
     */
    public Duration maxAgeGrace() {
        return values.time(MAX_AGE_GRACE);
    }

    /** A copy with another {@link #maxAgeGrace()}. */
    public Http2Timeouts withMaxAgeGrace(Duration maxAgeGrace) {
        return with(MAX_AGE_GRACE, maxAgeGrace);
    }

    // ---- Slow peers ----

    private static final Option MIN_RATE = OPTIONS.number("minRate", "bytes per second")
            .range(0, Integer.MAX_VALUE)
            .safe(240)
            .nghttp2(0);

    /**
     * The least rate that counts as progress, on average over a whole timeout minus five seconds. With 0 a single byte is
     * enough.
     *
     * <p>Default 240; nghttp2: 0; range 0 to 2^31-1 bytes per second.
     */
    public int minRate() {
        return values.number(MIN_RATE);
    }

    /** A copy with another {@link #minRate()}. */
    public Http2Timeouts withMinRate(int minRate) {
        return new Http2Timeouts(values.with(MIN_RATE, minRate));
    }

    // ---- Presets: below the options, which must be declared first ----

    /** The default. */
    public static final Http2Timeouts SAFE = new Http2Timeouts(OPTIONS.safe());

    /** No timeouts, as in libnghttp2. */
    public static final Http2Timeouts NONE = new Http2Timeouts(OPTIONS.nghttp2());

    /** The declarations of all timeouts. */
    static OptionSet options() {
        return OPTIONS;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Http2Timeouts timeouts && values.equals(timeouts.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    /** All timeouts by name. */
    @Override
    public String toString() {
        return "Http2Timeouts[" + values + "]";
    }
}
