package io.h2session.message;

import static io.h2session.message.FieldVerdict.ACCEPT;
import static io.h2session.message.FieldVerdict.INVALID;
import static io.h2session.message.FieldVerdict.MALFORMED;
import static io.h2session.message.FieldVerdict.REMOVE;

import io.h2session.hpack.HeaderField;
import io.h2session.hpack.HeaderToken;
import io.h2session.hpack.HeaderValues;
import io.h2session.priority.Priority;
import io.h2session.priority.PriorityField;
import io.netty.util.AsciiString;

/**
 * The message that a stream receives: how much of it has arrived, and whether it is well formed (RFC 9113 section 8, the
 * {@code nghttp2_http_*} functions). One object per stream; it allocates nothing after construction. Not thread safe.
 *
 * <p>When a method has found the message malformed, only {@link #reason()} may be called: the stream has to be reset.
 */
public final class InboundMessage {
    private static final AsciiString CONTINUE = AsciiString.cached("100-continue");
    private static final AsciiString OPTIONS = AsciiString.cached("OPTIONS");

    private final MessageRules rules;
    private final boolean receivesRequest;

    private MessagePhase phase = MessagePhase.INITIAL;
    private BlockKind block;
    private RequestKind requestKind = RequestKind.NORMAL;
    private int seen;
    private int status;

    /** The {@code content-length} field, -1 if there is none. */
    private long contentLength = -1;

    /**
     * The bytes of content that have to arrive, -1 if unknown. Differs from {@link #contentLength} in responses to HEAD.
     */
    private long expected = -1;

    private long received;
    private Priority priority;
    private AsciiString authority;
    private AsciiString host;
    private String reason;

    /**
     * A message of which nothing has arrived.
     *
     * @param rules how strict the checks are
     * @param receivesRequest true on a server; false on a client, for requests and for pushed streams
     */
    public InboundMessage(MessageRules rules, boolean receivesRequest) {
        this.rules = rules;
        this.receivesRequest = receivesRequest;
    }

    /**
     * Sets which kind of request the response of a client answers; {@link RequestKind#NORMAL} by default.
     *
     * @param kind the kind of the request that was sent, or of the one before an upgrade
     */
    public void expectResponseTo(RequestKind kind) {
        requestKind = kind;
    }

    /**
     * A header block begins.
     *
     * @param extendedConnectAllowed whether we announced SETTINGS_ENABLE_CONNECT_PROTOCOL (RFC 8441); matters for
     *     requests
     * @param pushPromise whether the block is that of a PUSH_PROMISE, on the message of the promised stream
     * @return which rules apply to its fields, depending on what was received before
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
        // The host of a request counts in its trailers, too: there it would be the second.
        seen = kind == BlockKind.TRAILERS ? seen & Seen.HOST : 0;
        if (kind == BlockKind.RESPONSE) {
            status = 0;
        }
        if (extendedConnectAllowed) {
            seen |= Seen.EXTENDED_CONNECT_ALLOWED;
        }
    }

    /**
     * Checks the next field of the block, in order. A field that is {@link FieldVerdict#INVALID} also ends the
     * pseudo-header section.
     *
     * @param field the field; its bytes are checked once, and the result is kept with it
     * @return what to do with it; {@link #reason()} tells why if that is not {@link FieldVerdict#ACCEPT}
     */
    public FieldVerdict field(HeaderField field) {
        if (!rules.enforce()) {
            return ACCEPT;
        }
        return field(field, FieldBytes.judge(field));
    }

    /** {@link #field(HeaderField)}, whose bytes were judged. */
    FieldVerdict field(HeaderField field, int judged) {
        int found = judged == FieldBytes.CLEAN ? 0 : judged & faults();
        if (found != 0) {
            FieldVerdict verdict = byteFault(field, found);
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
            case HeaderToken.EXPECT -> expect(field.value());
            default -> {
                seen |= Seen.REGULAR;
                yield ACCEPT;
            }
        };
    }

    /** The faults of bytes that count. */
    private int faults() {
        return FieldBytes.BAD_NAME
                | FieldBytes.UPPERCASE
                | FieldBytes.BAD_VALUE
                | FieldBytes.BAD_SYNTAX
                | FieldBytes.UNKNOWN_PSEUDO
                | (rules.allowEdgeWhitespace() ? 0 : FieldBytes.EDGE_WHITESPACE)
                | (rules.strictTarget() ? FieldBytes.NOT_STRICT : 0);
    }

    private FieldVerdict expect(AsciiString value) {
        seen |= Seen.REGULAR;
        if (CONTINUE.contentEqualsIgnoreCase(value)) {
            seen |= Seen.EXPECT_CONTINUE;
        }
        return ACCEPT;
    }

    /**
     * The bytes are wrong. That makes the message malformed in pseudo-header fields and upper-case names, and the field
     * invalid otherwise.
     */
    private FieldVerdict byteFault(HeaderField field, int found) {
        int token = field.token();
        if ((found & FieldBytes.UPPERCASE) != 0) {
            return malformed("uppercase_field_name");
        }
        if ((found & FieldBytes.UNKNOWN_PSEUDO) != 0) {
            return malformed("unknown_pseudo_header");
        }
        if (HeaderToken.isPseudo(token)) {
            return malformed("invalid_pseudo_header_value");
        }
        seen |= Seen.REGULAR;
        if ((found & FieldBytes.BAD_NAME) != 0) {
            return invalid("invalid_field_name");
        }
        boolean badText = (found & (FieldBytes.BAD_VALUE | FieldBytes.EDGE_WHITESPACE)) != 0;
        if (token == HeaderToken.PRIORITY && block == BlockKind.REQUEST) {
            badPriority();
        }
        if (badText) {
            return invalid("invalid_field_value");
        }
        if (token == HeaderToken.TE) {
            return malformed("te_not_trailers");
        }
        // What is left is the syntax of host, which matters only in requests.
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
        if (value.length() == HeaderValues.GET.length() && HeaderValues.GET.contentEquals(value)) {
            seen |= Seen.METHOD_GET;
        } else if (value.length() == OPTIONS.length() && OPTIONS.contentEquals(value)) {
            seen |= Seen.METHOD_OPTIONS;
        }
        return ACCEPT;
    }

