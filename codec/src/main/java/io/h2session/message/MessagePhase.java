package io.h2session.message;

/** How much of the message of one direction has been received (RFC 9113 section 8.1). */
enum MessagePhase {
    /** Nothing. */
    INITIAL,

    /** One or more 1xx responses; the final one is still to come. */
    AFTER_INFORMATIONAL,

    /** The request or the final response; content or trailers may follow. */
    BODY,

    /** END_STREAM. */
    ENDED
}
