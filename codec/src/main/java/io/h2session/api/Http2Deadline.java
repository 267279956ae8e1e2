package io.h2session.api;

import io.h2session.frame.ErrorCode;
import java.time.Duration;
import java.util.function.Function;

/**
 * The things for which the peer is given time ({@link Http2Timeouts}), with the error and the reason if it takes longer. {@link
 * Http2SessionContext#runningDeadlines()} tells which of them run.
 *
 * @since 0.1
 */
@Unstable
public enum Http2Deadline {
    /** The peer's preface and first SETTINGS (RFC 9113 section 3.4). */
    HANDSHAKE(Http2Timeouts::handshake, ErrorCode.PROTOCOL_ERROR, "handshake_timeout"),
    /** The acknowledgement of our SETTINGS (section 6.5.3). */
    SETTINGS_ACK(Http2Timeouts::settingsAck, ErrorCode.SETTINGS_TIMEOUT, "settings_timeout"),
    /** The end of a header block: until it has arrived, nothing else can. */
    HEADER_BLOCK(Http2Timeouts::headerBlock, ErrorCode.ENHANCE_YOUR_CALM, "header_block_timeout"),
    /** The end of a frame. */
    FRAME(Http2Timeouts::frame, ErrorCode.PROTOCOL_ERROR, "frame_timeout"),
    /** A sign of life while the transport accepts nothing; checked twice in each {@link Http2Timeouts#streamWrite()}. */
    TRANSPORT(timeouts -> timeouts.streamWrite().dividedBy(2), ErrorCode.ENHANCE_YOUR_CALM, "transport_timeout"),
    /** Window credit for bodies that wait. */
    CONNECTION_WINDOW(Http2Timeouts::streamWrite, ErrorCode.ENHANCE_YOUR_CALM, "connection_window_timeout"),
    /** A stream, on a connection that has none. */
    IDLE(Http2Timeouts::idle, ErrorCode.NO_ERROR, "idle_timeout"),
    /** A sign of life, before we ask with a PING. */
    KEEP_ALIVE(Http2Timeouts::keepAlive, ErrorCode.NO_ERROR, ""),
    /** A sign of life, after we asked with a PING. */
    KEEP_ALIVE_ANSWER(Http2Timeouts::keepAliveAnswer, ErrorCode.PROTOCOL_ERROR, "keep_alive_timeout"),
    /** A free stream, for a request of ours. */
    REQUEST_WAIT(Http2Timeouts::requestWait, ErrorCode.REFUSED_STREAM, "request_wait_timeout"),
    /** The rest of a body that the peer is sending, or the end of a request that was answered. */
    STREAM_READ(Http2Timeouts::streamRead, ErrorCode.CANCEL, "stream_read_timeout"),
    /** Window credit for one body, of the stream or of the connection. */
    STREAM_WRITE(Http2Timeouts::streamWrite, ErrorCode.CANCEL, "stream_write_timeout"),
    /** Any progress on a stream, in either direction. */
    STREAM_IDLE(Http2Timeouts::streamIdle, ErrorCode.CANCEL, "stream_idle_timeout");

    @SuppressWarnings("ImmutableEnumChecker") // a reference to a getter
    private final Function<Http2Timeouts, Duration> timeout;

    private final ErrorCode code;
    private final String reason;

    Http2Deadline(Function<Http2Timeouts, Duration> timeout, ErrorCode code, String reason) {
        this.timeout = timeout;
        this.code = code;
        this.reason = reason;
    }

    /** How long the peer is given with these timeouts; zero if this is not checked. */
    public Duration timeout(Http2Timeouts timeouts) {
        return timeout.apply(timeouts);
    }

    /** The error code of the GOAWAY, or the RST_STREAM, if the peer takes longer. */
    public ErrorCode code() {
        return code;
    }

    /** The reason that the application is given if the peer takes longer; empty for {@link #KEEP_ALIVE}, which ends nothing. */
    public String reason() {
        return reason;
    }

    /** Whether it applies to each stream, or to each request of ours that waits; otherwise it applies to the connection. */
    public boolean ofStream() {
        return compareTo(KEEP_ALIVE_ANSWER) > 0;
    }
}
