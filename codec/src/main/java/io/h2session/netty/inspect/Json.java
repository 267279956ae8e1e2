package io.h2session.netty.inspect;

import org.jspecify.annotations.Nullable;

/** Writes a JSON text (RFC 8259) front to back, with the commas. */
final class Json {
    private static final String HEX = "0123456789abcdef";

    private final StringBuilder out = new StringBuilder(1024);
    private boolean first = true;

    /** Begins an object; {@link #end} ends it. */
    Json object() {
        return open('{');
    }

    /** Begins an array; {@link #endArray} ends it. */
    Json array() {
        return open('[');
    }

    Json end() {
        return close('}');
    }

    Json endArray() {
        return close(']');
    }

    /** Begins a member of an object; its value follows. */
    Json name(String name) {
        separate();
        quote(name);
        out.append(':');
        first = true;
        return this;
    }

    Json object(String name) {
        return name(name).object();
    }

    Json array(String name) {
        return name(name).array();
    }

    Json put(String name, long value) {
        return name(name).value(value);
    }

    Json put(String name, double value) {
        name(name);
        out.append(value);
        first = false;
        return this;
    }

    Json put(String name, boolean value) {
        name(name);
        out.append(value);
        first = false;
        return this;
    }

    /** Null is left out. */
    Json put(String name, @Nullable String value) {
        return value == null ? this : name(name).value(value);
    }

    /** Left out if there is none, which -1 means. */
    Json putKnown(String name, long value) {
        return value < 0 ? this : put(name, value);
    }

    Json value(long value) {
        separate();
        out.append(value);
        return this;
    }

    Json value(String value) {
        separate();
        quote(value);
        return this;
    }

    private Json open(char bracket) {
        separate();
        out.append(bracket);
        first = true;
        return this;
    }

    private Json close(char bracket) {
        out.append(bracket);
        first = false;
        return this;
    }

    private void separate() {
        if (!first) {
            out.append(',');
        }
        first = false;
    }

    // What a browser, or a line of server-sent events, could take for its own is escaped, too.
    private void quote(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ' || c >= 127 || c == '<' || c == '>' || c == '&') {
                out.append("\\u")
                        .append(HEX.charAt(c >> 12))
                        .append(HEX.charAt(c >> 8 & 15))
                        .append(HEX.charAt(c >> 4 & 15))
                        .append(HEX.charAt(c & 15));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
