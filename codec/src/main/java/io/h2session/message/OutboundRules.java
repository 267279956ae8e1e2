package io.h2session.message;

import io.h2session.hpack.HeaderField;
import io.h2session.hpack.HeaderList;
import io.h2session.hpack.HeaderNames;
import io.h2session.hpack.HeaderToken;
import io.netty.util.AsciiString;

/**
 * Applies the rules of {@link InboundMessage} to header blocks that are about to be sent, so that what an application puts
 * into a field cannot attack the peer. A block is checked when it is submitted, before it is encoded.
 *
 * <p>Except for the results of the last check it has no state; not thread safe.
 */
public final class OutboundRules {
    private static final int FINAL = 200;
    private static final int NO_CONTENT = 204;
    private static final int RESET_CONTENT = 205;
    private static final int NOT_MODIFIED = 304;

    private final InboundMessage message;
    private final boolean enforce;

    /**
     * Rules for one direction of a connection.
     *
     * @param rules how strict the checks are; without {@link MessageRules#enforce()} everything passes
     * @param sendsRequests true on a client
     */
    public OutboundRules(MessageRules rules, boolean sendsRequests) {
        message = new InboundMessage(rules, sendsRequests);
        enforce = rules.enforce();
    }

    /**
     * What is wrong with these fields. Names may have upper-case letters: the encoder sends them in lower case, and they
     * are checked in that form.
     *
     * @param headers the fields
     * @param kind what the block is to be; RESPONSE may be informational or final
     * @param request the request that a response or its trailers belong to; ignored for requests
     * @param extendedConnect whether the peer announced SETTINGS_ENABLE_CONNECT_PROTOCOL; matters for requests
     * @param endStream whether the block ends the stream, so that it must not announce content; a response with
     *     {@linkplain #noContent() no content} always does
     * @return null if nothing is wrong, otherwise a fixed snake_case token
     */
    public String problem(
            HeaderList headers, BlockKind kind, RequestKind request, boolean extendedConnect, boolean endStream) {
        message.restart(kind, request, extendedConnect);
        if (!enforce) {
            return null;
        }
        for (int i = 0, size = headers.size(); i < size; i++) {
            HeaderField field = headers.get(i);
            int judged = FieldBytes.judge(field);
            if ((judged & FieldBytes.UPPERCASE) != 0) {
                field = HeaderField.of(field.name().toLowerCase(), field.value(), field.isSensitive());
                judged = FieldBytes.judge(field);
            }
            if (field.token() == HeaderToken.CONTENT_LENGTH && kind == BlockKind.RESPONSE && !mayHaveLength()) {
                return message.status() == NO_CONTENT ? "content_length_in_204" : "content_length_in_informational";
            }
            if (message.field(field, judged) != FieldVerdict.ACCEPT) {
                return message.reason();
            }
        }
        return message.endBlock(endStream || (kind == BlockKind.RESPONSE && noContent())) ? null : message.reason();
    }

    // RFC 9110 section 8.6.
    private boolean mayHaveLength() {
        return message.status() >= FINAL && message.status() != NO_CONTENT;
    }

    /**
     * {@return whether the response checked last ends with its head even if it is given a body: it is a final response to
     * HEAD, or its status is 204, 205 or 304 (RFC 9110 section 6.4.1)}
     */
    public boolean noContent() {
        int status = message.status();
        return status == NO_CONTENT
                || status == RESET_CONTENT
                || status == NOT_MODIFIED
                || (status >= FINAL && message.requestKind() == RequestKind.HEAD);
    }

    /** {@return whether the response checked last makes the stream a tunnel: it accepts CONNECT (RFC 9113 section 8.5)} */
    public boolean opensTunnel() {
        return message.requestKind() == RequestKind.CONNECT && message.status() / 100 == 2;
    }

    /** {@return the bytes of content that the message checked last has to have; -1 if any number is allowed} */
    public long contentLength() {
        return message.expectedLength();
    }

    /**
     * The bytes of content that a well-formed request has to have.
     *
     * @param headers its fields
     * @return -1 if any number is allowed
     */
    public static long contentLength(HeaderList headers) {
        AsciiString length = headers.value(HeaderNames.CONTENT_LENGTH);
        if (length == null || RequestKind.of(headers.value(HeaderToken.METHOD)) == RequestKind.CONNECT) {
            return -1;
        }
        return InboundMessage.parseDigits(length);
    }

    /** {@return whether the response checked last is informational} */
    public boolean informational() {
        return message.informational();
    }

    /** {@return the kind of the request checked last} */
    public RequestKind requestKind() {
        return message.requestKind();
    }
}
