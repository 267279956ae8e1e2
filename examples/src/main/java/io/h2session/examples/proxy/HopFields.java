package io.h2session.examples.proxy;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Fields that are about one connection and go no further (RFC 9110 section 7.6.1). */
final class HopFields {
    private static final AsciiString HTTP2_SETTINGS = AsciiString.cached("http2-settings");
    private static final AsciiString KEEP_ALIVE = AsciiString.cached("keep-alive");

    /** What Connection cannot take away from the next server: who asks for what, and how long it is. */
    private static final Set<String> NOT_TO_BE_NAMED = Set.of(
            "host",
            "content-length",
            "transfer-encoding",
            "content-type",
            "content-encoding",
            "cookie",
            "set-cookie",
            "authorization",
            "proxy-authorization",
            "www-authenticate",
            "cache-control",
            "via",
            "max-forwards",
            "forwarded",
            "trailer");

    /** Fields that mean nothing or something else behind a body (RFC 9110 section 6.5.1). */
    private static final Set<String> NOT_IN_TRAILERS = Set.of(
            "host",
            "content-length",
            "transfer-encoding",
            "content-encoding",
            "content-type",
            "content-range",
            "content-location",
            "te",
            "trailer",
            "expect",
            "max-forwards",
            "cache-control",
            "authorization",
            "proxy-authorization",
            "www-authenticate",
            "cookie",
            "set-cookie",
            "connection",
            "keep-alive",
            "proxy-connection",
            "upgrade",
            "http2-settings");

    private HopFields() {}

    /** Removes them, except Transfer-Encoding, which is judged and written anew where it is needed. */
    @SuppressWarnings("deprecation") // it is removed
    static void remove(HttpHeaders headers) {
        if (headers.contains(HttpHeaderNames.CONNECTION)) {
            for (String named : tokens(headers, HttpHeaderNames.CONNECTION)) {
                if (!NOT_TO_BE_NAMED.contains(named) && !named.startsWith("x-forwarded-")) {
                    headers.remove(named);
                }
            }
            headers.remove(HttpHeaderNames.CONNECTION);
        }
        headers.remove(KEEP_ALIVE);
        headers.remove(HttpHeaderNames.PROXY_CONNECTION);
        headers.remove(HttpHeaderNames.TE);
        headers.remove(HttpHeaderNames.UPGRADE);
        headers.remove(HTTP2_SETTINGS);
    }

    /** Removes from trailers what must not stand there. */
    static void removeFromTrailers(HttpHeaders trailers) {
        if (trailers.isEmpty()) {
            return;
        }
        for (String name : List.copyOf(trailers.names())) {
            if (NOT_IN_TRAILERS.contains(name.toLowerCase(Locale.ROOT))) {
                trailers.remove(name);
            }
        }
    }

    /** Whether a list says a word, whatever parameters it has. */
    static boolean has(HttpHeaders headers, AsciiString name, String word) {
        if (!headers.contains(name)) {
            return false;
        }
        for (String token : tokens(headers, name)) {
            int parameters = token.indexOf(';');
            if ((parameters < 0 ? token : token.substring(0, parameters).strip()).equals(word)) {
                return true;
            }
        }
        return false;
    }

    /** Adds a member at the end of a list. */
    static void append(HttpHeaders headers, AsciiString name, AsciiString member) {
        headers.set(name, headers.contains(name) ? String.join(", ", headers.getAll(name)) + ", " + member : member);
    }

    /** The members of a list, in lower case. */
    static List<String> tokens(HttpHeaders headers, AsciiString name) {
        List<String> tokens = new ArrayList<>();
        for (String value : headers.getAll(name)) {
            for (String token : value.split(",", -1)) {
                String stripped = token.strip();
                if (!stripped.isEmpty()) {
                    tokens.add(stripped.toLowerCase(Locale.ROOT));
                }
            }
        }
        return tokens;
    }
}
