package io.h2session.message;

import static io.h2session.message.FieldVerdict.ACCEPT;
import static io.h2session.message.FieldVerdict.INVALID;
import static io.h2session.message.FieldVerdict.MALFORMED;
import static io.h2session.message.FieldVerdict.REMOVE;

import io.h2session.hpack.HeaderField;
import io.h2session.hpack.HeaderToken;
import io.h2session.priority.Priority;
import io.h2session.priority.PriorityField;
import io.netty.util.AsciiString;

/**
 * Progress of the message one stream receives, and the judge of its well-formedness (RFC 9113 section 8, the
 * {@code nghttp2_http_*} functions). One object per stream; it allocates nothing after construction. Not thread safe.
 *
 * <p>After a verdict or answer that makes the message malformed the object is of no further use but for
 * {@link #reason()}: the stream is to be reset.
 */
public final class InboundMessage {
    private static final AsciiString GET = AsciiString.cached("GET");
    private static final AsciiString CONTINUE = AsciiString.cached("100-continue");
    private static final AsciiString OPTIONS = AsciiString.cached("OPTIONS");
    private static final AsciiString HTTP = AsciiString.cached("http");
    private static final AsciiString HTTPS = AsciiString.cached("https");

    private final MessageRules rules;
    private final boolean receivesRequest;
    private final int faults;

    private MessagePhase phase = MessagePhase.INITIAL;
    private BlockKind block;
    private RequestKind requestKind = RequestKind.NORMAL;
    private int seen;
    private int status;

    /** The {@code content-length} given, -1 if none. */
    private long contentLength = -1;

    /** Octets of content that must come, -1 if that is not known. Not {@link #contentLength} in answers to HEAD. */
    private long expected = -1;

    private long received;
    private Priority priority;
    private AsciiString authority;
    private AsciiString host;
    private String reason;

    /**
     * A message of which nothing came yet.
     *
     * @param rules how strict to be
     * @param receivesRequest true at a server; false at a client, for streams it opened and streams pushed to it
     */
    public InboundMessage(MessageRules rules, boolean receivesRequest) {
        this.rules = rules;
        this.receivesRequest = receivesRequest;
        this.faults = FieldOctets.BAD_NAME
                | FieldOctets.UPPERCASE
                | FieldOctets.BAD_VALUE
                | FieldOctets.BAD_SYNTAX
                | FieldOctets.UNKNOWN_PSEUDO
                | (rules.allowEdgeWhitespace() ? 0 : FieldOctets.EDGE_WHITESPACE)
                | (rules.strictTarget() ? FieldOctets.NOT_STRICT : 0);
    }

    /**
     * Tells a client's message which request it answers. Without this call it is {@link RequestKind#NORMAL}.
     *
     * @param kind kind of the request we sent, or of the one before an upgrade
     */
    public void expectResponseTo(RequestKind kind) {
        requestKind = kind;
    }

    /**
     * A header block begins.
     *
     * @param extendedConnectAllowed whether we announced SETTINGS_ENABLE_CONNECT_PROTOCOL (RFC 8441); counts for
     *     requests
     * @param pushPromise whether the block is a PUSH_PROMISE's, on the message of the promised stream
     * @return the rules its fields are under, by what was received before
     */
    public BlockKind beginBlock(boolean extendedConnectAllowed, boolean pushPromise) {
        BlockKind kind;
        if (pushPromise) {
            kind = BlockKind.PROMISED_REQUEST;
        } else if (trailersNext()) {
            kind = BlockKind.TRAILERS;
        } else {
            kind = receivesRequest ? BlockKind.REQUEST : BlockKind.RESPONSE;
        }
        begin(kind, extendedConnectAllowed);
        return kind;
    }

    /** {@return whether the request or the final response has been received: the next header block has to be trailers} */
    public boolean trailersNext() {
        return phase == MessagePhase.BODY || phase == MessagePhase.ENDED;
    }

    private void begin(BlockKind kind, boolean extendedConnectAllowed) {
        block = kind;
        // The host of a request stays: a second one in the trailers is still a second one.
        seen = kind == BlockKind.TRAILERS ? seen & Seen.HOST : 0;
        if (kind == BlockKind.RESPONSE) {
            status = 0;
        }
        if (extendedConnectAllowed) {
            seen |= Seen.EXTENDED_CONNECT_ALLOWED;
        }
    }

