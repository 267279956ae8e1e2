package io.h2session.message;

/** How far the message of one direction has come (RFC 9113 section 8.1). */
enum MessagePhase {
    /** Nothing seen yet. */
    INITIAL,

    /** One or more 1xx responses seen; the final one is still to come. */
    AFTER_INFORMATIONAL,

    /** The request or final response was seen; content or trailers follow. */
    BODY,

    /** END_STREAM was seen. */
    ENDED
}
