package io.h2session.examples.serve;

import java.io.IOException;

/** A resource of the server. One page answers any number of requests, on all event loops. */
interface Page {
    /** Answers a request, now or later. If it throws, the request fails. */
    void answer(Exchange exchange) throws IOException;

    /** Whether the answer to a request for a path needs a pipeline. Otherwise it can be given on a stream without a channel. */
    default boolean needsPipeline(String path) {
        return false;
    }

    /** The server is about to stop. Responses that would not end by themselves do so now. */
    default void stop() {}
}
