package io.h2session.message;

import io.h2session.hpack.HeaderField;
import io.h2session.hpack.HeaderList;

/**
 * The rules of {@link InboundMessage} for header blocks we are about to send, so that what an application puts in a
 * field never becomes an attack on the peer. Ask when the block is submitted, before an octet is encoded.
 *
 * <p>Keeps an instance of its own to judge with and no state between questions; not thread safe.
 */
public final class OutboundRules {
    private final InboundMessage message;
    private final boolean enforce;

    /**
     * Rules for one direction of a connection.
     *
     * @param rules how strict to be; not {@link MessageRules#enforce()}: nothing is ever wrong
     * @param sendsRequests true at a client
     */
    public OutboundRules(MessageRules rules, boolean sendsRequests) {
        message = new InboundMessage(rules, sendsRequests);
        enforce = rules.enforce();
    }

    /**
     * What makes these fields unfit to be sent. Names may have upper-case letters: the encoder sends them in lower
     * case, and as such they are judged.
     *
     * @param headers the fields
     * @param kind what they are to be; RESPONSE may be informational or final
     * @param request the request that a response or its trailers belong to; ignored for requests
     * @param extendedConnect whether the peer announced SETTINGS_ENABLE_CONNECT_PROTOCOL; counts for requests
     * @param endStream whether the block will end the stream, so that it must not announce content
     * @return null if they are fit, otherwise a fixed snake_case token
     */
    public String problem(
            HeaderList headers, BlockKind kind, RequestKind request, boolean extendedConnect, boolean endStream) {
        message.restart(kind, request, extendedConnect);
        if (!enforce) {
            return null;
        }
        for (int i = 0, size = headers.size(); i < size; i++) {
            if (message.field(asSent(headers.get(i))) != FieldVerdict.ACCEPT) {
                return message.reason();
            }
        }
        return message.endBlock(endStream) ? null : message.reason();
    }

    /** {@return the {@code :status} of the response judged last; 0 if there was none} */
    public int status() {
        return message.status();
    }

    /** {@return whether the response judged last is an informational one} */
    public boolean informational() {
        return message.informational();
    }

    /** {@return the kind of the request judged last} */
    public RequestKind requestKind() {
        return message.requestKind();
    }

    private static HeaderField asSent(HeaderField field) {
        boolean mixedCase = (FieldOctets.judge(field) & FieldOctets.UPPERCASE) != 0;
        return mixedCase ? HeaderField.of(field.name().toLowerCase(), field.value(), field.isSensitive()) : field;
    }
}
