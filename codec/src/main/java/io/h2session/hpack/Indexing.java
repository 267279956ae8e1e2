package io.h2session.hpack;

/** The three kinds of literals (RFC 7541 6.2), and which one nghttp2 uses for a field. */
enum Indexing {
    /** 6.2.1: the field enters the table. */
    INCREMENTAL(0x40, 6),
    /** 6.2.2: the value is unlikely to be sent again. */
    WITHOUT(0x00, 4),
    /** 6.2.3: the value must be protected from attackers who observe the size of what is sent. */
    NEVER(0x10, 4);

    private static final int SHORT_COOKIE = 20;

    final int pattern;
    final int prefixBits;

    Indexing(int pattern, int prefixBits) {
        this.pattern = pattern;
        this.prefixBits = prefixBits;
    }

    static Indexing of(HeaderField field, int tableCapacity) {
        if (field.isSensitive()) {
            return NEVER;
        }
        return switch (field.token()) {
            case HeaderToken.AUTHORIZATION -> NEVER;
            case HeaderToken.COOKIE -> field.value().length() < SHORT_COOKIE ? NEVER : bySize(field, tableCapacity);
            case HeaderToken.PATH,
                    HeaderToken.AGE,
                    HeaderToken.CONTENT_LENGTH,
                    HeaderToken.ETAG,
                    HeaderToken.IF_MODIFIED_SINCE,
                    HeaderToken.IF_NONE_MATCH,
                    HeaderToken.LOCATION,
                    HeaderToken.SET_COOKIE -> WITHOUT;
            default -> bySize(field, tableCapacity);
        };
    }

    private static Indexing bySize(HeaderField field, int tableCapacity) {
        return isLarge(field, tableCapacity) ? WITHOUT : INCREMENTAL;
    }

    /** Whether a field would take more than three quarters of the table. */
    static boolean isLarge(HeaderField field, int tableCapacity) {
        return field.size() > tableCapacity * 3L / 4;
    }
}
