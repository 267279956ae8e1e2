package io.h2session.examples.serve;

import io.h2session.api.DataSource;
import io.h2session.hpack.HeaderList;
import io.h2session.hpack.HeaderNames;
import io.netty.util.AsciiString;

/** A request as a page sees it, and the ways to answer it, whichever HTTP it came in. */
sealed interface Exchange permits Http2Exchange, Http1Exchange {
    /** What is to be done. */
    CharSequence method();

    /** What it is to be done with: path and query, as they were sent; empty for a request that has none (CONNECT). */
    AsciiString target();

    /** The value of a field of the request, by its name in lower case; null if there is none. */
    CharSequence field(AsciiString name);

    /** Whether the request has neither body nor trailers. */
    boolean complete();

    /** Answers without a body. */
    void respond(HeaderList response);

    /** Answers with a body; not for HEAD. */
    void respond(HeaderList response, DataSource body);

    /** Answers with the request's body and trailers while they arrive; not for HEAD, nor for a request without a body. */
    void echo(HeaderList response);

    /** The path without the query. */
    default AsciiString path() {
        AsciiString target = target();
        int query = target.indexOf('?', 0);
        return query < 0 ? target : target.subSequence(0, query, false);
    }

    /** Whether only the head of the answer is wanted. */
    default boolean isHead() {
        return AsciiString.contentEquals("HEAD", method());
    }

    /** Whether the request only wants to see something. */
    default boolean isRead() {
        return AsciiString.contentEquals("GET", method()) || isHead();
    }

    /** Whether the client waits to be told to send its body (RFC 9110 section 10.1.1). */
    default boolean expectsContinue() {
        return AsciiString.contentEqualsIgnoreCase("100-continue", field(HeaderNames.EXPECT));
    }
}
