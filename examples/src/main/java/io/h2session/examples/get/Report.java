package io.h2session.examples.get;

import java.io.IOException;

/** Tells of requests that have ended. Called by one thread at a time. */
interface Report {
    /** A request has ended, and its body was written. */
    void add(Exchange ended);

    /** There are no more requests. */
    default void end() throws IOException {}
}
