package io.h2session.api;

/** Who ended a session. Whether that was in good order tell its result and its reason. */
public enum Http2EndedBy {
    /** This end: the application closed or terminated it, a callback threw, or there was no memory. */
    LOCAL,
    /** The peer: by its GOAWAY, after which everything was finished, or by breaking a rule or a limit. */
    PEER,
    /** A timeout: someone kept the session waiting for too long ({@link Http2Timeouts}). */
    TIMEOUT,
    /** The transport: it was closed, or failed. */
    TRANSPORT
}
