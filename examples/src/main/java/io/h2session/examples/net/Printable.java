package io.h2session.examples.net;

/** What a peer says, made safe for a terminal. */
public final class Printable {
    private Printable() {}

    /** The text with everything but printable ASCII escaped: a peer must not be able to move somebody's cursor. */
    public static String of(CharSequence text) {
        StringBuilder safe = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // The one exception is what header fields print instead of a secret.
            if ((c >= ' ' && c <= '~') || c == '\u2026') {
                safe.append(c);
            } else {
                safe.append(String.format("\\x%02x", (int) c));
            }
        }
        return safe.toString();
    }
}
