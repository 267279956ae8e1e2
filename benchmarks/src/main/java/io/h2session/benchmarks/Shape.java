package io.h2session.benchmarks;

import io.h2session.hpack.HeaderField;
import io.h2session.hpack.HeaderList;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.ReadOnlyHttpHeaders;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.ReadOnlyHttp2Headers;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;

/** What the messages look like. Both libraries answer from the same strings, each in its cheapest container. */
@SuppressWarnings("ImmutableEnumChecker") // its arrays are never changed
public enum Shape {
    /** A health check: 5 request and 3 response fields, always the same, so that both sides reuse one response. */
    TINY(
            new String[] {
                ":method", "GET",
                ":scheme", "https",
                ":authority", "api.example.org",
                ":path", "/",
                "user-agent", "h2load nghttp2/1.64.0",
            },
            new String[] {
                ":status", "200",
                "content-type", "text/plain",
                "content-length", "13",
            }),
    /** A browser: 12 request fields, the path ever another; 10 response fields, the etag ever another. */
    BROWSER(
            new String[] {
                ":method", "GET",
                ":authority", "shop.example.org",
                ":scheme", "https",
                ":path", "",
                "user-agent",
                        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0"
                                + " Safari/537.36",
                "accept", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
                "sec-fetch-mode", "navigate",
                "referer", "https://shop.example.org/catalogue/outdoor/tents?page=2&sort=price",
                "accept-encoding", "gzip, deflate, br, zstd",
                "accept-language", "en-GB,en;q=0.9,de;q=0.8",
                "cookie",
                        "sid=7f3a9c1e5b2d4860af17c39be2d50468; theme=dark; consent=analytics.marketing;"
                                + " cart=3f9a; _ga=GA1.2.1193046471.1731000000",
                "priority", "u=0, i",
            },
            new String[] {
                ":status", "200",
                "date", "Fri, 14 Nov 2025 12:00:00 GMT",
                "server", "h2",
                "content-type", "text/html; charset=utf-8",
                "content-length", "13",
                "cache-control", "private, max-age=60",
                "etag", "",
                "vary", "accept-encoding, cookie",
                "strict-transport-security", "max-age=31536000; includeSubDomains",
                "x-content-type-options", "nosniff",
            });

    private static final byte[] BODY = "hello, world\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private final HeaderField[] request;
    private final HeaderField[] response;
    private final AsciiString[] nettyResponse;
    private final int pathAt;
    private final int etagAt;
    private final HeaderList constantResponse;
    private final Http2Headers constantNettyResponse;
    private final HttpHeaders constantHttpResponse;

    Shape(String[] request, String[] response) {
        this.request = fields(request);
        this.response = fields(response);
        pathAt = emptyValue(request);
        etagAt = emptyValue(response);
        // Netty takes the value of :status apart from the others.
        nettyResponse = new AsciiString[response.length - 2];
        for (int i = 2; i < response.length; i++) {
            nettyResponse[i - 2] = AsciiString.cached(response[i]);
        }
        constantResponse = etagAt < 0 ? HeaderList.of(this.response) : null;
        constantNettyResponse = etagAt < 0 ? netty(nettyResponse) : null;
        constantHttpResponse = etagAt < 0 ? new ReadOnlyHttpHeaders(false, nettyResponse) : null;
    }

    /** The 13 bytes that every response carries; not to be changed. */
    static byte[] body() {
        return BODY;
    }

    /** The fields of a request; {@code number} makes the varying one. */
    HeaderList request(int number) {
        if (pathAt < 0) {
            return HeaderList.of(request);
        }
        HeaderField[] fields = request.clone();
        String path =
                "/catalogue/item/" + Integer.toHexString(number * 0x9e3779b9) + "?colour=green&size=" + number % 60;
        fields[pathAt] = HeaderField.of(":path", path);
        return HeaderList.of(fields);
    }

    /** The fields of the response that is the {@code number}th of its connection, from 0. */
    HeaderList response(long number) {
        if (etagAt < 0) {
            return constantResponse;
        }
        HeaderField[] fields = response.clone();
        fields[etagAt] = HeaderField.of(fields[etagAt].name(), etag(number), false);
        return HeaderList.ofTrusted(fields, fields.length);
    }

    /** The same fields for Netty. */
    Http2Headers nettyResponse(long number) {
        return etagAt < 0 ? constantNettyResponse : netty(namesAndValues(number));
    }

    /** The same fields as HTTP/1.1 has them, beside the status. */
    HttpHeaders httpResponse(long number) {
        return etagAt < 0 ? constantHttpResponse : new ReadOnlyHttpHeaders(false, namesAndValues(number));
    }

    private AsciiString[] namesAndValues(long number) {
        AsciiString[] namesAndValues = nettyResponse.clone();
        namesAndValues[2 * etagAt - 1] = etag(number);
        return namesAndValues;
    }

    private static Http2Headers netty(AsciiString[] namesAndValues) {
        return ReadOnlyHttp2Headers.serverHeaders(false, AsciiString.cached("200"), namesAndValues);
    }

    private static AsciiString etag(long number) {
        byte[] bytes = new byte[18];
        bytes[0] = '"';
        long mixed = (number + 1) * 0x9e3779b97f4a7c15L;
        for (int i = 1; i <= 16; i++) {
            bytes[i] = HEX[(int) (mixed >>> (64 - 4 * i)) & 15];
        }
        bytes[17] = '"';
        return new AsciiString(bytes, false);
    }

    private static HeaderField[] fields(String[] namesAndValues) {
        HeaderField[] fields = new HeaderField[namesAndValues.length / 2];
        for (int i = 0; i < fields.length; i++) {
            fields[i] = HeaderField.of(namesAndValues[2 * i], namesAndValues[2 * i + 1]);
        }
        return fields;
    }

    private static int emptyValue(String[] namesAndValues) {
        for (int i = 1; i < namesAndValues.length; i += 2) {
            if (namesAndValues[i].isEmpty()) {
                return i / 2;
            }
        }
        return -1;
    }
}