    /**
     * Judges the next field of the block, in order. A field that turns out {@link FieldVerdict#INVALID} still ends the
     * pseudo-header section.
     *
     * @param field the field; its octets are judged once and the result is kept with it
     * @return what to do with it; {@link #reason()} says why if that is not {@link FieldVerdict#ACCEPT}
     */
    public FieldVerdict field(HeaderField field) {
        if (!rules.enforce()) {
            return ACCEPT;
        }
        int found = FieldOctets.judge(field) & faults;
        if (found != 0) {
            FieldVerdict verdict = octetFault(field, found);
            if (verdict != ACCEPT) {
                return verdict;
            }
        }
        return switch (field.token()) {
            case HeaderToken.METHOD -> method(field.value());
            case HeaderToken.SCHEME -> scheme(field.value());
            case HeaderToken.AUTHORITY -> authority(field.value());
            case HeaderToken.PATH -> path(field.value());
            case HeaderToken.PROTOCOL -> protocol(field.value());
            case HeaderToken.STATUS -> status(field.value());
            case HeaderToken.HOST -> host(field.value());
            case HeaderToken.CONTENT_LENGTH -> contentLength(field.value());
            case HeaderToken.PRIORITY -> priority(field.value());
            case HeaderToken.CONNECTION,
                    HeaderToken.KEEP_ALIVE,
                    HeaderToken.PROXY_CONNECTION,
                    HeaderToken.TRANSFER_ENCODING,
                    HeaderToken.UPGRADE -> malformed("connection_specific_field");
            default -> other(field);
        };
    }

    private FieldVerdict other(HeaderField field) {
        seen |= Seen.REGULAR;
        if (field.token() == HeaderToken.EXPECT && CONTINUE.contentEqualsIgnoreCase(field.value())) {
            seen |= Seen.EXPECT_CONTINUE;
        }
        return ACCEPT;
    }

    /** Something is wrong with the octets: strict for pseudo-header fields and case, forgiving for the rest. */
    private FieldVerdict octetFault(HeaderField field, int found) {
        int token = field.token();
        if ((found & FieldOctets.UPPERCASE) != 0) {
            return malformed("uppercase_field_name");
        }
        if ((found & FieldOctets.UNKNOWN_PSEUDO) != 0) {
            return malformed("unknown_pseudo_header");
        }
        if (HeaderToken.isPseudo(token)) {
            return malformed("invalid_pseudo_header_value");
        }
        seen |= Seen.REGULAR;
        if ((found & FieldOctets.BAD_NAME) != 0) {
            return invalid("invalid_field_name");
        }
        boolean badText = (found & (FieldOctets.BAD_VALUE | FieldOctets.EDGE_WHITESPACE)) != 0;
        if (token == HeaderToken.PRIORITY && block == BlockKind.REQUEST) {
            badPriority();
        }
        if (badText) {
            return invalid("invalid_field_value");
        }
        if (token == HeaderToken.TE) {
            return malformed("te_not_trailers");
        }
        // What is left is the syntax of host, which means something in requests only.
        return inRequestMessage() ? invalid("invalid_host") : ACCEPT;
    }

    private FieldVerdict pseudo(int bit, AsciiString value) {
        if (block == BlockKind.TRAILERS) {
            return malformed("pseudo_header_in_trailers");
        }
        if ((bit == Seen.STATUS) == block.isRequest()) {
            return malformed(
                    bit == Seen.STATUS ? "response_pseudo_header_in_request" : "request_pseudo_header_in_response");
        }
        if ((seen & Seen.REGULAR) != 0) {
            return malformed("pseudo_header_after_regular_field");
        }
        if ((seen & bit) != 0) {
            return malformed("duplicate_pseudo_header");
        }
        if (value.isEmpty()) {
            return malformed("empty_pseudo_header");
        }
        seen |= bit;
        return ACCEPT;
    }

    private FieldVerdict method(AsciiString value) {
        FieldVerdict verdict = pseudo(Seen.METHOD, value);
        if (verdict != ACCEPT) {
            return verdict;
        }
        requestKind = RequestKind.of(value);
        if (requestKind == RequestKind.CONNECT) {
            seen |= Seen.METHOD_CONNECT;
            return block == BlockKind.PROMISED_REQUEST ? malformed("promised_connect") : ACCEPT;
        }
        if (value.length() == GET.length() && GET.contentEquals(value)) {
            seen |= Seen.METHOD_GET;
        } else if (value.length() == OPTIONS.length() && OPTIONS.contentEquals(value)) {
            seen |= Seen.METHOD_OPTIONS;
        }
        return ACCEPT;
    }

