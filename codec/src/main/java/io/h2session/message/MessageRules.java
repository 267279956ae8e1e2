package io.h2session.message;

/**
 * How strict messages are judged. Everything not named here is judged under any rules (RFC 9113 section 8).
 *
 * @param enforce whether anything is judged at all ({@code nghttp2_option_set_no_http_messaging} is its contrary)
 * @param allowEdgeWhitespace whether values may begin or end with space or tab, against RFC 9113 section 8.2.1
 *     ({@code nghttp2_option_set_no_rfc9113_leading_and_trailing_ws_validation})
 * @param strictTarget whether {@code :path} must be visible ASCII without a fragment and without the delimiters {@code "},
 *     {@code <} and {@code >}, {@code :authority} and {@code host} a host and perhaps a port, {@code :method} at most
 *     {@value #MAX_METHOD_LENGTH} octets, {@code :protocol} a token, and the target of a plain CONNECT {@code
 *     host:port}: no honest client sends anything else
 * @param strictUriSyntax whether {@code :path} must be one by the letter of RFC 3986 besides, which browsers do not keep to:
 *     they send vertical bars, brackets, braces, carets, backticks and a {@code %} that encodes nothing
 * @param requireHostMatch whether {@code host} must name what {@code :authority} names (RFC 9113 section 8.3.1): equal
 *     without regard to case and to the default port of the scheme
 * @param strictTrailers whether {@code content-length} and {@code host} are refused in trailers (RFC 9110 section
 *     6.5.1); otherwise a {@code content-length} there must still agree with the content received
 * @param strictSequence whether an empty DATA frame before the final response and trailers on a tunnel are refused
 *     (RFC 9113 sections 8.1 and 8.5)
 * @param lengthWithoutContent whether {@code content-length} in 204 and informational responses is left out, whatever it
 *     says, as no content can come (RFC 9113 section 8.1.1); otherwise the message is malformed, but for 0 in 204
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
    /** Longest method under {@link #strictTarget()}, in octets: {@value}. */
    public static final int MAX_METHOD_LENGTH = 32;

    /** The default: all of RFC 9113 section 8 and what keeps a message from being read in two ways behind us. */
    public static final MessageRules SAFE = new MessageRules(true, false, true, false, true, true, true, true, true);

    /** What nghttp2 checks, and no more. */
    public static final MessageRules NGHTTP2 =
            new MessageRules(true, false, false, false, false, false, false, false, false);

    /**
     * Makes rules which are judged or not.
     *
     * @param enforce see {@link #enforce()}
     * @return otherwise these rules
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
     * Makes rules with or without space and tab at the edges of values.
     *
     * @param allowEdgeWhitespace see {@link #allowEdgeWhitespace()}
     * @return otherwise these rules
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
     * Makes rules with or without the letter of RFC 3986.
     *
     * @param strictUriSyntax see {@link #strictUriSyntax()}
     * @return otherwise these rules
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
