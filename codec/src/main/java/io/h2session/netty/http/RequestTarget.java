package io.h2session.netty.http;

import io.h2session.FieldRules;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.util.AsciiString;

/**
 * Where a request that is written goes, in the words of HTTP/2 (RFC 9113 section 8.3.1), found in the target and the Host of one in
 * HTTP/1.1 (RFC 9112 section 3.2).
 *
 * <pre>
 *   form        target                 :scheme        :authority       :path
 *   origin      /where?q               given          Host             /where?q
 *   absolute    http://host/where      its own        its own          /where
 *   asterisk    OPTIONS *              given          Host             *
 *   authority   CONNECT host:port      none           host:port        none
 *   extended CONNECT: origin form, with a :protocol
 * </pre>
 *
 * <p>A fragment is never sent, nor is userinfo. No target is {@code /}, as Netty's HTTP/1.1 encoder has it.
 *
 * @param scheme null in a plain CONNECT
 * @param authority the Host, whatever wins
 * @param path null in a plain CONNECT
 */
record RequestTarget(AsciiString scheme, AsciiString authority, AsciiString path) {
    private static final AsciiString ROOT = AsciiString.cached("/");
    private static final AsciiString ASTERISK = AsciiString.cached("*");

    /**
     * @param uri the target
     * @param host the Host field, null if there is none
     * @param extended whether a CONNECT is an extended one
     * @param scheme of targets that say none
     * @throws IllegalArgumentException if it has none of the four forms
     */
    static RequestTarget of(HttpMethod method, String uri, CharSequence host, boolean extended, AsciiString scheme) {
        requireVisible(uri);
        int fragment = uri.indexOf('#');
        String target = fragment < 0 ? uri : uri.substring(0, fragment);
        boolean connect = HttpMethod.CONNECT.equals(method);
        if (extended && !connect) {
            throw new IllegalArgumentException("only CONNECT has a :protocol");
        }
        if (connect && !extended) {
            return tunnel(uri);
        }
        boolean options = HttpMethod.OPTIONS.equals(method);
        if (target.isEmpty()) {
            return new RequestTarget(scheme, authority(host), ROOT);
        } else if (target.charAt(0) == '/') {
            return new RequestTarget(scheme, authority(host), AsciiString.of(target));
        } else if (options && target.equals("*")) {
            return new RequestTarget(scheme, authority(host), ASTERISK);
        }
        return absolute(target, options);
    }

    private static RequestTarget tunnel(String uri) {
        AsciiString authority = AsciiString.of(uri);
        if (uri.isEmpty() || !FieldRules.checkHost(authority)) {
            throw new IllegalArgumentException("CONNECT needs a host and a port");
        }
        return new RequestTarget(null, authority, null);
    }

    private static RequestTarget absolute(String target, boolean options) {
        int colon = target.indexOf("://");
        AsciiString scheme = AsciiString.of(target.substring(0, Math.max(0, colon)));
        if (!FieldRules.checkScheme(scheme)) {
            throw new IllegalArgumentException("the target has none of the forms that there are");
        }
        int begin = colon + 3;
        int end = begin;
        while (end < target.length() && target.charAt(end) != '/' && target.charAt(end) != '?') {
            end++;
        }
        AsciiString authority = authority(target.substring(begin, end));
        AsciiString path;
        if (end == target.length()) {
            // RFC 9113 section 8.3.1: OPTIONS without a path is about the server as a whole.
            path = options ? ASTERISK : ROOT;
        } else {
            path = AsciiString.of(target.charAt(end) == '/' ? target.substring(end) : "/" + target.substring(end));
        }
        return new RequestTarget(scheme.toLowerCase(), authority, path);
    }

    private static AsciiString authority(CharSequence host) {
        if (host == null) {
            throw new IllegalArgumentException("a request needs a Host");
        }
        AsciiString given = AsciiString.of(host).trim();
        AsciiString authority = given.subSequence(given.lastIndexOf("@") + 1, given.length());
        if (authority.isEmpty() || !FieldRules.checkHost(authority)) {
            throw new IllegalArgumentException("the Host is none");
        }
        return authority;
    }

    // Before the characters become bytes: one of two bytes would become a question mark.
    private static void requireVisible(String uri) {
        for (int i = 0; i < uri.length(); i++) {
            char c = uri.charAt(i);
            if (c <= ' ' || c >= 0x7f) {
                throw new IllegalArgumentException("a target has visible ASCII characters only");
            }
        }
    }
}
