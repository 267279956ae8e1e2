package io.h2session.netty.inspect;

import io.h2session.hpack.HeaderField;
import io.h2session.hpack.HeaderList;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is shown of header fields: their names, and the value of {@code :status}, which is a number. Other values are shown only if
 * the inspector is told to, and never those that are secret. What is not shown is not kept.
 */
final class ShownFields {
    private static final String REDACTED = "[redacted]";
    private static final int MAX_FIELDS = 100;
    private static final int MAX_LENGTH = 200;

    /** Names of which a part gives a secret away. */
    private static final List<String> SECRET_PARTS = List.of(
            "auth",
            "cookie",
            "token",
            "secret",
            "passw",
            "api-key",
            "apikey",
            "credential",
            "session",
            "signature",
            "csrf",
            "xsrf");

    /** Values that are URLs, whose queries often have secrets. */
    private static final Set<String> URLS =
            Set.of(":path", "referer", "location", "content-location", "origin", "link", "refresh");

    private final boolean values;
    private final Set<String> redacted;

    /**
     * @param values whether values are shown
     * @param redacted names in lower case whose values are not shown in any case
     */
    ShownFields(boolean values, Set<String> redacted) {
        this.values = values;
        this.redacted = Set.copyOf(redacted);
    }

    List<Field> of(HeaderList fields) {
        List<Field> shown = new ArrayList<>(Math.min(fields.size(), MAX_FIELDS));
        for (HeaderField field : fields) {
            if (shown.size() == MAX_FIELDS) {
                break;
            }
            shown.add(of(field));
        }
        return shown;
    }

    Field of(HeaderField field) {
        String name = cut(field.name());
        return new Field(name, value(name, field));
    }

    private @Nullable String value(String name, HeaderField field) {
        if (name.equals(":status")) {
            return cut(field.value());
        }
        if (!values) {
            return null;
        }
        if (field.isSensitive() || isSecret(name)) {
            return REDACTED;
        }
        String value = cut(field.value());
        int address = URLS.contains(name) ? addressEnd(value) : -1;
        return address < 0 ? value : value.substring(0, address + 1) + REDACTED;
    }

    /** Where the query or the fragment of a URL begins; -1 if it has none. */
    private static int addressEnd(String url) {
        for (int i = 0; i < url.length(); i++) {
            if (url.charAt(i) == '?' || url.charAt(i) == '#') {
                return i;
            }
        }
        return -1;
    }

    private boolean isSecret(String name) {
        if (redacted.contains(name)) {
            return true;
        }
        // :authority and :path are not what these words are meant for.
        return !name.startsWith(":") && SECRET_PARTS.stream().anyMatch(name::contains);
    }

    private static String cut(AsciiString text) {
        return text.length() <= MAX_LENGTH ? text.toString() : text.toString(0, MAX_LENGTH) + "...";
    }
}
