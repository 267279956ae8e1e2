package io.h2session.message;

import io.netty.util.AsciiString;

/** Comparing and reading {@code host[:port]} (RFC 3986 section 3.2) without making objects. */
final class Authority {
    private static final int MAX_PORT = 65535;
    private static final int MAX_PORT_DIGITS = 5;

    private Authority() {}

    /**
     * Whether both name one host and port, without regard to case.
     *
     * @param defaultPort port meant when none is given, -1 if the scheme has none
     */
    static boolean same(AsciiString one, AsciiString other, int defaultPort) {
        if (one.contentEqualsIgnoreCase(other)) {
            return true;
        }
        int oneEnd = hostEnd(one);
        int otherEnd = hostEnd(other);
        int onePort = port(one, oneEnd, defaultPort);
        return oneEnd == otherEnd
                && onePort == port(other, otherEnd, defaultPort)
                && onePort >= 0
                && one.regionMatches(true, 0, other, 0, oneEnd);
    }

    /**
     * Whether it is a host which is not empty and a port from 1 to 65535, as CONNECT needs (RFC 9110 section 9.3.6).
     */
    static boolean isHostAndPort(AsciiString authority) {
        int hostEnd = hostEnd(authority);
        return hostEnd > 0 && port(authority, hostEnd, -1) > 0;
    }

    /** Index of the colon before the port, or the length; colons within brackets belong to the host. */
    private static int hostEnd(AsciiString authority) {
        for (int i = authority.length() - 1; i >= 0; i--) {
            byte b = authority.byteAt(i);
            if (b == ':') {
                return i;
            }
            if (b == ']') {
                break;
            }
        }
        return authority.length();
    }

    /** The port behind {@code hostEnd}, the default if there is none or it is empty, -1 if it is not a port. */
    private static int port(AsciiString authority, int hostEnd, int defaultPort) {
        int length = authority.length();
        if (length - hostEnd <= 1) {
            return defaultPort;
        }
        if (length - hostEnd - 1 > MAX_PORT_DIGITS) {
            return -1;
        }
        int port = 0;
        for (int i = hostEnd + 1; i < length; i++) {
            int digit = authority.byteAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            port = port * 10 + digit;
        }
        return port <= MAX_PORT ? port : -1;
    }
}
