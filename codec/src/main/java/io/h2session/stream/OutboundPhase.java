package io.h2session.stream;

/** How much of the message that we send on a stream was sent. */
public enum OutboundPhase {
    /** No header block was sent. */
    NOTHING,
    /** A header block was sent, and perhaps DATA. */
    HEADERS_SENT
}
