package io.h2session.api;

import java.time.Duration;

/**
 * How long a peer may keep us waiting. Progress counts, not activity: an octet, a PING or a WINDOW_UPDATE now and then
 * does not keep anything alive. A timeout of zero is switched off.
 *
 * <p>Time counts only while the peer could act. It stands still
 * <ul>
 *   <li>while the application has paused the session or does not read the transport ({@code
 *       Http2Session.inputSuspended});
 *   <li>for the peer's body while its window, or the connection's, is used up or has less room than a frame; after
 *       {@code expect: 100-continue} until 100 (Continue) or a final response was sent; at a client as long as the
 *       application has not sent all of the request;
 *   <li>for our body and the connection's window while the peer's own body comes at {@code minRate}, or cannot come
 *       because we give it no window: many peers read no response before they have sent their request. If nothing at all
 *       moves meanwhile, the stream ends after ten times {@code streamWrite}. Until then it holds what the application
 *       has not consumed, at most {@link Http2SessionOptions#connectionWindowSize()} for all streams together, and what
 *       the application has written.
 * </ul>
 *
 * <p><b>What a stalled stream holds.</b> A stream whose window stays shut, such as that of a paused video, holds what the
 * application has written to it: with a {@link DataSource} next to nothing, since it is asked only when there is window;
 * what is pushed through the handler up to {@code maxPendingBytes}, for {@code streamWrite} at most. {@code streamWrite} is
 * the time such a pause may take; a server whose clients pause for longer sets it longer, and bounds what it pushes.
 *
 * <p><b>Slow readers.</b> While the transport takes nothing, and there is something to send, the peer is looked at twice in
 * each {@code streamWrite}. Signs of life are octets that the transport took at {@code minRate}, a PING that was answered,
 * and WINDOW_UPDATE, as far as DATA was sent for it. At the first look without any, a PING asks for one; after three in a
 * row the connection ends: a peer that takes nothing and answers nothing is gone after one and a half to two times
 * {@code streamWrite}. An operating system's send buffer hides signs: TCP on Linux may take 4 MiB at once and then nothing
 * until a third of it has gone, and every PING waits behind it. Therefore
 * <ul>
 *   <li>a server sends a PING with each {@link Http2SessionOptions#pingEveryBytes()} of DATA (256 KiB), on every TCP
 *       transport: epoll, io_uring and NIO. A client that answers PING, as it must, and reads 3 KiB a second or more gets
 *       everything, whatever the buffers hold;
 *   <li>with {@code TCP_NOTSENT_LOWAT} (epoll and io_uring) little waits in the buffer, and what the transport takes is sign
 *       enough: at {@code minRate}, in steps of at most a TCP segment or half the peer's receive buffer. NIO has no such
 *       option; a small {@code SO_SNDBUF} has the same effect, but limits the throughput to it in each round trip;
 *   <li>a client sends no PING among its DATA, because some servers count that as abuse, and learns of a server that reads
 *       slowly from WINDOW_UPDATE or with {@code TCP_NOTSENT_LOWAT}. Without either, a server has to read what lies in the
 *       buffers within one and a half times {@code streamWrite}.
 * </ul>
 * A connection that has no stream any more, but whose peer has not read all that was sent to it, is not idle as long as it
 * shows signs of life; acknowledgements of SETTINGS and answers of keep-alive PINGs are waited for while DATA lies before
 * them and signs of life come within {@code streamWrite}.
 *
 * <table>
 * <caption>The timeouts, what is done when they have passed, and the reason that is told</caption>
 * <tr><th>timeout</th><th>{@link #SAFE}</th><th>reaction</th><th>reason</th></tr>
 * <tr><td>{@code handshake}</td><td>10 s</td><td>GOAWAY(PROTOCOL_ERROR)</td><td>handshake_timeout</td></tr>
 * <tr><td>{@code settingsAck}</td><td>10 s</td><td>GOAWAY(SETTINGS_TIMEOUT)</td><td>settings_timeout</td></tr>
 * <tr><td>{@code headerBlock}</td><td>10 s</td><td>GOAWAY(ENHANCE_YOUR_CALM)</td><td>header_block_timeout</td></tr>
 * <tr><td>{@code frame}</td><td>20 s</td><td>GOAWAY(PROTOCOL_ERROR)</td><td>frame_timeout</td></tr>
 * <tr><td>{@code streamRead}</td><td>30 s</td><td>RST_STREAM(CANCEL), or NO_ERROR when the response was sent</td>
 *     <td>stream_read_timeout</td></tr>
 * <tr><td>{@code streamWrite}</td><td>60 s</td><td>RST_STREAM(CANCEL); GOAWAY(ENHANCE_YOUR_CALM) when the connection's
 *     window or the transport is what does not move</td><td>stream_write_timeout, connection_window_timeout,
 *     transport_timeout</td></tr>
 * <tr><td>{@code streamIdle}</td><td>off</td><td>RST_STREAM(CANCEL)</td><td>stream_idle_timeout</td></tr>
 * <tr><td>{@code idle}</td><td>60 s</td><td>GOAWAY(NO_ERROR)</td><td>idle_timeout</td></tr>
 * <tr><td>{@code keepAlive}</td><td>off</td><td>a PING</td><td></td></tr>
 * <tr><td>{@code keepAliveAnswer}</td><td>15 s</td><td>GOAWAY(PROTOCOL_ERROR)</td><td>keep_alive_timeout</td></tr>
 * </table>
 *
 * @param handshake from the first {@code send} or {@code recv} to the peer's first SETTINGS
 * @param settingsAck until the peer has acknowledged our SETTINGS (RFC 9113 section 6.5.3)
 * @param headerBlock from the beginning of a header block to its END_HEADERS
 * @param frame for a frame that was begun; longer as long as it comes at {@code minRate}
 * @param streamRead for a body whose content-length is not reached yet, and for the end of a request that was answered
 *     already; again and again as long as bodies come at {@code minRate}
 * @param streamWrite for the window a body waits for, the stream's and the connection's counted together: the time in
 *     which a shut window kept the body from being sent, until it was sent at {@code minRate} again. The connection's
 *     window does not count for a stream while the connection's bodies together are sent at {@code minRate}. For a
 *     transport that takes nothing: twice of it at most, see above
 * @param streamIdle for a stream on which neither end sends anything
 * @param idle without any open stream; PING does not count
 * @param keepAlive how long nothing was received before a PING asks whether the peer is still there
 * @param keepAliveAnswer until anything is received after that PING
 * @param minRate octets a second, judged over the whole of a timeout but five seconds; 0: a single octet will do
 */
