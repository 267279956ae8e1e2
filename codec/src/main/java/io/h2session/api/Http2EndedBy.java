package io.h2session.api;

/**
 * Who ended a session. The result and the reason of the session tell whether it ended in good order.
 *
 * @since 0.1
 */
public enum Http2EndedBy {
    /** This end: the application closed or terminated the session, a callback threw, or memory was exhausted. */
    LOCAL,
    /** The peer: it sent GOAWAY and everything was then finished, or it broke a rule or exceeded a limit. */
    PEER,
    /** A timeout: the session had to wait for too long ({@link Http2Timeouts}). */
    TIMEOUT,
    /** The transport: it was closed or failed. */
    TRANSPORT
}
