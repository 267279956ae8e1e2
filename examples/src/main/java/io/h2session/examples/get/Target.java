package io.h2session.examples.get;

import java.net.URI;
import java.net.URISyntaxException;

/**
 * A URL and its parts.
 *
 * @param url the URL as it was given
 * @param origin the origin to connect to
 * @param authority the value of {@code :authority}
 * @param path the value of {@code :path}
 */
public record Target(String url, Origin origin, String authority, String path) {

    /**
     * Parses a URL.
     *
     * @throws IllegalArgumentException with a message for the user
     */
    public static Target parse(String url) {
        URI uri;
        try {
            // Characters outside ASCII are sent as UTF-8.
            uri = new URI(new URI(url).toASCIIString());
        } catch (URISyntaxException wrong) {
            throw bad(url, wrong.getReason() + " at character " + (wrong.getIndex() + 1));
        }
        boolean tls = "https".equalsIgnoreCase(uri.getScheme());
        if (!tls && !"http".equalsIgnoreCase(uri.getScheme())) {
            throw bad(url, "it must begin with http:// or https://");
        }
        if (uri.getHost() == null || uri.getPort() > 65535 || uri.getPort() == 0) {
            throw bad(url, "there is no host, or a port that cannot be");
        }
        if (uri.getRawUserInfo() != null) {
            throw bad(url, "a user name cannot be sent; use -H 'authorization: ...'");
        }
        int usual = tls ? 443 : 80;
        int port = uri.getPort() < 0 ? usual : uri.getPort();
        String authority = port == usual ? uri.getHost() : uri.getHost() + ":" + port;
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        return new Target(url, new Origin(tls, withoutBrackets(uri.getHost()), port), authority, path + query);
    }

    private static String withoutBrackets(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private static IllegalArgumentException bad(String url, String why) {
        return new IllegalArgumentException("bad URL '" + url + "': " + why);
    }
}
