package io.h2session.examples.net;

import java.util.List;
import java.util.Map;

/**
 * Writes JSON (RFC 8259) of maps, lists, strings, numbers, booleans and null.
 *
 * <p>Every character outside printable ASCII is escaped, so that the text is the same in any encoding and safe on a terminal.
 */
public final class Json {
    private static final String INDENT = "  ";
    private static final int FIRST_PRINTABLE = ' ';
    private static final int LAST_PRINTABLE = '~';

    private final StringBuilder text = new StringBuilder();
    private final boolean indented;

    private Json(boolean indented) {
        this.indented = indented;
    }

    /**
     * A value in one line.
     *
     * @throws IllegalArgumentException if it is, or has in it, something that JSON cannot express
     */
    public static String line(Object value) {
        return new Json(false).value(value, 0).text.toString();
    }

    /**
     * A value with a line for each member.
     *
     * @throws IllegalArgumentException as {@link #line}
     */
    public static String indented(Object value) {
        return new Json(true).value(value, 0).text.toString();
    }

    private Json value(Object value, int depth) {
        if (value instanceof Map<?, ?> members) {
            object(members, depth);
        } else if (value instanceof List<?> elements) {
            array(elements, depth);
        } else if (value instanceof CharSequence characters) {
            string(characters);
        } else if (value instanceof Number number) {
            number(number);
        } else if (value == null || value instanceof Boolean) {
            text.append(value);
        } else {
            throw new IllegalArgumentException("JSON has no " + value.getClass().getSimpleName());
        }
        return this;
    }

    private void object(Map<?, ?> members, int depth) {
        text.append('{');
        String separator = "";
        for (Map.Entry<?, ?> member : members.entrySet()) {
            text.append(separator);
            line(depth + 1);
            string((CharSequence) member.getKey());
            text.append(indented ? ": " : ":");
            value(member.getValue(), depth + 1);
            separator = ",";
        }
        if (!members.isEmpty()) {
            line(depth);
        }
        text.append('}');
    }

    private void array(List<?> elements, int depth) {
        text.append('[');
        String separator = "";
        for (Object element : elements) {
            text.append(separator);
            line(depth + 1);
            value(element, depth + 1);
            separator = ",";
        }
        if (!elements.isEmpty()) {
            line(depth);
        }
        text.append(']');
    }

    private void line(int depth) {
        if (indented) {
            text.append('\n').append(INDENT.repeat(depth));
        }
    }

    private void number(Number number) {
        if (!Double.isFinite(number.doubleValue())) {
            throw new IllegalArgumentException("JSON has no " + number);
        }
        text.append(number);
    }

    private void string(CharSequence characters) {
        text.append('"');
        for (int i = 0; i < characters.length(); i++) {
            char c = characters.charAt(i);
            switch (c) {
                case '"', '\\' -> text.append('\\').append(c);
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                default -> {
                    if (c >= FIRST_PRINTABLE && c <= LAST_PRINTABLE) {
                        text.append(c);
                    } else {
                        text.append(String.format("\\u%04x", (int) c));
                    }
                }
            }
        }
        text.append('"');
    }
}
