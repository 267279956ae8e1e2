package io.h2session.examples.serve;

import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;

/** Lists of entity tags (RFC 9110 section 8.8.3). */
final class EntityTags {
    private static final String WEAK = "W/";
    private static final String ANY = "*";

    private EntityTags() {}

    /** The values of a field as one list; null if there is no such field. */
    static String list(HttpHeaders headers, CharSequence name) {
        List<String> values = headers.getAll(name);
        return values.isEmpty() ? null : String.join(",", values);
    }

    /**
     * Whether a list contains a tag, or is {@code *}. What is malformed in it ends it.
     *
     * @param weak whether weak tags are compared, too (section 8.8.3.2)
     */
    static boolean contains(String list, String tag, boolean weak) {
        if (list.trim().equals(ANY)) {
            return true;
        }
        if (!weak && tag.startsWith(WEAK)) {
            return false;
        }
        String wanted = opaque(tag);
        int at = skip(list, 0);
        while (at < list.length()) {
            boolean isWeak = list.startsWith(WEAK, at);
            int from = isWeak ? at + WEAK.length() : at;
            int to = from < list.length() && list.charAt(from) == '"' ? list.indexOf('"', from + 1) : -1;
            if (to < 0) {
                return false;
            }
            if ((weak || !isWeak) && wanted.length() == to + 1 - from && list.startsWith(wanted, from)) {
                return true;
            }
            at = skip(list, to + 1);
        }
        return false;
    }

    private static String opaque(String tag) {
        return tag.startsWith(WEAK) ? tag.substring(WEAK.length()) : tag;
    }

    private static int skip(String list, int from) {
        int at = from;
        while (at < list.length() && " \t,".indexOf(list.charAt(at)) >= 0) {
            at++;
        }
        return at;
    }
}
