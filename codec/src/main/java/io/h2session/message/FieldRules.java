package io.h2session.message;

import io.netty.util.AsciiString;

/** The rules for the octets of field names and values, one question each. Pure functions, safe on any thread. */
public final class FieldRules {
    private FieldRules() {}

    /**
     * Whether this is a field name of HTTP/2: a token in lower case, with one colon before it for a pseudo-header field
     * (RFC 9113 section 8.2.1, {@code nghttp2_check_header_name}).
     */
    public static boolean checkName(AsciiString name) {
        int from = FieldOctets.isPseudo(name) ? 1 : 0;
        return name.length() > from && has(name, from, FieldOctets.NAME);
    }

    /**
     * Whether the value has no control characters but tabs; octets from 0x80 are allowed, and so is the empty value
     * (RFC 9110 section 5.5, {@code nghttp2_check_header_value}).
     */
    public static boolean checkValue(AsciiString value) {
        return has(value, 0, FieldOctets.VALUE);
    }

    /**
     * {@link #checkValue(AsciiString)}, and neither begins nor ends with a space or tab (RFC 9113 section 8.2.1,
     * {@code nghttp2_check_header_value_rfc9113}).
     */
    public static boolean checkTrimmedValue(AsciiString value) {
        return checkValue(value)
                && (value.isEmpty()
                        || !FieldOctets.isWhitespace(value.byteAt(0))
                                && !FieldOctets.isWhitespace(value.byteAt(value.length() - 1)));
    }

    /** Whether this is a method, a token in any case (RFC 9110 section 9.1, {@code nghttp2_check_method}). */
    public static boolean checkMethod(AsciiString method) {
        return !method.isEmpty() && has(method, 0, FieldOctets.TOKEN);
    }

    /**
     * Whether every octet may be in {@code :path}: visible ASCII and octets from 0x80 ({@code nghttp2_check_path}).
     */
    public static boolean checkPath(AsciiString path) {
        return has(path, 0, FieldOctets.PATH);
    }

    /**
     * Whether every octet may be in the host and port of an authority (RFC 3986 section 3.2). Userinfo is refused, as
     * RFC 9113 section 8.3.1 demands of {@code :authority}; {@code nghttp2_check_authority} lets {@code @} pass.
     */
    public static boolean checkAuthority(AsciiString authority) {
        return has(authority, 0, FieldOctets.AUTHORITY);
    }

    /** Whether this is a URI scheme (RFC 3986 section 3.1). */
    public static boolean checkScheme(AsciiString scheme) {
        return FieldOctets.isScheme(scheme, FieldOctets.classesOf(scheme, 0, scheme.length()));
    }

    private static boolean has(AsciiString string, int from, int octetClass) {
        return (FieldOctets.classesOf(string, from, string.length()) & octetClass) != 0;
    }
}
