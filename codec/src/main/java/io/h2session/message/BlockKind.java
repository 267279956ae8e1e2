package io.h2session.message;

/** Which rules a header block is under. */
public enum BlockKind {
    /** The request of a stream (RFC 9113 section 8.3.1). */
    REQUEST,

    /** The request in a PUSH_PROMISE (RFC 9113 section 8.4.1). */
    PROMISED_REQUEST,

    /** An informational or final response (RFC 9113 section 8.3.2). */
    RESPONSE,

    /** Trailers of either (RFC 9113 section 8.1). */
    TRAILERS;

    /** Whether request pseudo-header fields belong here. */
    boolean isRequest() {
        return this == REQUEST || this == PROMISED_REQUEST;
    }
}
