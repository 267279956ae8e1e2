package io.h2session.examples.serve;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** {@code %20} and the like in a path (RFC 3986 section 2.1). */
final class PercentDecoder {
    private PercentDecoder() {}

    /** The path in Unicode, decoded once; null if it is malformed, or is not UTF-8. */
    static String decode(CharSequence path) {
        ByteBuffer octets = ByteBuffer.allocate(path.length());
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c != '%') {
                octets.put((byte) c);
                continue;
            }
            int octet = i + 2 < path.length()
                    ? Character.digit(path.charAt(i + 1), 16) << 4 | Character.digit(path.charAt(i + 2), 16)
                    : -1;
            if (octet < 0) {
                return null;
            }
            octets.put((byte) octet);
            i += 2;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(octets.flip()).toString();
        } catch (CharacterCodingException notUtf8) {
            return null;
        }
    }
}