    private FieldVerdict scheme(AsciiString value) {
        FieldVerdict verdict = pseudo(Seen.SCHEME, value);
        if (value.length() == HeaderValues.HTTPS.length() && HeaderValues.HTTPS.contentEqualsIgnoreCase(value)) {
            seen |= Seen.SCHEME_HTTPS;
        } else if (value.length() == HeaderValues.HTTP.length() && HeaderValues.HTTP.contentEqualsIgnoreCase(value)) {
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
        // In trailers the length that is in force counts: a response to HEAD has one without a field, CONNECT has none.
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

    // The response has no content, so any length is accepted. A second one, or one that is not a number, is refused
    // because the next hop may read it differently.
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

    /** Trailers arrive after all content, so their length is compared at once and changes nothing. */
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

    /** One bad line makes all of them invalid: RFC 9218 section 5 joins the lines to one dictionary. */
    private void badPriority() {
        seen |= Seen.BAD_PRIORITY;
        priority = null;
    }

    /**
     * The block is complete.
     *
     * @param endStream whether it has END_STREAM; if so, this includes what {@link #endStream()} does
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
        // The promised request is complete; from here on the lengths are those of the response.
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
        } else if (requestKind == RequestKind.UPGRADED || opensTunnel()) {
            expected = -1;
        } else {
            expected = contentLength;
        }
        return true;
    }

    /** A CONNECT that is refused gets a response like any other; nghttp2 takes any answer to CONNECT for that of a tunnel. */
    private boolean opensTunnel() {
        return requestKind == RequestKind.CONNECT && (status / 100 == 2 || !rules.strictSequence());
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
     * @param bytes length of the content of a frame, or of a part of it, without padding; may be 0
     * @return false if it makes the message malformed, see {@link #reason()}: there is more content than {@code
     *     content-length}, or content where it is not allowed (before the request or the final response, in responses to
     *     HEAD, in 204 and 304)
     */
    public boolean data(int bytes) {
        if (!rules.enforce()) {
            return true;
        }
        if (phase != MessagePhase.BODY) {
            boolean tolerated = phase == MessagePhase.AFTER_INFORMATIONAL && bytes == 0 && !rules.strictSequence();
            return tolerated || fail("data_before_final_headers");
        }
        received += bytes;
        if (expected >= 0 && received > expected) {
            return fail(contentLength == expected ? "more_than_content_length" : "content_not_allowed");
        }
        return true;
    }

    /**
     * END_STREAM arrived with DATA. Called after {@link #data(int)} for the last bytes.
     *
     * @return false if it is too early, see {@link #reason()}: there was less content than {@code content-length}, or no
     *     final response
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
     * {@return why the last result was not ACCEPT, or was false: a fixed snake_case token; null if there was no such
     * result}
     */
    public String reason() {
        return reason;
    }

    /** {@return the bytes of content that the message has to have, 0 to 2^63-1; -1 if any length is allowed} */
    long expectedLength() {
        return expected;
    }

    /** {@return whether less content than {@code content-length} has arrived} */
    public boolean owesContent() {
        return expected > received;
    }

    /** {@return whether the last block tells that content follows only after 100 (Continue)} */
    public boolean expectsContinue() {
        return (seen & Seen.EXPECT_CONTINUE) != 0;
    }

    /** {@return the bytes of content received so far} */
    public long receivedLength() {
        return received;
    }

    /**
     * {@return the {@code :status} of the response whose block began last, 100 to 999; 0 if it has not arrived}
     */
    public int status() {
        return status;
    }

    /** {@return whether the whole message has been received and is well formed} */
    public boolean complete() {
        return phase == MessagePhase.ENDED;
    }

    /** The whole message was received before its stream was created: it asked for an upgrade from HTTP/1.1. */
    public void cameWhole() {
        phase = MessagePhase.ENDED;
    }

    /** {@return whether the last complete block was an informational response: another response follows} */
    public boolean informational() {
        return phase == MessagePhase.AFTER_INFORMATIONAL;
    }

    /**
     * {@return the kind of the request that was received or promised; on a client otherwise that of {@link
     * #expectResponseTo}}
     */
    public RequestKind requestKind() {
        return requestKind;
    }

    /**
     * {@return the priority in the {@code priority} fields of the request (RFC 9218 section 5); null if there is none, or a
     * bad one}
     */
    public Priority priority() {
        return priority;
    }

    /**
     * {@return whether the stream is a tunnel (RFC 9113 section 8.5): CONNECT was requested and, on a client, accepted
     * by a 2xx response}
     */
    public boolean isTunnel() {
        return requestKind == RequestKind.CONNECT
                && phase.compareTo(MessagePhase.BODY) >= 0
                && (receivesRequest || status / 100 == 2);
    }

    /** Whether the rules for requests apply: to a request, a promised one, or the trailers of a request. */
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

    /** Resets the object to check a block regardless of earlier ones. */
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
