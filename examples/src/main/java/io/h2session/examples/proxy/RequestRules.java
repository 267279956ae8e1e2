package io.h2session.examples.proxy;

import io.h2session.netty.http.StreamRequest;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.Locale;

/**
 * What a request must be to be sent on, and what is changed in its head. Requests of HTTP/2 were judged by the session and by {@code
 * HttpStreamCodec}; those of HTTP/1.1 are judged here, so that no two servers can read them in two ways.
 *
 * @param via this proxy
 * @param trustsForwarded whether what clients say in Forwarded and X-Forwarded-* is kept
 */
record RequestRules(Via via, boolean trustsForwarded) {
    static final AsciiString FORWARDED = AsciiString.cached("forwarded");
    static final AsciiString FORWARDED_FOR = AsciiString.cached("x-forwarded-for");
    static final AsciiString FORWARDED_HOST = AsciiString.cached("x-forwarded-host");
    static final AsciiString FORWARDED_PROTO = AsciiString.cached("x-forwarded-proto");

    /** What else servers believe of a proxy in front of them. */
    private static final AsciiString[] CLAIMS = {
        FORWARDED,
        FORWARDED_FOR,
        FORWARDED_HOST,
        FORWARDED_PROTO,
        AsciiString.cached("x-forwarded-by"),
        AsciiString.cached("x-forwarded-port"),
        AsciiString.cached("x-forwarded-prefix"),
        AsciiString.cached("x-forwarded-server"),
        AsciiString.cached("x-forwarded-ssl")
    };

    private static final String WEBSOCKET = "websocket";

    // ---- what is refused -------------------------------------------------------------------------------------------

    /** Why a request is not sent on; null if it is. Its target becomes that of the origin form. */
    Failure judge(HttpRequest request, Client client) {
        HttpHeaders headers = request.headers();
        if (request.decoderResult().isFailure()) {
            return undecodable(request.decoderResult().cause());
        }
        Failure wrong = client.http2() ? http2(request) : http1(request, headers);
        if (wrong != null) {
            return wrong;
        }
        if (headers.contains(HttpHeaderNames.EXPECT)
                && !HttpHeaderValues.CONTINUE.contentEqualsIgnoreCase(
                        headers.get(HttpHeaderNames.EXPECT).strip())) {
            return Failure.EXPECTATION;
        }
        return isLoop(headers) ? Failure.LOOP : null;
    }

