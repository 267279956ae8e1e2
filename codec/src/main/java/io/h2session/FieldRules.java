package io.h2session;

import io.h2session.hpack.HeaderField;
import io.h2session.hpack.HeaderToken;
import io.h2session.message.FieldBytes;
import io.netty.util.AsciiString;

/**
 * The rules for the bytes of field names and values, one method each. Pure functions, safe on any thread.
 *
 * @since 0.1
 */
public final class FieldRules {
    private FieldRules() {}

    /**
     * Checks a field name of HTTP/2: a token in lower case, with one colon before it for a pseudo-header field (RFC
     * 9113 section 8.2.1, {@code nghttp2_check_header_name}).
     *
     * @param name the name
     * @return whether it is valid
     */
    public static boolean checkName(AsciiString name) {
        int from = FieldBytes.isPseudo(name) ? 1 : 0;
        return name.length() > from && has(name, from, FieldBytes.NAME);
    }

    /**
     * Checks the bytes of a field value: no control characters except tabs; bytes from 0x80 are allowed (RFC 9110
     * section 5.5, {@code nghttp2_check_header_value}).
     *
     * @param value the value; may be empty
     * @return whether it is valid
     */
    public static boolean checkValue(AsciiString value) {
        return has(value, 0, FieldBytes.VALUE);
    }

    /**
     * Checks a field value as {@link #checkValue(AsciiString)} does; it must neither begin nor end with a space or
     * tab (RFC 9113 section 8.2.1, {@code nghttp2_check_header_value_rfc9113}).
     *
     * @param value the value; may be empty
     * @return whether it is valid
     */
    public static boolean checkTrimmedValue(AsciiString value) {
        if (value.isEmpty()) {
            return true;
        }
        boolean edge =
                FieldBytes.isWhitespace(value.byteAt(0)) || FieldBytes.isWhitespace(value.byteAt(value.length() - 1));
        return !edge && checkValue(value);
    }

    /**
     * Checks a method: a token in any case (RFC 9110 section 9.1, {@code nghttp2_check_method}).
     *
     * @param method the method
     * @return whether it is valid
     */
    public static boolean checkMethod(AsciiString method) {
        return !method.isEmpty() && has(method, 0, FieldBytes.TOKEN);
    }

    /**
     * Checks the bytes of a {@code :path}: visible ASCII and bytes from 0x80 ({@code nghttp2_check_path}). The form of the
     * path is not checked: an empty one passes.
     *
     * @param path the path
     * @return whether each byte is allowed
     */
    public static boolean checkPath(AsciiString path) {
        return has(path, 0, FieldBytes.PATH);
    }

    /**
     * Checks the bytes of an authority: host, port and userinfo (RFC 3986 section 3.2, {@code nghttp2_check_authority}). In
     * {@code :authority} a session allows less: {@link #checkHost(AsciiString)}.
     *
     * @param authority the authority
     * @return whether each byte is allowed
     */
    public static boolean checkAuthority(AsciiString authority) {
        for (int i = 0, length = authority.length(); i < length; i++) {
            byte next = authority.byteAt(i);
            if (next != '@' && !FieldBytes.is(next, FieldBytes.AUTHORITY)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Checks the bytes of a host and port: an authority without userinfo, which is not allowed in {@code :authority} and
     * {@code host} (RFC 9113 section 8.3.1).
     *
     * @param host the host with an optional port
     * @return whether each byte is allowed
     */
    public static boolean checkHost(AsciiString host) {
        return has(host, 0, FieldBytes.AUTHORITY);
    }

    /**
     * Checks a URI scheme (RFC 3986 section 3.1).
     *
     * @param scheme the scheme
     * @return whether it is valid
     */
    public static boolean checkScheme(AsciiString scheme) {
        return FieldBytes.isScheme(scheme, FieldBytes.classesOf(scheme, 0, scheme.length()));
    }

    /**
     * Checks a field that is not a pseudo-header field: its name is a token in lower case, and its value passes {@link
     * #checkTrimmedValue(AsciiString)}. The result is kept with the field, so a field that a session has checked costs
     * nothing.
     *
     * @param field the field
     * @return whether it is valid
     */
    public static boolean checkField(HeaderField field) {
        int faults =
                FieldBytes.BAD_NAME | FieldBytes.BAD_VALUE | FieldBytes.EDGE_WHITESPACE | FieldBytes.UNKNOWN_PSEUDO;
        return !HeaderToken.isPseudo(field.token()) && (FieldBytes.judge(field) & faults) == 0;
    }

    /**
     * Checks a field with each rule there is for its name and bytes, as a session does that is told to be strict ({@link
     * io.h2session.api.Http2SessionOptions#strictUriSyntax()}): a {@code :path} has only characters that a target may have, an {@code
     * :authority} is a host with an optional port. The form of a path is not checked, and an empty authority passes. The result is kept
     * with the field, so a field that a session has checked costs nothing.
     *
     * @param field the field, perhaps a pseudo-header field
     * @return whether it is valid
     */
    public static boolean checkStrictly(HeaderField field) {
        return FieldBytes.isClean(field);
    }

    private static boolean has(AsciiString string, int from, int byteClass) {
        return (FieldBytes.classesOf(string, from, string.length()) & byteClass) != 0;
    }
}
