package io.h2session.examples.serve;

import java.io.IOException;

/** Something a client can ask for. One page answers any number of requests, on all event loops. */
interface Page {
    /** Answers a request, now or later; what it throws is that request's failure. */
    void answer(Exchange exchange) throws IOException;
}
