package io.h2session.message;

import io.h2session.hpack.HeaderField;
import io.h2session.hpack.HeaderToken;
import io.netty.util.AsciiString;

/** The rules for the octets of field names and values, one question each. Pure functions, safe on any thread. */
public final class FieldRules {
    private FieldRules() {}

    /**
     * Judges a field name of HTTP/2: a token in lower case, with one colon before it for a pseudo-header field (RFC
     * 9113 section 8.2.1, {@code nghttp2_check_header_name}).
     *
     * @param name what may be a name
     * @return whether it is one
     */
    public static boolean checkName(AsciiString name) {
        int from = FieldOctets.isPseudo(name) ? 1 : 0;
        return name.length() > from && has(name, from, FieldOctets.NAME);
    }

    /**
     * Judges the octets of a field value: no control characters but tabs; octets from 0x80 are allowed (RFC 9110
     * section 5.5, {@code nghttp2_check_header_value}).
     *
     * @param value what may be a value; the empty one is
     * @return whether it is one
     */
    public static boolean checkValue(AsciiString value) {
        return has(value, 0, FieldOctets.VALUE);
    }

    /**
     * Judges a field value as {@link #checkValue(AsciiString)} does, and it must neither begin nor end with a space or
     * tab (RFC 9113 section 8.2.1, {@code nghttp2_check_header_value_rfc9113}).
     *
     * @param value what may be a value; the empty one is
     * @return whether it is one
     */
    public static boolean checkTrimmedValue(AsciiString value) {
        if (value.isEmpty()) {
            return true;
        }
        boolean edge =
                FieldOctets.isWhitespace(value.byteAt(0)) || FieldOctets.isWhitespace(value.byteAt(value.length() - 1));
        return !edge && checkValue(value);
    }

    /**
     * Judges a method: a token in any case (RFC 9110 section 9.1, {@code nghttp2_check_method}).
     *
     * @param method what may be a method
     * @return whether it is one
     */
    public static boolean checkMethod(AsciiString method) {
        return !method.isEmpty() && has(method, 0, FieldOctets.TOKEN);
    }

    /**
     * Judges the octets of a {@code :path}: visible ASCII and octets from 0x80 ({@code nghttp2_check_path}). Not its
     * form: the empty one passes.
     *
     * @param path what may be a path
     * @return whether each octet may be in one
     */
    public static boolean checkPath(AsciiString path) {
        return has(path, 0, FieldOctets.PATH);
    }

    /**
     * Judges the octets of an authority: host, port and userinfo (RFC 3986 section 3.2, {@code nghttp2_check_authority}). Of
     * {@code :authority} a session asks more: {@link #checkHost(AsciiString)}.
     *
     * @param authority what may be an authority
     * @return whether each octet may be in one
     */
    public static boolean checkAuthority(AsciiString authority) {
        for (int i = 0, length = authority.length(); i < length; i++) {
            byte octet = authority.byteAt(i);
            if (octet != '@' && !FieldOctets.is(octet, FieldOctets.AUTHORITY)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Judges the octets of a host and port: an authority without userinfo, which {@code :authority} and {@code host} must not
     * have (RFC 9113 section 8.3.1).
     *
     * @param host what may be a host and port
     * @return whether each octet may be in them
     */
    public static boolean checkHost(AsciiString host) {
        return has(host, 0, FieldOctets.AUTHORITY);
    }

    /**
     * Judges a URI scheme (RFC 3986 section 3.1).
     *
     * @param scheme what may be a scheme
     * @return whether it is one
     */
    public static boolean checkScheme(AsciiString scheme) {
        return FieldOctets.isScheme(scheme, FieldOctets.classesOf(scheme, 0, scheme.length()));
    }

    /**
     * Judges a whole field that is no pseudo-header field: its name is a token in lower case, and its value passes {@link
     * #checkTrimmedValue(AsciiString)}. The verdict is kept with the field, so that one that a session has judged costs nothing.
     *
     * @param field what may be a field of a message
     * @return whether it is one
     */
    public static boolean checkField(HeaderField field) {
        int faults =
                FieldOctets.BAD_NAME | FieldOctets.BAD_VALUE | FieldOctets.EDGE_WHITESPACE | FieldOctets.UNKNOWN_PSEUDO;
        return !HeaderToken.isPseudo(field.token()) && (FieldOctets.judge(field) & faults) == 0;
    }

    private static boolean has(AsciiString string, int from, int octetClass) {
        return (FieldOctets.classesOf(string, from, string.length()) & octetClass) != 0;
    }
}
