package io.h2session.netty.compat;

import io.h2session.FieldRules;
import io.h2session.hpack.HeaderField;
import io.h2session.hpack.HeaderList;
import io.h2session.hpack.HeaderNames;
import io.h2session.hpack.HeaderToken;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.Map;

/**
 * Netty's {@code Http2Headers} and header lists, byte for byte: no strings are made.
 *
 * <p>An {@code Http2Headers} can hold what no message of HTTP/2 may have: characters beyond one byte, line ends, pseudo-header
 * fields twice or behind others, fields that are about a connection of HTTP/1.1. None of that is sent, whatever the options of the
 * session say. Names are sent in lower case and values without blanks around them, which changes no meaning.
 */
final class FieldConversion {
    private static final AsciiString TRAILERS = AsciiString.cached("trailers");
    private static final int HTTP2_SETTINGS = HeaderToken.of(HeaderNames.HTTP2_SETTINGS);
    private static final String EXTENSION_PREFIX = "x-http2-";
    private static final int MAX_BYTE = 255;

    private FieldConversion() {}

    /** The fields that were received, in an object of the receiver's own. */
    static Http2Headers toNetty(HeaderList fields) {
        // The session has judged them.
        Http2Headers headers = new DefaultHttp2Headers(false, fields.size());
        for (int i = 0, size = fields.size(); i < size; i++) {
            HeaderField field = fields.get(i);
            headers.add(field.name(), field.value());
        }
        return headers;
    }

    /**
     * The fields to be sent.
     *
     * @throws IllegalArgumentException if they make no header block of HTTP/2
     */
    static HeaderList toList(Http2Headers headers) {
        HeaderField[] fields = new HeaderField[headers.size()];
        int size = 0;
        int pseudo = 0;
        boolean regular = false;
        for (Map.Entry<CharSequence, CharSequence> entry : headers) {
            HeaderField field = field(entry.getKey(), entry.getValue());
            int token = field.token();
            if (HeaderToken.isPseudo(token)) {
                int seen = 1 << token;
                if (regular || (pseudo & seen) != 0) {
                    throw new IllegalArgumentException("a pseudo-header field stands twice, or behind another field");
                }
                pseudo |= seen;
            } else if (tellsOfTheStream(field)) {
                continue;
            } else {
                regular = true;
            }
            if (size == fields.length) {
                throw new IllegalArgumentException("the headers have changed meanwhile");
            }
            fields[size++] = field;
        }
        return HeaderList.ofTrusted(fields, size);
    }

    private static HeaderField field(CharSequence givenName, CharSequence givenValue) {
        if (givenName == null || givenValue == null) {
            throw new IllegalArgumentException("a header field lacks its name or its value");
        }
        AsciiString name = bytes(givenName).toLowerCase();
        HeaderField field = HeaderField.of(name, trimmed(bytes(givenValue)), false);
        int token = field.token();
        boolean right =
                HeaderToken.isPseudo(token) ? FieldRules.checkValue(field.value()) : FieldRules.checkField(field);
        if (!right) {
            throw new IllegalArgumentException("a header field is malformed");
        } else if (aboutConnection(token)
                || (token == HeaderToken.TE && !field.value().contentEqualsIgnoreCase(TRAILERS))) {
            throw new IllegalArgumentException("a header field is about a connection of HTTP/1.1");
        }
        return field;
    }

    private static boolean aboutConnection(int token) {
        return switch (token) {
            case HeaderToken.CONNECTION,
                    HeaderToken.KEEP_ALIVE,
                    HeaderToken.PROXY_CONNECTION,
                    HeaderToken.TRANSFER_ENCODING,
                    HeaderToken.UPGRADE -> true;
            default -> token == HTTP2_SETTINGS && token != HeaderToken.UNKNOWN;
        };
    }

    /** Whether a field has a name by which Netty's codecs tell handlers about the stream: it is not meant for the peer. */
    private static boolean tellsOfTheStream(HeaderField field) {
        return field.token() == HeaderToken.UNKNOWN
                && field.name().length() > EXTENSION_PREFIX.length()
                && field.name().byteAt(0) == 'x'
                && field.name().regionMatches(false, 0, EXTENSION_PREFIX, 0, EXTENSION_PREFIX.length());
    }

    /** A sequence as bytes. A character that is more than one would be sent as another. */
    private static AsciiString bytes(CharSequence given) {
        if (given instanceof AsciiString already) {
            return already;
        }
        int length = given.length();
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            char next = given.charAt(i);
            if (next > MAX_BYTE) {
                throw new IllegalArgumentException("a header field has a character of more than one byte");
            }
            bytes[i] = (byte) next;
        }
        return new AsciiString(bytes, false);
    }

    private static AsciiString trimmed(AsciiString value) {
        int from = 0;
        int to = value.length();
        while (from < to && isBlank(value.byteAt(from))) {
            from++;
        }
        while (from < to && isBlank(value.byteAt(to - 1))) {
            to--;
        }
        return to - from == value.length() ? value : value.subSequence(from, to);
    }

    private static boolean isBlank(byte one) {
        return one == ' ' || one == '\t';
    }
}
