package io.h2session.message;

import io.netty.util.AsciiString;

/** Checks, compares and reads {@code host[:port]} (RFC 3986 section 3.2) without allocation. */
final class Authority {
    private static final int MAX_PORT = 65535;
    private static final int MAX_PORT_DIGITS = 5;
    private static final int IPV6_GROUPS = 8;
    private static final int IPV4_NUMBERS = 4;
    private static final int MAX_IPV4_NUMBER = 255;

    private Authority() {}

    /**
     * Whether it is what honest clients send as {@code :authority} and {@code host}: a name, an IPv4 address or a bracketed
     * IP literal, optionally followed by a colon and a port, which is empty or at most 65535. The sub-delimiters that RFC
     * 3986 section 3.2.2 allows in names are refused: no host has them, and some software reads {@code a,b} as two hosts.
     * The zone of an IPv6 address may begin with {@code %} or {@code %25} (RFC 6874).
     */
    static boolean isHostWithOptionalPort(AsciiString authority) {
        int length = authority.length();
        int end;
        if (length > 0 && authority.byteAt(0) == '[') {
            int close = authority.indexOf(']', 1);
            if (close < 0 || !isIpLiteral(authority, 1, close)) {
                return false;
            }
            end = close + 1;
        } else {
            end = nameEnd(authority);
        }
        return end > 0 && (end == length || (authority.byteAt(end) == ':' && port(authority, end, 0) >= 0));
    }

    /** The index after the name at the beginning, which consists of unreserved and percent-encoded bytes. */
    private static int nameEnd(AsciiString authority) {
        int length = authority.length();
        int i = 0;
        while (i < length) {
            byte b = authority.byteAt(i);
            if (b == '%') {
                if (!isPercentEncoded(authority, i, length)) {
                    return i;
                }
                i += 3;
            } else if (isUnreserved(b)) {
                i++;
            } else {
                return i;
            }
        }
        return i;
    }

    private static boolean isIpLiteral(AsciiString authority, int from, int to) {
        if (from < to && (authority.byteAt(from) | 0x20) == 'v') {
            return isFutureAddress(authority, from + 1, to);
        }
        int zone = authority.indexOf('%', from);
        if (zone < 0 || zone >= to) {
            return isIpv6(authority, from, to);
        }
        return isIpv6(authority, from, zone) && isZone(authority, zone + 1, to);
    }

    private static boolean isZone(AsciiString authority, int from, int to) {
        for (int i = from; i < to; i++) {
            byte b = authority.byteAt(i);
            if (!isUnreserved(b) && !(b == '%' && isPercentEncoded(authority, i, to))) {
                return false;
            }
        }
        return from < to;
    }

    private static boolean isFutureAddress(AsciiString authority, int from, int to) {
        int dot = authority.indexOf('.', from);
        if (dot <= from || dot >= to - 1) {
            return false;
        }
        for (int i = from; i < dot; i++) {
            if (!isHex(authority.byteAt(i))) {
                return false;
            }
        }
        for (int i = dot + 1; i < to; i++) {
            byte b = authority.byteAt(i);
            if (!isUnreserved(b) && b != ':') {
                return false;
            }
        }
        return true;
    }

    /** Groups of one to four hexadecimal digits, eight of them or fewer around one {@code ::}; the last two may be IPv4. */
    private static boolean isIpv6(AsciiString authority, int from, int to) {
        int groups = 0;
        boolean shortened = false;
        int i = from;
        if (to - from >= 2 && authority.byteAt(from) == ':') {
            if (authority.byteAt(from + 1) != ':') {
                return false;
            }
            shortened = true;
            i += 2;
        }
        while (i < to) {
            int end = hexEnd(authority, i, to);
            if (end < to && authority.byteAt(end) == '.') {
                groups += 2;
                return isIpv4(authority, i, to) && (shortened ? groups < IPV6_GROUPS : groups == IPV6_GROUPS);
            }
            groups++;
            if (end == i || end - i > 4 || groups > IPV6_GROUPS) {
                return false;
            }
            i = end;
            if (i < to) {
                if (authority.byteAt(i) != ':' || ++i == to) {
                    return false;
                }
                if (authority.byteAt(i) == ':') {
                    if (shortened) {
                        return false;
                    }
                    shortened = true;
                    i++;
                }
            }
        }
        return shortened ? groups < IPV6_GROUPS : groups == IPV6_GROUPS;
    }

    private static int hexEnd(AsciiString authority, int from, int to) {
        int i = from;
        while (i < to && isHex(authority.byteAt(i))) {
            i++;
        }
        return i;
    }

    private static boolean isIpv4(AsciiString authority, int from, int to) {
        int numbers = 0;
        int i = from;
        while (numbers < IPV4_NUMBERS) {
            int number = 0;
            int begin = i;
            while (i < to && isDigit(authority.byteAt(i)) && i - begin < 3) {
                number = number * 10 + authority.byteAt(i) - '0';
                i++;
            }
            numbers++;
            boolean last = numbers == IPV4_NUMBERS;
            if (i == begin || number > MAX_IPV4_NUMBER || (last ? i != to : i == to || authority.byteAt(i) != '.')) {
                return false;
            }
            i++;
        }
        return true;
    }

    private static boolean isPercentEncoded(AsciiString string, int index, int to) {
        return index + 2 < to && isHex(string.byteAt(index + 1)) && isHex(string.byteAt(index + 2));
    }

    private static boolean isUnreserved(byte b) {
        int lower = b | 0x20;
        return (lower >= 'a' && lower <= 'z') || isDigit(b) || b == '-' || b == '.' || b == '_' || b == '~';
    }

    private static boolean isHex(byte b) {
        int lower = b | 0x20;
        return isDigit(b) || (lower >= 'a' && lower <= 'f');
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    /**
     * Whether it is a path with an optional query exactly as RFC 3986 sections 3.3 and 3.4 define them: no {@code |}, no
     * brackets, no {@code %} without two hexadecimal digits.
     */
    static boolean isPathAndQuery(AsciiString path) {
        for (int i = 0, length = path.length(); i < length; i++) {
            byte b = path.byteAt(i);
            boolean fine =
                    switch (b) {
                        case '/', '?', ':', '@', '!', '$', '&', '\'', '(', ')', '*', '+', ',', ';', '=' -> true;
                        case '%' -> isPercentEncoded(path, i, length);
                        default -> isUnreserved(b);
                    };
            if (!fine) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether both name the same host and port, regardless of case.
     *
     * @param defaultPort the port if none is given, -1 if the scheme has no default
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
     * Whether it is a non-empty host and a port from 1 to 65535, as CONNECT requires (RFC 9110 section 9.3.6).
     */
    static boolean isHostAndPort(AsciiString authority) {
        int hostEnd = hostEnd(authority);
        return hostEnd > 0 && port(authority, hostEnd, -1) > 0;
    }

    /**
     * The index of the colon before the port, or the length if there is none; colons within brackets belong to the host.
     */
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

    /** The port after {@code hostEnd}; the default if it is missing or empty; -1 if it is not a port. */
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
