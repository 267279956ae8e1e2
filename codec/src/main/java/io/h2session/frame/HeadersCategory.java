package io.h2session.frame;

/** What a HEADERS frame is to its stream; the same four as {@code nghttp2_headers_category}. */
public enum HeadersCategory {
    /** It opened the stream. */
    REQUEST,
    /** The first one that answers a request, possibly informational (1xx). */
    RESPONSE,
    /** The first one on a promised stream. */
    PUSH_RESPONSE,
    /** Any other: a final response after an informational one, or trailers. */
    HEADERS
}
