package io.h2session.examples.proxy;

import java.util.ArrayList;
import java.util.List;

/**
 * A request or an answer as a peer has received it, or is to send it.
 *
 * @param start {@code GET /path}, or the status
 * @param fields {@code name: value}, names in lower case, without pseudo-header fields
 * @param body as text of one byte for each character
 * @param trailers as fields
 * @param informational the statuses that came before
 * @param end how it ended
 */
record Message(
        String start, List<String> fields, String body, List<String> trailers, List<String> informational, String end) {
    static final String WHOLE = "whole";

    static Message of(String start, String... fields) {
        return new Message(start, List.of(fields), "", List.of(), List.of(), WHOLE);
    }

    Message body(String text) {
        return new Message(start, fields, text, trailers, informational, end);
    }

    Message trailers(String... more) {
        return new Message(start, fields, body, List.of(more), informational, end);
    }

    Message informational(String... before) {
        return new Message(start, fields, body, trailers, List.of(before), end);
    }

    boolean isWhole() {
        return end.equals(WHOLE);
    }

    /** The values of a field, in order. */
    List<String> all(String name) {
        List<String> values = new ArrayList<>();
        for (String field : fields) {
            if (field.startsWith(name + ": ")) {
                values.add(field.substring(name.length() + 2));
            }
        }
        return values;
    }

    /** The only value of a field; null if there is none. */
    String one(String name) {
        List<String> values = all(name);
        if (values.size() > 1) {
            throw new AssertionError("more than one " + name + ": " + values);
        }
        return values.isEmpty() ? null : values.get(0);
    }
}
