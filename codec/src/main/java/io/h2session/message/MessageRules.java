package io.h2session.message;

/**
 * How strictly messages are checked. What is not named here is checked in any case (RFC 9113 section 8).
 *
 * @param enforce whether messages are checked at all (the opposite of {@code nghttp2_option_set_no_http_messaging})
 * @param allowEdgeWhitespace whether values may begin or end with space or tab, against RFC 9113 section 8.2.1
 *     ({@code nghttp2_option_set_no_rfc9113_leading_and_trailing_ws_validation})
 * @param strictTarget whether {@code :path} must be visible ASCII without a fragment and without the delimiters {@code "},
 *     {@code <} and {@code >}, {@code :authority} and {@code host} a host with an optional port, {@code :method} at most
 *     {@value #MAX_METHOD_LENGTH} bytes, {@code :protocol} a token, and the target of a plain CONNECT {@code
 *     host:port}: honest clients send nothing else
 * @param strictUriSyntax whether {@code :path} must also follow the grammar of RFC 3986 exactly. Browsers do not:
 *     they send vertical bars, brackets, braces, carets, backticks and a {@code %} that encodes nothing
 * @param requireHostMatch whether {@code host} must be equal to {@code :authority} (RFC 9113 section 8.3.1), regardless
 *     of case and of the default port of the scheme
 * @param strictTrailers whether {@code content-length} and {@code host} are refused in trailers (RFC 9110 section
 *     6.5.1); otherwise a {@code content-length} there must still agree with the content received
 * @param strictSequence whether an empty DATA frame before the final response and trailers on a tunnel are refused, and a response to
 *     CONNECT that opens no tunnel must be as long as its {@code content-length} says
 *     (RFC 9113 sections 8.1 and 8.5)
 * @param lengthWithoutContent whether any {@code content-length} in 204 and informational responses is left out, as these
 *     have no content (RFC 9113 section 8.1.1); otherwise the message is malformed, except for 0 in 204
 * @param safePushOnly whether promised requests must be GET or HEAD without content (RFC 9113 section 8.4)
 */
public record MessageRules(
        boolean enforce,
        boolean allowEdgeWhitespace,
        boolean strictTarget,
        boolean strictUriSyntax,
        boolean requireHostMatch,
        boolean strictTrailers,
        boolean strictSequence,
        boolean lengthWithoutContent,
        boolean safePushOnly) {
    /** The longest method that {@link #strictTarget()} allows, in bytes: {@value}. */
    public static final int MAX_METHOD_LENGTH = 32;

    /** The default: all of RFC 9113 section 8, and what prevents that the next hop reads a message differently. */
    public static final MessageRules SAFE = new MessageRules(true, false, true, false, true, true, true, true, true);

    /** What nghttp2 checks. */
    public static final MessageRules NGHTTP2 =
            new MessageRules(true, false, false, false, false, false, false, false, false);

    /**
     * These rules with another {@link #enforce()}.
     *
     * @param enforce true to check messages
     * @return a new value
     */
    public MessageRules withEnforce(boolean enforce) {
        return new MessageRules(
                enforce,
                allowEdgeWhitespace,
                strictTarget,
                strictUriSyntax,
                requireHostMatch,
                strictTrailers,
                strictSequence,
                lengthWithoutContent,
                safePushOnly);
    }

    /**
     * These rules with another {@link #allowEdgeWhitespace()}.
     *
     * @param allowEdgeWhitespace true to allow space and tab there
     * @return a new value
     */
    public MessageRules withAllowEdgeWhitespace(boolean allowEdgeWhitespace) {
        return new MessageRules(
                enforce,
                allowEdgeWhitespace,
                strictTarget,
                strictUriSyntax,
                requireHostMatch,
                strictTrailers,
                strictSequence,
                lengthWithoutContent,
                safePushOnly);
    }

    /**
     * These rules with another {@link #strictUriSyntax()}.
     *
     * @param strictUriSyntax true to follow RFC 3986 exactly
     * @return a new value
     */
    public MessageRules withStrictUriSyntax(boolean strictUriSyntax) {
        return new MessageRules(
                enforce,
                allowEdgeWhitespace,
                strictTarget,
                strictUriSyntax,
                requireHostMatch,
                strictTrailers,
                strictSequence,
                lengthWithoutContent,
                safePushOnly);
    }
}