    private FieldVerdict scheme(AsciiString value) {
        FieldVerdict verdict = pseudo(Seen.SCHEME, value);
        if (value.length() == HTTPS.length() && HTTPS.contentEqualsIgnoreCase(value)) {
            seen |= Seen.SCHEME_HTTPS;
        } else if (value.length() == HTTP.length() && HTTP.contentEqualsIgnoreCase(value)) {
            seen |= Seen.SCHEME_HTTP;
        }
        return verdict;
    }

    private FieldVerdict authority(AsciiString value) {
        authority = value;
        return pseudo(Seen.AUTHORITY, value);
    }

    private FieldVerdict path(AsciiString value) {
        FieldVerdict verdict = pseudo(Seen.PATH, value);
        if (verdict == ACCEPT) {
            byte first = value.byteAt(0);
            if (first == '/') {
                seen |= Seen.PATH_SLASH;
            } else if (first == '*' && value.length() == 1) {
                seen |= Seen.PATH_ASTERISK;
            }
            if (rules.strictUriSyntax() && !Authority.isPathAndQuery(value)) {
                return malformed("path_not_rfc3986");
            }
        }
        return verdict;
    }

    private FieldVerdict protocol(AsciiString value) {
        FieldVerdict verdict = pseudo(Seen.PROTOCOL, value);
        if (verdict == ACCEPT && (seen & Seen.EXTENDED_CONNECT_ALLOWED) == 0) {
            return malformed("extended_connect_not_enabled");
        }
        return verdict;
    }

    private FieldVerdict status(AsciiString value) {
        FieldVerdict verdict = pseudo(Seen.STATUS, value);
        if (verdict != ACCEPT) {
            return verdict;
        }
        long code = value.length() == 3 ? parseDigits(value) : -1;
        if (code < 100) {
            return malformed("invalid_status");
        }
        status = (int) code;
        return code == 101 ? malformed("status_101") : ACCEPT;
    }

    private FieldVerdict host(AsciiString value) {
        seen |= Seen.REGULAR;
        if (block == BlockKind.TRAILERS && rules.strictTrailers()) {
            return malformed("host_in_trailers");
        }
        if (!inRequestMessage()) {
            return ACCEPT;
        }
        if ((seen & Seen.HOST) != 0) {
            return malformed("duplicate_host");
        }
        if (value.isEmpty()) {
            return malformed("empty_host");
        }
        seen |= Seen.HOST;
        host = value;
        return ACCEPT;
    }

    private FieldVerdict contentLength(AsciiString value) {
        seen |= Seen.REGULAR;
        boolean trailers = block == BlockKind.TRAILERS;
        if (trailers && rules.strictTrailers()) {
            return malformed("content_length_in_trailers");
        }
        // In trailers the length in force counts, which an answer to HEAD has without a field and CONNECT has not at
        // all.
        boolean given = (seen & Seen.CONTENT_LENGTH) != 0 || (trailers && expected >= 0);
        long length = parseDigits(value);
        if (!inRequestMessage()) {
            if ((status == 204 || status / 100 == 1) && rules.lengthWithoutContent() && !trailers) {
                return lengthWithoutContent(length, given);
            }
            if (status == 204) {
                if (given || length != 0 || value.length() != 1) {
                    return malformed("content_length_in_204");
                }
                takeLength(0);
                reason = "content_length_in_204";
                return REMOVE;
            }
            if (status / 100 == 1) {
                return malformed("content_length_in_informational");
            }
            if (status / 100 == 2 && requestKind == RequestKind.CONNECT) {
                reason = "content_length_in_tunnel";
                return REMOVE;
            }
        }
        if (given) {
            return malformed("duplicate_content_length");
        }
        if (length < 0) {
            return malformed("invalid_content_length");
        }
        takeLength(length);
        return ACCEPT;
    }

