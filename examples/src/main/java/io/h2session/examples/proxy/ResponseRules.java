package io.h2session.examples.proxy;

import io.netty.handler.codec.DateFormatter;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.util.Date;
import java.util.List;

/**
 * What an answer must be to be passed on, and what is changed in its head.
 *
 * @param via this proxy
 */
record ResponseRules(Via via) {
    /** Whether it can be passed on, and will be read by everybody as it was read here. */
    static boolean isSound(HttpResponse response) {
        if (response.decoderResult().isFailure()) {
            return false;
        }
        HttpHeaders headers = response.headers();
        int status = response.status().code();
        if (status < 100 || status > 999 || response.protocolVersion().majorVersion() != 1) {
            return false;
        }
        if (!headers.contains(HttpHeaderNames.TRANSFER_ENCODING)) {
            return true;
        }
        List<String> codings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
        return codings.size() == 1
                && codings.get(0).strip().equalsIgnoreCase("chunked")
                && !headers.contains(HttpHeaderNames.CONTENT_LENGTH);
    }

    /** Whether content may follow, by the rules of HTTP/1.1 (RFC 9112 section 6.3). */
    static boolean mayHaveContent(HttpMethod asked, HttpResponse response) {
        int status = response.status().code();
        return !HttpMethod.HEAD.equals(asked)
                && status / 100 != 1
                && status != HttpResponseStatus.NO_CONTENT.code()
                && status != HttpResponseStatus.NOT_MODIFIED.code();
    }

    /**
     * Makes the head one that is passed on.
     *
     * @param asked the method of the request
     * @param http2 whether it came in HTTP/2
     */
    void rewrite(HttpResponse response, HttpMethod asked, boolean http2) {
        HttpHeaders headers = response.headers();
        HopFields.remove(headers);
        response.setProtocolVersion(HttpVersion.HTTP_1_1);
        HopFields.append(headers, HttpHeaderNames.VIA, via.hop(http2));
        int status = response.status().code();
        if (status / 100 == 1) {
            headers.remove(HttpHeaderNames.CONTENT_LENGTH).remove(HttpHeaderNames.TRANSFER_ENCODING);
            return;
        }
        if (!mayHaveContent(asked, response)) {
            headers.remove(HttpHeaderNames.TRANSFER_ENCODING);
            if (status == HttpResponseStatus.NO_CONTENT.code()) {
                headers.remove(HttpHeaderNames.CONTENT_LENGTH);
            }
        } else if (!headers.contains(HttpHeaderNames.CONTENT_LENGTH)) {
            // Also where the end of the connection was to be the end of the content.
            headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
        if (!headers.contains(HttpHeaderNames.DATE)) {
            headers.set(HttpHeaderNames.DATE, now());
        }
    }

    @SuppressWarnings("JavaUtilDate") // the class that Netty formats
    static String now() {
        return DateFormatter.format(new Date());
    }
}