    private static Failure undecodable(Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            return Failure.TARGET_TOO_LONG;
        }
        return cause instanceof TooLongFrameException ? Failure.HEAD_TOO_LARGE : Failure.MALFORMED;
    }

    private static Failure http2(HttpRequest request) {
        if (!HttpMethod.CONNECT.equals(request.method())) {
            return request.headers().contains(HttpHeaderNames.HOST) ? null : Failure.MALFORMED;
        }
        String protocol = request instanceof StreamRequest stream ? stream.protocol() : null;
        if (protocol == null) {
            return Failure.NO_TUNNEL;
        }
        return WEBSOCKET.equalsIgnoreCase(protocol) ? null : Failure.NOT_IMPLEMENTED;
    }

    private static Failure http1(HttpRequest request, HttpHeaders headers) {
        HttpVersion version = request.protocolVersion();
        if (!version.equals(HttpVersion.HTTP_1_1) && !version.equals(HttpVersion.HTTP_1_0)) {
            return Failure.VERSION;
        }
        if (!isToken(request.method().name())) {
            return Failure.MALFORMED;
        }
        List<String> codings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
        if (!codings.isEmpty()) {
            if (headers.contains(HttpHeaderNames.CONTENT_LENGTH)) {
                return Failure.MALFORMED;
            }
            if (codings.size() > 1 || !codings.get(0).strip().equalsIgnoreCase("chunked")) {
                return Failure.NOT_IMPLEMENTED;
            }
        }
        List<String> hosts = headers.getAll(HttpHeaderNames.HOST);
        if (hosts.size() > 1
                || (hosts.isEmpty() && version.equals(HttpVersion.HTTP_1_1))
                || (hosts.size() == 1 && !isHost(hosts.get(0)))) {
            return Failure.MALFORMED;
        }
        if (HttpMethod.CONNECT.equals(request.method())) {
            return Failure.NO_TUNNEL;
        }
        return target(request, headers) ? null : Failure.MALFORMED;
    }

    /** Finds the origin form of a target (RFC 9112 section 3.2); false if it has none of the forms. */
    private static boolean target(HttpRequest request, HttpHeaders headers) {
        String target = request.uri();
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c <= ' ' || c >= 0x7f || c == '#') {
                return false;
            }
        }
        if (target.startsWith("/")) {
            return true;
        }
        if (target.equals("*")) {
            return HttpMethod.OPTIONS.equals(request.method());
        }
        String lower = target.toLowerCase(Locale.ROOT);
        int begin = lower.startsWith("http://") ? 7 : lower.startsWith("https://") ? 8 : -1;
        if (begin < 0) {
            return false;
        }
        int end = begin;
        while (end < target.length() && target.charAt(end) != '/' && target.charAt(end) != '?') {
            end++;
        }
        String authority = target.substring(begin, end);
        if (!isHost(authority)) {
            return false;
        }
        // RFC 9112 section 3.2.2: it wins over Host.
        headers.set(HttpHeaderNames.HOST, authority);
        String rest = target.substring(end);
        if (rest.isEmpty()) {
            request.setUri(HttpMethod.OPTIONS.equals(request.method()) ? "*" : "/");
        } else {
            request.setUri(rest.startsWith("/") ? rest : "/" + rest);
        }
        return true;
    }

    /** Whether it is a host and perhaps a port, and nothing else. */
    static boolean isHost(String host) {
        if (host.isEmpty()) {
            return false;
        }
        int end = host.length();
        if (host.charAt(0) == '[') {
            int close = host.indexOf(']');
            for (int i = 1; i < close; i++) {
                if (Character.digit(host.charAt(i), 16) < 0 && host.charAt(i) != ':' && host.charAt(i) != '.') {
                    return false;
                }
            }
            return close > 1 && (close + 1 == end || (host.charAt(close + 1) == ':' && isPort(host, close + 2)));
        }
        int colon = host.indexOf(':');
        if (colon >= 0 && !isPort(host, colon + 1)) {
            return false;
        }
        int name = colon < 0 ? end : colon;
        for (int i = 0; i < name; i++) {
            char c = host.charAt(i);
            boolean allowed = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || "-._~!$&'()*+,;=%".indexOf(c) >= 0;
            if (!allowed || c == ',') {
                return false;
            }
        }
        return name > 0;
    }

    private static boolean isPort(String host, int from) {
        for (int i = from; i < host.length(); i++) {
            if (host.charAt(i) < '0' || host.charAt(i) > '9') {
                return false;
            }
        }
        return host.length() - from <= 5;
    }

    private static boolean isToken(String method) {
        for (int i = 0; i < method.length(); i++) {
            char c = method.charAt(i);
            if (c <= ' ' || c >= 0x7f || "\"(),/:;<=>?@[\\]{}".indexOf(c) >= 0) {
                return false;
            }
        }
        return !method.isEmpty();
    }

    private boolean isLoop(HttpHeaders headers) {
        if (!headers.contains(HttpHeaderNames.VIA)) {
            return false;
        }
        for (String hop : HopFields.tokens(headers, HttpHeaderNames.VIA)) {
            String[] words = hop.split("[ \t]+", 3);
            if (words.length > 1 && words[1].equals(via.name())) {
                return true;
            }
        }
        return false;
    }

    // ---- what is changed -------------------------------------------------------------------------------------------

    /** Whether it asks for a WebSocket, in the words of either version. */
    static boolean isWebSocket(HttpRequest request, Client client) {
        if (client.http2()) {
            return HttpMethod.CONNECT.equals(request.method());
        }
        HttpHeaders headers = request.headers();
        return headers.contains(HttpHeaderNames.UPGRADE)
                && HttpMethod.GET.equals(request.method())
                && request.protocolVersion().equals(HttpVersion.HTTP_1_1)
                && HopFields.has(headers, HttpHeaderNames.UPGRADE, WEBSOCKET)
                && HopFields.has(headers, HttpHeaderNames.CONNECTION, "upgrade")
                && headers.contains(HttpHeaderNames.SEC_WEBSOCKET_KEY)
                && !headers.contains(HttpHeaderNames.TRANSFER_ENCODING)
                && !headers.contains(HttpHeaderNames.CONTENT_LENGTH);
    }

    /** Makes the head one that is sent on: takes away what was for this proxy, adds who asked. */
    void rewrite(HttpRequest request, Client client) {
        HttpHeaders headers = request.headers();
        boolean trailers = HopFields.has(headers, HttpHeaderNames.TE, "trailers");
        HopFields.remove(headers);
        if (trailers) {
            headers.set(HttpHeaderNames.TE, HttpHeaderValues.TRAILERS);
        }
        if (request.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
            // RFC 9110 section 10.1.1: such a client cannot mean it.
            headers.remove(HttpHeaderNames.EXPECT);
        }
        HopFields.append(headers, HttpHeaderNames.VIA, via.hop(client.http2()));
        if (!trustsForwarded) {
            for (AsciiString claim : CLAIMS) {
                headers.remove(claim);
            }
        }
        String host = headers.get(HttpHeaderNames.HOST);
        Client.Named named = client.named(host == null ? "unknown" : host);
        HopFields.append(headers, FORWARDED, named.forwarded());
        HopFields.append(headers, FORWARDED_FOR, client.address());
        if (!headers.contains(FORWARDED_PROTO)) {
            headers.set(FORWARDED_PROTO, client.scheme());
        }
        if (host != null && !headers.contains(FORWARDED_HOST)) {
            headers.set(FORWARDED_HOST, named.host());
        }
    }

    /**
     * One of the hops that TRACE and OPTIONS may still make is used up (RFC 9110 section 7.6.2).
     *
     * @return false if there is none left: the request is answered here
     */
    static boolean takesHop(HttpRequest request) {
        HttpHeaders headers = request.headers();
        String hops = headers.get(HttpHeaderNames.MAX_FORWARDS);
        boolean counted = HttpMethod.TRACE.equals(request.method()) || HttpMethod.OPTIONS.equals(request.method());
        if (hops == null || !counted || !hops.matches("[0-9]{1,9}")) {
            return true;
        }
        int left = Integer.parseInt(hops);
        headers.set(HttpHeaderNames.MAX_FORWARDS, Math.max(0, left - 1));
        return left > 0;
    }
}
