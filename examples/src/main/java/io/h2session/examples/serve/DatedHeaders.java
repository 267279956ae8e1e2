package io.h2session.examples.serve;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.ReadOnlyHttpHeaders;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.List;

/**
 * The header fields of a response that differs only in its date (RFC 9110 section 6.6.1). All connections and threads share the same
 * object for each second.
 */
final class DatedHeaders {
    private static final AsciiString SERVER = AsciiString.cached("h2session");

    private final HttpHeaders constant;
    private Dated latest;

    DatedHeaders(HttpHeaders constant) {
        this.constant = constant;
    }

    /** The fields of a response that is sent now. */
    HttpHeaders now() {
        long second = System.currentTimeMillis() / 1000;
        // Threads may create the same object at the same time. Either one is correct.
        Dated dated = latest;
        if (dated == null || dated.second != second) {
            dated = new Dated(second, readOnly(addTo(constant.copy())));
            latest = dated;
        }
        return dated.headers;
    }

    /** New fields, with those that every response has. */
    static HttpHeaders once() {
        return addTo(new DefaultHttpHeaders());
    }

    private static HttpHeaders addTo(HttpHeaders headers) {
        return headers.set(HttpHeaderNames.SERVER, SERVER).set(HttpHeaderNames.DATE, HttpDates.now());
    }

    /** The codec for HTTP/2 looks at headers that cannot change once. */
    private static HttpHeaders readOnly(HttpHeaders headers) {
        List<CharSequence> namesAndValues = new ArrayList<>();
        headers.iteratorCharSequence().forEachRemaining(field -> {
            namesAndValues.add(field.getKey());
            namesAndValues.add(field.getValue());
        });
        return new ReadOnlyHttpHeaders(false, namesAndValues.toArray(new CharSequence[0]));
    }

    private record Dated(long second, HttpHeaders headers) {}
}
