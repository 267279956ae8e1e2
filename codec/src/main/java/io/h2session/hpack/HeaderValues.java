package io.h2session.hpack;

import io.netty.util.AsciiString;

/**
 * Values of pseudo-header fields in the static table (RFC 7541 appendix A). Each has one shared instance here, which the decoder
 * uses, so it is worthwhile to compare by identity first, as {@link AsciiString#contentEquals} does.
 *
 * @since 0.1
 */
public final class HeaderValues {
    /** The {@code :method} {@code GET}. */
    public static final AsciiString GET = AsciiString.cached("GET");
    /** The {@code :method} {@code POST}. */
    public static final AsciiString POST = AsciiString.cached("POST");
    /** The {@code :scheme} {@code http}. */
    public static final AsciiString HTTP = AsciiString.cached("http");
    /** The {@code :scheme} {@code https}. */
    public static final AsciiString HTTPS = AsciiString.cached("https");

    private HeaderValues() {}
}
