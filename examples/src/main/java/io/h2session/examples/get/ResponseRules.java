package io.h2session.examples.get;

/**
 * What is done with responses.
 *
 * @param heads whether header fields are written before the body, and trailers after it
 * @param failing whether the body of a response with status 400 or higher is discarded
 * @param upload shows how much of each request's body was sent; null for not at all
 */
record ResponseRules(boolean heads, boolean failing, UploadProgress upload) {
    private static final int FIRST_ERROR = 400;

    /** Whether a status is a failure to a user who has asked for that. */
    boolean fails(int status) {
        return failing && status >= FIRST_ERROR;
    }
}
