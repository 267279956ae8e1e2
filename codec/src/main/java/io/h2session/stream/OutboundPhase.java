package io.h2session.stream;

/** How far the message we send on a stream has got. */
public enum OutboundPhase {
    /** No header block was sent. */
    NOTHING,
    /** A header block was sent, and perhaps DATA. */
    HEADERS_SENT
}
