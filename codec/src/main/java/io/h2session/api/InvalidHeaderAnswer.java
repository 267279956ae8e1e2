package io.h2session.api;

/** What to do with a header field whose name or value has octets RFC 9113 section 8.2.1 forbids. */
public enum InvalidHeaderAnswer {
    /** As {@link Http2SessionOptions#invalidFieldsMalformed()} says. */
    AS_CONFIGURED,
    /** Drop the field and go on. */
    IGNORE,
    /** Drop the field and pause, as {@link ReceiveAnswer#PAUSE}. */
    PAUSE,
    /** The message is malformed: reset its stream with PROTOCOL_ERROR (RFC 9113 section 8.1.1). */
    MALFORMED
}