    // Nothing is measured by it, so that any length will do; but one that is none, or the second, may be read otherwise
    // behind us.
    private FieldVerdict lengthWithoutContent(long length, boolean given) {
        if (given) {
            return malformed("duplicate_content_length");
        }
        if (length < 0) {
            return malformed("invalid_content_length");
        }
        seen |= Seen.CONTENT_LENGTH;
        reason = status == 204 ? "content_length_in_204" : "content_length_in_informational";
        return REMOVE;
    }

    /** Trailers come when all content has come, so their length is compared at once and changes nothing. */
    private void takeLength(long length) {
        seen |= Seen.CONTENT_LENGTH;
        if (block != BlockKind.TRAILERS) {
            contentLength = length;
        } else if (length != received) {
            seen |= Seen.TRAILER_LENGTH_DIFFERS;
        }
    }

    private FieldVerdict priority(AsciiString value) {
        seen |= Seen.REGULAR;
        if (block == BlockKind.REQUEST && (seen & Seen.BAD_PRIORITY) == 0) {
            priority = PriorityField.parse(value, priority == null ? Priority.DEFAULT : priority);
            if (priority == null) {
                badPriority();
            }
        }
        return ACCEPT;
    }

    /** One bad line spoils them all (RFC 9218 section 5 joins the lines to one dictionary). */
    private void badPriority() {
        seen |= Seen.BAD_PRIORITY;
        priority = null;
    }

    /**
     * The block is complete.
     *
     * @param endStream whether END_STREAM came with it; if so this includes what {@link #endStream()} does
     * @return false if the message is malformed, see {@link #reason()}
     */
    public boolean endBlock(boolean endStream) {
        boolean fine = !rules.enforce()
                || switch (block) {
                    case REQUEST -> endRequest();
                    case PROMISED_REQUEST -> endPromisedRequest();
                    case RESPONSE -> endResponse();
                    case TRAILERS -> endTrailers(endStream);
                };
        authority = null;
        host = null;
        if (fine && block != BlockKind.PROMISED_REQUEST) {
            phase = rules.enforce() && isInformational() ? MessagePhase.AFTER_INFORMATIONAL : MessagePhase.BODY;
            fine = !endStream || endStream();
        }
        return fine;
    }

    private boolean isInformational() {
        return block == BlockKind.RESPONSE && status / 100 == 1;
    }

    private boolean endRequest() {
        String problem = RequestForm.problem(seen, authority, host, rules);
        if (problem != null) {
            return fail(problem);
        }
        if (RequestForm.isPlainConnect(seen)) {
            contentLength = -1;
        }
        expected = contentLength;
        return true;
    }

    private boolean endPromisedRequest() {
        if (!endRequest()) {
            return false;
        }
        if (rules.safePushOnly()) {
            if (requestKind != RequestKind.HEAD && (seen & Seen.METHOD_GET) == 0) {
                return fail("promised_method_not_safe");
            }
            if (contentLength > 0) {
                return fail("promised_content");
            }
        }
        // The promise is over; the lengths are those of the response from here.
        contentLength = -1;
        expected = -1;
        return true;
    }

    private boolean endResponse() {
        if ((seen & Seen.STATUS) == 0) {
            return fail("missing_status");
        }
        if (requestKind == RequestKind.HEAD || status == 204 || status == 304) {
            expected = 0;
        } else if (requestKind == RequestKind.CONNECT || requestKind == RequestKind.UPGRADED) {
            expected = -1;
        } else {
            expected = contentLength;
        }
        return true;
    }

    private boolean endTrailers(boolean endStream) {
        if (!endStream) {
            return fail("trailers_without_end_stream");
        }
        if (rules.strictSequence() && isTunnel()) {
            return fail("trailers_on_tunnel");
        }
        return (seen & Seen.TRAILER_LENGTH_DIFFERS) == 0 || fail("trailer_content_length_differs");
    }

    /**
     * Content arrived.
     *
     * @param octets length of the content without padding, of a frame or of a part of one; may be 0
     * @return false if it makes the message malformed: it is more than {@code content-length} says, or content where
     *     none may be (before the request or final response, in answers to HEAD, in 204 and 304); see {@link #reason()}
     */
    public boolean data(int octets) {
        if (!rules.enforce()) {
            return true;
        }
        if (phase != MessagePhase.BODY) {
            boolean tolerated = phase == MessagePhase.AFTER_INFORMATIONAL && octets == 0 && !rules.strictSequence();
            return tolerated || fail("data_before_final_headers");
        }
        received += octets;
        if (expected >= 0 && received > expected) {
            return fail(contentLength == expected ? "more_than_content_length" : "content_not_allowed");
        }
        return true;
    }

