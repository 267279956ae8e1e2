package io.h2session.examples.serve;

import java.nio.charset.StandardCharsets;

/** Percent-encodes the characters that a URL must not contain (RFC 3986 section 2). */
final class PercentEncoder {
    private static final String UNRESERVED = "-._~";

    /** The other characters that a query may contain, including those of encoded ones. */
    private static final String OF_QUERY = UNRESERVED + "!$&'()*+,;=:@/?%";

    private PercentEncoder() {}

    /** Appends a name between slashes, in UTF-8. */
    static void encodeName(String name, StringBuilder to) {
        for (byte octet : name.getBytes(StandardCharsets.UTF_8)) {
            encode(octet, UNRESERVED, to);
        }
    }

    /** Appends a query that was received, its question mark included. */
    static void encodeQuery(String query, StringBuilder to) {
        for (byte octet : query.getBytes(StandardCharsets.ISO_8859_1)) {
            encode(octet, OF_QUERY, to);
        }
    }

    private static void encode(byte octet, String plain, StringBuilder to) {
        boolean letterOrDigit =
                octet >= 'a' && octet <= 'z' || octet >= 'A' && octet <= 'Z' || octet >= '0' && octet <= '9';
        if (letterOrDigit || plain.indexOf(octet) >= 0) {
            to.append((char) octet);
        } else {
            to.append('%')
                    .append(Character.toUpperCase(Character.forDigit(octet >> 4 & 0xf, 16)))
                    .append(Character.toUpperCase(Character.forDigit(octet & 0xf, 16)));
        }
    }
}
