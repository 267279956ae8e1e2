package io.h2session.examples.net;

/** Makes text from a peer safe for a terminal. */
public final class Printable {
    private Printable() {}

    /** Escapes everything except printable ASCII, so that a peer cannot control the terminal. */
    public static String of(CharSequence text) {
        StringBuilder safe = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // The only exception is the text that header fields print instead of a secret.
            if ((c >= ' ' && c <= '~') || c == '\u2026') {
                safe.append(c);
            } else {
                safe.append(String.format("\\x%02x", (int) c));
            }
        }
        return safe.toString();
    }
}
