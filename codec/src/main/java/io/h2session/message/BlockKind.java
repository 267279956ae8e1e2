package io.h2session.message;

/** Which rules apply to a header block. */
public enum BlockKind {
    /** The request of a stream (RFC 9113 section 8.3.1). */
    REQUEST,

    /** The request in a PUSH_PROMISE (RFC 9113 section 8.4.1). */
    PROMISED_REQUEST,

    /** An informational or final response (RFC 9113 section 8.3.2). */
    RESPONSE,

    /** Trailers of a request or a response (RFC 9113 section 8.1). */
    TRAILERS;

    /** Whether it has the pseudo-header fields of a request. */
    boolean isRequest() {
        return this == REQUEST || this == PROMISED_REQUEST;
    }
}