public record Http2Timeouts(
        Duration handshake,
        Duration settingsAck,
        Duration headerBlock,
        Duration frame,
        Duration streamRead,
        Duration streamWrite,
        Duration streamIdle,
        Duration idle,
        Duration keepAlive,
        Duration keepAliveAnswer,
        int minRate) {
    private static final Duration LONGEST = Duration.ofDays(366);

    /** No timeouts at all. */
    public static final Http2Timeouts NONE = new Http2Timeouts(
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            0);

    /** The default. */
    public static final Http2Timeouts SAFE = new Http2Timeouts(
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(20),
            Duration.ofSeconds(30),
            Duration.ofSeconds(60),
            Duration.ZERO,
            Duration.ofSeconds(60),
            Duration.ZERO,
            Duration.ofSeconds(15),
            240);

    /**
     * All of them; {@link #SAFE} and the {@code with} methods are easier to read.
     *
     * @throws IllegalArgumentException when one is negative or longer than a year
     */
    public Http2Timeouts {
        check("handshake", handshake);
        check("settingsAck", settingsAck);
        check("headerBlock", headerBlock);
        check("frame", frame);
        check("streamRead", streamRead);
        check("streamWrite", streamWrite);
        check("streamIdle", streamIdle);
        check("idle", idle);
        check("keepAlive", keepAlive);
        check("keepAliveAnswer", keepAliveAnswer);
        if (minRate < 0) {
            throw new IllegalArgumentException("minRate must not be negative: " + minRate);
        }
    }

    private static void check(String name, Duration timeout) {
        if (timeout.isNegative() || timeout.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(name + " must be from 0 to a year: " + timeout);
        }
    }

    /** These with another {@link #handshake}. */
    public Http2Timeouts withHandshake(Duration timeout) {
        return new Http2Timeouts(
                timeout,
                settingsAck,
                headerBlock,
                frame,
                streamRead,
                streamWrite,
                streamIdle,
                idle,
                keepAlive,
                keepAliveAnswer,
                minRate);
    }

    /** These with another {@link #settingsAck}. */
    public Http2Timeouts withSettingsAck(Duration timeout) {
        return new Http2Timeouts(
                handshake,
                timeout,
                headerBlock,
                frame,
                streamRead,
                streamWrite,
                streamIdle,
                idle,
                keepAlive,
                keepAliveAnswer,
                minRate);
    }

    /** These with another {@link #headerBlock}. */
    public Http2Timeouts withHeaderBlock(Duration timeout) {
        return new Http2Timeouts(
                handshake,
                settingsAck,
                timeout,
                frame,
                streamRead,
                streamWrite,
                streamIdle,
                idle,
                keepAlive,
                keepAliveAnswer,
                minRate);
    }

    /** These with another {@link #frame}. */
    public Http2Timeouts withFrame(Duration timeout) {
        return new Http2Timeouts(
                handshake,
                settingsAck,
                headerBlock,
                timeout,
                streamRead,
                streamWrite,
                streamIdle,
                idle,
                keepAlive,
                keepAliveAnswer,
                minRate);
    }

    /** These with another {@link #streamRead}. */
    public Http2Timeouts withStreamRead(Duration timeout) {
        return new Http2Timeouts(
                handshake,
                settingsAck,
                headerBlock,
                frame,
                timeout,
                streamWrite,
                streamIdle,
                idle,
                keepAlive,
                keepAliveAnswer,
                minRate);
    }

    /** These with another {@link #streamWrite}. */
    public Http2Timeouts withStreamWrite(Duration timeout) {
        return new Http2Timeouts(
                handshake,
                settingsAck,
                headerBlock,
                frame,
                streamRead,
                timeout,
                streamIdle,
                idle,
                keepAlive,
                keepAliveAnswer,
                minRate);
    }

    /** These with another {@link #streamIdle}. */
    public Http2Timeouts withStreamIdle(Duration timeout) {
        return new Http2Timeouts(
                handshake,
                settingsAck,
                headerBlock,
                frame,
                streamRead,
                streamWrite,
                timeout,
                idle,
                keepAlive,
                keepAliveAnswer,
                minRate);
    }

    /** These with another {@link #idle}. */
    public Http2Timeouts withIdle(Duration timeout) {
        return new Http2Timeouts(
                handshake,
                settingsAck,
                headerBlock,
                frame,
                streamRead,
                streamWrite,
                streamIdle,
                timeout,
                keepAlive,
                keepAliveAnswer,
                minRate);
    }

    /** These with another {@link #keepAlive}. */
    public Http2Timeouts withKeepAlive(Duration timeout) {
        return new Http2Timeouts(
                handshake,
                settingsAck,
                headerBlock,
                frame,
                streamRead,
                streamWrite,
                streamIdle,
                idle,
                timeout,
                keepAliveAnswer,
                minRate);
    }

    /** These with another {@link #keepAliveAnswer}. */
    public Http2Timeouts withKeepAliveAnswer(Duration timeout) {
        return new Http2Timeouts(
                handshake,
                settingsAck,
                headerBlock,
                frame,
                streamRead,
                streamWrite,
                streamIdle,
                idle,
                keepAlive,
                timeout,
                minRate);
    }

    /** These with another {@link #minRate}. */
    public Http2Timeouts withMinRate(int octetsPerSecond) {
        return new Http2Timeouts(
                handshake,
                settingsAck,
                headerBlock,
                frame,
                streamRead,
                streamWrite,
                streamIdle,
                idle,
                keepAlive,
                keepAliveAnswer,
                octetsPerSecond);
    }
}
