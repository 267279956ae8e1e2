package io.h2session.examples.proxy;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * Where an upstream server is and what it speaks.
 *
 * @param kind from the scheme
 * @param host a name or an address; IPv6 without brackets
 * @param port 1 to 65535
 */
record UpstreamAddress(Kind kind, String host, int port) {
    /** What an upstream server speaks. */
    enum Kind {
        /** {@code http://}: HTTP/1.1 in cleartext. */
        HTTP1("http", 80),
        /** {@code h2c://}: HTTP/2 in cleartext with prior knowledge. */
        H2C("h2c", 80),
        /** {@code https://}: TLS, and HTTP/2 or HTTP/1.1 as ALPN says. */
        TLS("https", 443);

        private final String scheme;
        private final int defaultPort;

        Kind(String scheme, int defaultPort) {
            this.scheme = scheme;
            this.defaultPort = defaultPort;
        }
    }

    /** @throws IllegalArgumentException if it is no URL of an upstream server; the message says why */
    static UpstreamAddress parse(String url) {
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException malformed) {
            throw new IllegalArgumentException("not a URL: " + url, malformed);
        }
        if (uri.getScheme() == null || uri.getHost() == null) {
            throw new IllegalArgumentException("not a URL with a host: " + url);
        }
        String path = uri.getRawPath();
        if (!path.isEmpty() && !path.equals("/")) {
            throw new IllegalArgumentException("an upstream has no path, requests have: " + url);
        }
        if (uri.getRawUserInfo() != null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw new IllegalArgumentException("an upstream is a scheme, a host and a port: " + url);
        }
        Kind kind = kind(uri.getScheme().toLowerCase(Locale.ROOT));
        int port = uri.getPort() < 0 ? kind.defaultPort : uri.getPort();
        if (port == 0 || port > 65_535) {
            throw new IllegalArgumentException("not a port: " + url);
        }
        String host = uri.getHost();
        return new UpstreamAddress(kind, host.startsWith("[") ? host.substring(1, host.length() - 1) : host, port);
    }

    private static Kind kind(String scheme) {
        for (Kind one : Kind.values()) {
            if (one.scheme.equals(scheme)) {
                return one;
            }
        }
        throw new IllegalArgumentException("the scheme of an upstream is http, https or h2c, not " + scheme);
    }

    /** As a Host field has it. */
    String authority() {
        String name = host.indexOf(':') < 0 ? host : "[" + host + "]";
        return port == kind.defaultPort ? name : name + ":" + port;
    }

    /** The URL. */
    @Override
    public String toString() {
        return kind.scheme + "://" + authority();
    }
}
