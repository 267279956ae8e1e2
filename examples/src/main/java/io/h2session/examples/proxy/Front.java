package io.h2session.examples.proxy;

import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;

/** The client's side of an exchange: a connection of HTTP/1.1 or a stream. */
interface Front {
    /** Who asks. */
    Client client();

    /** Whether more of the answer should be written. */
    boolean isWritable();

    /** Whether more of the request is wanted. */
    void wantMore(boolean more);

    /** Writes a head, with what only this side knows of. */
    void head(HttpResponse response);

    /** Writes what follows a head, or an informational answer. It is flushed later. */
    void write(HttpObject message);

    void flush();

    /** Nothing more is taken from the client behind this answer. */
    void lastAnswer();

    /** Whether 1xx are understood. */
    boolean takesInformational();

    /**
     * The answer was written whole.
     *
     * @param requestWhole whether the request was received whole
     */
    void answered(boolean requestWhole);

    /** The answer cannot become whole. */
    void abort(Failure why);
}
