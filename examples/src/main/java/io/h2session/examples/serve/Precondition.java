package io.h2session.examples.serve;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;

/** What the conditions of a request for a file say (RFC 9110 section 13). */
enum Precondition {
    /** It is answered. */
    PASSED,
    /** Its client has the file already: 304. */
    NOT_MODIFIED,
    /** The file is not what its client takes it for: 412. */
    FAILED;

    /**
     * The conditions in the order of section 13.2.2.
     *
     * @param tag the entity tag of what would be sent
     * @param modified when it was changed, as a number of seconds
     */
    static Precondition of(HttpRequest request, String tag, long modified) {
        HttpHeaders headers = request.headers();
        String match = EntityTags.list(headers, HttpHeaderNames.IF_MATCH);
        if (match != null) {
            if (!EntityTags.contains(match, tag, false)) {
                return FAILED;
            }
        } else {
            long unmodified = HttpDates.parse(headers.get(HttpHeaderNames.IF_UNMODIFIED_SINCE));
            if (unmodified >= 0 && modified > unmodified) {
                return FAILED;
            }
        }
        String noneMatch = EntityTags.list(headers, HttpHeaderNames.IF_NONE_MATCH);
        if (noneMatch != null) {
            return EntityTags.contains(noneMatch, tag, true) ? NOT_MODIFIED : PASSED;
        }
        long known = HttpDates.parse(headers.get(HttpHeaderNames.IF_MODIFIED_SINCE));
        return known >= 0 && modified <= known ? NOT_MODIFIED : PASSED;
    }

    /** Whether a range may be sent: only of the very content that the client has a part of, if it says which (section 13.1.5). */
    static boolean ifRange(Exchange exchange, String tag, StoredFile file) {
        String condition = exchange.field(HttpHeaderNames.IF_RANGE);
        if (condition == null) {
            return true;
        }
        String validator = condition.trim();
        if (validator.endsWith("\"")) {
            return validator.equals(tag) && !tag.startsWith("W/");
        }
        return HttpDates.parse(validator) == file.modifiedSecond();
    }
}
