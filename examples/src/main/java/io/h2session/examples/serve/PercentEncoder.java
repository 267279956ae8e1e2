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
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            encode(b, UNRESERVED, to);
        }
    }

    /** Appends a query that was received, its question mark included. */
    static void encodeQuery(String query, StringBuilder to) {
        for (byte b : query.getBytes(StandardCharsets.ISO_8859_1)) {
            encode(b, OF_QUERY, to);
        }
    }

    private static void encode(byte b, String plain, StringBuilder to) {
        boolean letterOrDigit = b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9';
        if (letterOrDigit || plain.indexOf(b) >= 0) {
            to.append((char) b);
        } else {
            to.append('%')
                    .append(Character.toUpperCase(Character.forDigit(b >> 4 & 0xf, 16)))
                    .append(Character.toUpperCase(Character.forDigit(b & 0xf, 16)));
        }
    }
}
