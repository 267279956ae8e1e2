package io.h2session.hpack;

import static io.h2session.hpack.HeaderNames.*;

import io.netty.util.AsciiString;

/** The static table (RFC 7541 appendix A), indices 1 to 61. */
final class StaticTable {
    static final int LENGTH = 61;

    private static final HeaderField[] FIELDS = {
        null,
        field(AUTHORITY, ""),
        HeaderField.of(METHOD, HeaderValues.GET, false),
        HeaderField.of(METHOD, HeaderValues.POST, false),
        field(PATH, "/"),
        field(PATH, "/index.html"),
        HeaderField.of(SCHEME, HeaderValues.HTTP, false),
        HeaderField.of(SCHEME, HeaderValues.HTTPS, false),
        field(STATUS, "200"),
        field(STATUS, "204"),
        field(STATUS, "206"),
        field(STATUS, "304"),
        field(STATUS, "400"),
        field(STATUS, "404"),
        field(STATUS, "500"),
        field(ACCEPT_CHARSET, ""),
        field(ACCEPT_ENCODING, "gzip, deflate"),
        field(ACCEPT_LANGUAGE, ""),
        field(ACCEPT_RANGES, ""),
        field(ACCEPT, ""),
        field(ACCESS_CONTROL_ALLOW_ORIGIN, ""),
        field(AGE, ""),
        field(ALLOW, ""),
        field(AUTHORIZATION, ""),
        field(CACHE_CONTROL, ""),
        field(CONTENT_DISPOSITION, ""),
        field(CONTENT_ENCODING, ""),
        field(CONTENT_LANGUAGE, ""),
        field(CONTENT_LENGTH, ""),
        field(CONTENT_LOCATION, ""),
        field(CONTENT_RANGE, ""),
        field(CONTENT_TYPE, ""),
        field(COOKIE, ""),
        field(DATE, ""),
        field(ETAG, ""),
        field(EXPECT, ""),
        field(EXPIRES, ""),
        field(FROM, ""),
        field(HOST, ""),
        field(IF_MATCH, ""),
        field(IF_MODIFIED_SINCE, ""),
        field(IF_NONE_MATCH, ""),
        field(IF_RANGE, ""),
        field(IF_UNMODIFIED_SINCE, ""),
        field(LAST_MODIFIED, ""),
        field(LINK, ""),
        field(LOCATION, ""),
        field(MAX_FORWARDS, ""),
        field(PROXY_AUTHENTICATE, ""),
        field(PROXY_AUTHORIZATION, ""),
        field(RANGE, ""),
        field(REFERER, ""),
        field(REFRESH, ""),
        field(RETRY_AFTER, ""),
        field(SERVER, ""),
        field(SET_COOKIE, ""),
        field(STRICT_TRANSPORT_SECURITY, ""),
        field(TRANSFER_ENCODING, ""),
        field(USER_AGENT, ""),
        field(VARY, ""),
        field(VIA, ""),
        field(WWW_AUTHENTICATE, "")
    };

    /** By token: the lowest index with that name, 0 if the name is not in the table. Equal names are neighbours. */
    private static final byte[] FIRST = new byte[HeaderToken.count()];

    static {
        for (int index = LENGTH; index > 0; index--) {
            FIRST[FIELDS[index].token()] = (byte) index;
        }
    }

    private StaticTable() {}

    private static HeaderField field(AsciiString name, String value) {
        return HeaderField.of(name, value.isEmpty() ? AsciiString.EMPTY_STRING : AsciiString.cached(value), false);
    }

    /** The entry at an index from 1 to {@link #LENGTH}. */
    static HeaderField get(int index) {
        return FIELDS[index];
    }

    /** The lowest index whose entry has this name, 0 if none has. */
    static int indexOfName(int token) {
        return token == HeaderToken.UNKNOWN ? 0 : FIRST[token];
    }

    /**
     * The index of the entry with this name and value, 0 if there is none.
     *
     * @param first the result of {@link #indexOfName} for the field, not 0
     */
    static int indexOf(int first, HeaderField field) {
        if (FIELDS[first].value().isEmpty()) {
            // Most names have one entry, without a value.
            return field.value().isEmpty() ? first : 0;
        }
        int token = field.token();
        int index = first;
        do {
            if (HeaderField.sameBytes(FIELDS[index].value(), field.value())) {
                return index;
            }
        } while (++index <= LENGTH && FIELDS[index].token() == token);
        return 0;
    }
}
