package io.h2session.examples.get;

/**
 * The outcome of a request.
 *
 * @param status the status of the response, or 0 if there was none
 * @param bytes the number of bytes of the body that were received
 * @param failure why the response is not complete, in a few words; null if it is
 */
record Outcome(int status, long bytes, String failure) {
    boolean complete() {
        return failure == null;
    }
}
