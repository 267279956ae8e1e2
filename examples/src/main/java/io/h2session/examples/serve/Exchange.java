package io.h2session.examples.serve;

import io.h2session.api.DataSource;
import io.h2session.hpack.HeaderList;
import io.h2session.hpack.HeaderNames;
import io.netty.util.AsciiString;

/** A request and the ways to answer it, independent of the version of HTTP. */
sealed interface Exchange permits Http2Exchange, Http1Exchange {
    /** The method. */
    CharSequence method();

    /** The path and the query as they were sent. Empty for a request without them (CONNECT). */
    AsciiString target();

    /** The value of a request field, by its name in lower case. Null if there is none. */
    CharSequence field(AsciiString name);

    /** Whether the request has neither body nor trailers. */
    boolean complete();

    /** Answers without a body. */
    void respond(HeaderList response);

    /** Answers with a body. Not for HEAD. */
    void respond(HeaderList response, DataSource body);

    /** Answers with the body and trailers of the request while they arrive. Not for HEAD or a request without a body. */
    void echo(HeaderList response);

    /** The path without the query. */
    default AsciiString path() {
        AsciiString target = target();
        int query = target.indexOf('?', 0);
        return query < 0 ? target : target.subSequence(0, query, false);
    }

    /** Whether the response has no body because the method is HEAD. */
    default boolean isHead() {
        return AsciiString.contentEquals("HEAD", method());
    }

    /** Whether the method is GET or HEAD. */
    default boolean isRead() {
        return AsciiString.contentEquals("GET", method()) || isHead();
    }

    /** Whether the client waits for 100 (Continue) before it sends its body (RFC 9110 section 10.1.1). */
    default boolean expectsContinue() {
        return AsciiString.contentEqualsIgnoreCase("100-continue", field(HeaderNames.EXPECT));
    }
}
