package io.h2session.examples.proxy;

/** What HTTP/1.1 may take, on either side. In HTTP/2 the session has its own. */
final class Limits {
    /** The longest request line or status line, in bytes. */
    static final int LINE = 16 * 1024;

    /** The largest head without its first line, in bytes. */
    static final int HEAD = 32 * 1024;

    /** The largest piece of content that is passed on at once, in bytes. */
    static final int PIECE = 64 * 1024;

    private Limits() {}
}
