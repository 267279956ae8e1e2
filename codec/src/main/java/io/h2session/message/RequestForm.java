package io.h2session.message;

import io.netty.util.AsciiString;

/** Checks whether the fields of a complete block form a request (RFC 9113 sections 8.3.1 and 8.5, RFC 8441). */
final class RequestForm {
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    private RequestForm() {}

    /**
     * What is wrong with a request.
     *
     * @param seen bits of {@link Seen}
     * @param authority the value of {@code :authority}; used only if it was seen
     * @param host the value of {@code host}; used only if it was seen
     * @return a fixed snake_case token, null if nothing is wrong
     */
    static String problem(int seen, AsciiString authority, AsciiString host, MessageRules rules) {
        String problem = isPlainConnect(seen) ? connectProblem(seen, authority, rules) : problem(seen);
        if (problem == null && rules.requireHostMatch() && (seen & Seen.AUTHORITY) != 0 && (seen & Seen.HOST) != 0) {
            return Authority.same(authority, host, defaultPort(seen)) ? null : "host_differs_from_authority";
        }
        return problem;
    }

    /** Whether the request is a plain CONNECT: to a host and port, without {@code :protocol}. */
    static boolean isPlainConnect(int seen) {
        return (seen & (Seen.METHOD_CONNECT | Seen.PROTOCOL)) == Seen.METHOD_CONNECT;
    }

    private static String connectProblem(int seen, AsciiString authority, MessageRules rules) {
        if ((seen & (Seen.SCHEME | Seen.PATH)) != 0) {
            return "connect_with_scheme_or_path";
        }
        if ((seen & Seen.AUTHORITY) == 0) {
            return "missing_authority";
        }
        return rules.strictTarget() && !Authority.isHostAndPort(authority) ? "connect_without_port" : null;
    }

    private static String problem(int seen) {
        boolean extended = (seen & Seen.PROTOCOL) != 0;
        if ((seen & Seen.METHOD) == 0) {
            return "missing_method";
        }
        if ((seen & Seen.SCHEME) == 0) {
            return "missing_scheme";
        }
        if ((seen & Seen.PATH) == 0) {
            return "missing_path";
        }
        if ((seen & (extended ? Seen.AUTHORITY : Seen.AUTHORITY | Seen.HOST)) == 0) {
            return "missing_authority";
        }
        if (extended && (seen & Seen.METHOD_CONNECT) == 0) {
            return "protocol_without_connect";
        }
        boolean asterisk = (seen & Seen.PATH_ASTERISK) != 0 && (seen & Seen.METHOD_OPTIONS) != 0;
        boolean http = (seen & (Seen.SCHEME_HTTP | Seen.SCHEME_HTTPS)) != 0;
        return http && (seen & Seen.PATH_SLASH) == 0 && !asterisk ? "invalid_path_form" : null;
    }

    private static int defaultPort(int seen) {
        if ((seen & Seen.SCHEME_HTTPS) != 0) {
            return HTTPS_PORT;
        }
        return (seen & Seen.SCHEME_HTTP) != 0 ? HTTP_PORT : -1;
    }
}
