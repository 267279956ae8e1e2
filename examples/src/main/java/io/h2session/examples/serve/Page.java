package io.h2session.examples.serve;

import java.io.IOException;

/** A resource of the server. One page answers any number of requests, on all event loops. */
interface Page {
    /** Answers a request, now or later. If it throws, the request fails. */
    void answer(Exchange exchange) throws IOException;

    /** The server is about to stop. Responses that would not end by themselves do so now. */
    default void stop() {}
}
