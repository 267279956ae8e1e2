package io.h2session.message;

/** What has been seen of a header block: the bits of an int. */
final class Seen {
    // Fields that may occur once.
    static final int AUTHORITY = 1;
    static final int METHOD = 1 << 1;
    static final int PATH = 1 << 2;
    static final int SCHEME = 1 << 3;
    static final int PROTOCOL = 1 << 4;
    static final int STATUS = 1 << 5;
    static final int HOST = 1 << 6;
    static final int CONTENT_LENGTH = 1 << 7;

    /** A field that is not a pseudo-header field: pseudo-header fields may not follow. */
    static final int REGULAR = 1 << 8;

    // Values of pseudo-header fields that matter.
    static final int METHOD_GET = 1 << 9;
    static final int METHOD_CONNECT = 1 << 10;
    static final int METHOD_OPTIONS = 1 << 11;
    static final int PATH_SLASH = 1 << 12;
    static final int PATH_ASTERISK = 1 << 13;
    static final int SCHEME_HTTP = 1 << 14;
    static final int SCHEME_HTTPS = 1 << 15;

    /** A {@code priority} field that cannot be parsed. */
    static final int BAD_PRIORITY = 1 << 16;

    /** A {@code content-length} in trailers that differs from the length of the content. */
    static final int TRAILER_LENGTH_DIFFERS = 1 << 17;

    /** Not seen but known before: {@code :protocol} is allowed. */
    static final int EXTENDED_CONNECT_ALLOWED = 1 << 18;

    /** An {@code expect} field with {@code 100-continue}. */
    static final int EXPECT_CONTINUE = 1 << 19;

    private Seen() {}
}
