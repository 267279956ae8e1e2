package io.h2session.connection;

import io.h2session.api.Http2Timeouts;
import io.h2session.frame.ErrorCode;
import java.time.Duration;
import java.util.function.Function;

/** What the peer is given time for, and what is said when it took longer. */
enum Deadline {
    /** Its preface and first SETTINGS (RFC 9113 section 3.4). */
    HANDSHAKE(Http2Timeouts::handshake, ErrorCode.PROTOCOL_ERROR, "handshake_timeout"),
    /** The acknowledgement of our SETTINGS (section 6.5.3). */
    SETTINGS_ACK(Http2Timeouts::settingsAck, ErrorCode.SETTINGS_TIMEOUT, "settings_timeout"),
    /** The end of a header block: until then nothing else can arrive. */
    HEADER_BLOCK(Http2Timeouts::headerBlock, ErrorCode.ENHANCE_YOUR_CALM, "header_block_timeout"),
    /** The end of a frame. */
    FRAME(Http2Timeouts::frame, ErrorCode.PROTOCOL_ERROR, "frame_timeout"),
    /** A sign of life while the transport takes nothing; looked for twice in each timeout. */
    TRANSPORT(timeouts -> timeouts.streamWrite().dividedBy(2), ErrorCode.ENHANCE_YOUR_CALM, "transport_timeout"),
    /** Window for the bodies that wait. */
    CONNECTION_WINDOW(Http2Timeouts::streamWrite, ErrorCode.ENHANCE_YOUR_CALM, "connection_window_timeout"),
    /** A stream that is of use to someone. */
    IDLE(Http2Timeouts::idle, ErrorCode.NO_ERROR, "idle_timeout"),
    /** A sign of life, before we ask for one. */
    KEEP_ALIVE(Http2Timeouts::keepAlive, ErrorCode.NO_ERROR, ""),
    /** A sign of life, after we asked. */
    KEEP_ALIVE_ANSWER(Http2Timeouts::keepAliveAnswer, ErrorCode.PROTOCOL_ERROR, "keep_alive_timeout"),
    /** The octets of a body it announced, or the end of a request that was answered. */
    STREAM_READ(Http2Timeouts::streamRead, ErrorCode.CANCEL, "stream_read_timeout"),
    /** Window for one body, the stream's or the connection's. */
    STREAM_WRITE(Http2Timeouts::streamWrite, ErrorCode.CANCEL, "stream_write_timeout"),
    /** Anything on a stream, by either end. */
    STREAM_IDLE(Http2Timeouts::streamIdle, ErrorCode.CANCEL, "stream_idle_timeout");

    /** Those up to here are the connection's, one clock for each; of the others each stream has its own. */
    static final int OF_CONNECTION = KEEP_ALIVE_ANSWER.ordinal() + 1;

    @SuppressWarnings("ImmutableEnumChecker") // a reference to a getter
    private final Function<Http2Timeouts, Duration> timeout;

    private final ErrorCode code;
    private final String reason;

    Deadline(Function<Http2Timeouts, Duration> timeout, ErrorCode code, String reason) {
        this.timeout = timeout;
        this.code = code;
        this.reason = reason;
    }

    /** In nanoseconds; 0 for none. */
    long timeout(Http2Timeouts timeouts) {
        return timeout.apply(timeouts).toNanos();
    }

    /** What GOAWAY or RST_STREAM says. */
    ErrorCode code() {
        return code;
    }

    /** What the application is told. */
    String reason() {
        return reason;
    }
}
