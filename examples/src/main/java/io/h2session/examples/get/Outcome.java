package io.h2session.examples.get;

/**
 * What became of a request.
 *
 * @param status of the response; 0 if there was none
 * @param octets of the body that were received
 * @param failure why the response is not complete, in a few words; null if it is
 */
record Outcome(int status, long octets, String failure) {
    boolean complete() {
        return failure == null;
    }
}
