package io.h2session.examples.serve;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Decodes percent-encoding in a path (RFC 3986 section 2.1). */
final class PercentDecoder {
    private PercentDecoder() {}

    /**
     * The path in Unicode, decoded once. Null if it is malformed, not UTF-8, or has a slash that is encoded: that would be a part of a
     * name, which no file can have.
     */
    static String decode(CharSequence path) {
        ByteBuffer bytes = ByteBuffer.allocate(path.length());
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c != '%') {
                bytes.put((byte) c);
                continue;
            }
            int b = i + 2 < path.length()
                    ? Character.digit(path.charAt(i + 1), 16) << 4 | Character.digit(path.charAt(i + 2), 16)
                    : -1;
            if (b < 0 || b == '/') {
                return null;
            }
            bytes.put((byte) b);
            i += 2;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException notUtf8) {
            return null;
        }
    }
}