    /**
     * END_STREAM came with DATA. Call it after {@link #data(int)} for the last octets.
     *
     * @return false if that is too early: less than {@code content-length} came, or no final response; see {@link
     *     #reason()}
     */
    public boolean endStream() {
        if (rules.enforce()) {
            if (phase == MessagePhase.INITIAL || phase == MessagePhase.AFTER_INFORMATIONAL) {
                return fail("end_stream_before_final_headers");
            }
            if (expected >= 0 && received != expected) {
                return fail("less_than_content_length");
            }
        }
        phase = MessagePhase.ENDED;
        return true;
    }

    /**
     * {@return why the last verdict was not ACCEPT or the last answer false: a fixed snake_case token; null if neither
     * was}
     */
    public String reason() {
        return reason;
    }

    /** {@return octets of content the message judged last must have, 0 to 2^63-1; -1 if any length will do} */
    long expectedLength() {
        return expected;
    }

    /** {@return whether content is still to come by what {@code content-length} said} */
    public boolean owesContent() {
        return expected > received;
    }

    /** {@return whether the block that came last says that content follows only after 100 (Continue)} */
    public boolean expectsContinue() {
        return (seen & Seen.EXPECT_CONTINUE) != 0;
    }

    /** {@return octets of content received so far} */
    public long receivedLength() {
        return received;
    }

    /**
     * {@return the {@code :status} of the response whose block began last, 100 to 999; 0 if it was not received yet}
     */
    public int status() {
        return status;
    }

    /** {@return whether the whole message was received, to its end, and is well formed} */
    public boolean complete() {
        return phase == MessagePhase.ENDED;
    }

    /** The whole message was received before there was a stream: with an upgrade from HTTP/1.1. */
    public void cameWhole() {
        phase = MessagePhase.ENDED;
    }

    /** {@return whether the block that ended last was an informational response, so that another response follows} */
    public boolean informational() {
        return phase == MessagePhase.AFTER_INFORMATIONAL;
    }

    /**
     * {@return the kind of the request received or promised; at a client otherwise what {@link #expectResponseTo} said}
     */
    public RequestKind requestKind() {
        return requestKind;
    }

    /**
     * {@return what the {@code priority} fields of the request say (RFC 9218 section 5); null if none do or one is bad}
     */
    public Priority priority() {
        return priority;
    }

    /**
     * {@return whether the stream is a tunnel (RFC 9113 section 8.5): CONNECT was requested and, at a client, accepted
     * by a 2xx response}
     */
    public boolean isTunnel() {
        return requestKind == RequestKind.CONNECT
                && phase.compareTo(MessagePhase.BODY) >= 0
                && (receivesRequest || status / 100 == 2);
    }

    /** Whether the fields are under the rules of requests: a request, a promised one, or a request's trailers. */
    private boolean inRequestMessage() {
        return receivesRequest || block == BlockKind.PROMISED_REQUEST;
    }

    /** Decimal digits only, at most 2^63-1; -1 otherwise. */
    static long parseDigits(AsciiString value) {
        int length = value.length();
        if (length == 0) {
            return -1;
        }
        byte[] a = value.array();
        long number = 0;
        for (int i = value.arrayOffset(), end = i + length; i < end; i++) {
            int digit = a[i] - '0';
            if (digit < 0 || digit > 9 || number > Long.MAX_VALUE / 10) {
                return -1;
            }
            number = number * 10 + digit;
            if (number < 0) {
                return -1;
            }
        }
        return number;
    }

    private FieldVerdict malformed(String why) {
        reason = why;
        return MALFORMED;
    }

    private FieldVerdict invalid(String why) {
        reason = why;
        return INVALID;
    }

    private boolean fail(String why) {
        reason = why;
        return false;
    }

    /** Makes the object as new, to judge a block without what came before it. */
    void restart(BlockKind kind, RequestKind request, boolean extendedConnectAllowed) {
        phase = kind == BlockKind.TRAILERS ? MessagePhase.BODY : MessagePhase.INITIAL;
        requestKind = request;
        status = 0;
        contentLength = -1;
        expected = -1;
        received = 0;
        priority = null;
        reason = null;
        seen = 0;
        begin(kind, extendedConnectAllowed);
    }
}
