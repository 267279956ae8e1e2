package io.h2session.api;

/**
 * How to treat a header field whose name or value has bytes that RFC 9113 section 8.2.1 forbids.
 *
 * @since 0.1
 */
public enum InvalidHeaderAnswer {
    /** Apply {@link Http2SessionOptions#invalidFieldsMalformed()}. */
    AS_CONFIGURED,
    /** Drop the field and continue. */
    IGNORE,
    /** Drop the field and pause, see {@link ReceiveAnswer#PAUSE}. */
    PAUSE,
    /** Treat the message as malformed: reset its stream with PROTOCOL_ERROR (RFC 9113 section 8.1.1). */
    MALFORMED
}
