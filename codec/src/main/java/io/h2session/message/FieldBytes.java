package io.h2session.message;

import io.h2session.hpack.HeaderField;
import io.h2session.hpack.HeaderToken;
import io.netty.util.AsciiString;

/**
 * The checks of a field that need only its bytes. The result is a set of bits that is kept with the field
 * ({@link HeaderField#validity()}). It does not depend on options or direction, which select the bits that count.
 */
public final class FieldBytes {
    /** The field was checked. Alone: nothing is wrong with it. */
    static final int CLEAN = 0x01;

    /** The name is empty, or has a byte that is not allowed in a token in lower case. */
    public static final int BAD_NAME = 0x02;

    /** The name has an upper-case letter; set together with {@link #BAD_NAME}. */
    static final int UPPERCASE = 0x04;

    /** The value has a control character other than a tab. */
    public static final int BAD_VALUE = 0x08;

    /** The value begins or ends with a space or tab. */
    public static final int EDGE_WHITESPACE = 0x10;

    /** The value breaks the grammar of its field: method, path, scheme, authority, host, te. */
    static final int BAD_SYNTAX = 0x20;

    /** {@link MessageRules#strictTarget()} does not allow the value. */
    static final int NOT_STRICT = 0x40;

    /** The name begins with a colon and is not a pseudo-header field of HTTP/2. */
    public static final int UNKNOWN_PSEUDO = 0x80;

    // Classes of bytes. The AND over a string tells to which classes all its bytes belong.
    public static final int NAME = 0x01;
    public static final int TOKEN = 0x02;
    public static final int VALUE = 0x04;
    public static final int PATH = 0x08;
    static final int STRICT_PATH = 0x10;
    public static final int AUTHORITY = 0x20;
    static final int SCHEME = 0x40;
    static final int NOT_UPPER = 0x80;

    private static final byte[] CLASSES = new byte[256];

    private static final AsciiString TRAILERS = AsciiString.cached("trailers");

    static {
        classify('0', '9', NAME | TOKEN | AUTHORITY | SCHEME);
        classify('a', 'z', NAME | TOKEN | AUTHORITY | SCHEME);
        classify('A', 'Z', TOKEN | AUTHORITY | SCHEME);
        classify("!#$%&'*+-.^_`|~", NAME | TOKEN);
        classify("-._~%!$&'()*+,;=:[]", AUTHORITY);
        classify("+-.", SCHEME);
        classify(0x00, 0xff, NOT_UPPER);
        for (int c = 'A'; c <= 'Z'; c++) {
            CLASSES[c] = (byte) (CLASSES[c] & ~NOT_UPPER);
        }
        classify(0x20, 0x7e, VALUE);
        classify(0x80, 0xff, VALUE | PATH);
        classify('\t', '\t', VALUE);
        classify(0x21, 0x7e, PATH | STRICT_PATH);
        for (char c : new char[] {'"', '<', '>', '#'}) {
            CLASSES[c] &= ~STRICT_PATH;
        }
    }

    private FieldBytes() {}

    private static void classify(int from, int to, int classes) {
        for (int c = from; c <= to; c++) {
            CLASSES[c] |= (byte) classes;
        }
    }

    private static void classify(String bytes, int classes) {
        bytes.chars().forEach(c -> classify(c, c, classes));
    }

    /** The bits of a field, which is checked if it was not before. Never 0. */
    public static int judge(HeaderField field) {
        int known = field.validity();
        if (known != 0) {
            return known & 0xff;
        }
        int token = field.token();
        int verdict = CLEAN | judgeValue(token, field.value());
        if (token == HeaderToken.UNKNOWN) {
            verdict |= judgeName(field.name());
        }
        field.validity((byte) verdict);
        return verdict;
    }

    /** Whether nothing is wrong with a field, not even by the strict rules for targets. */
    public static boolean isClean(HeaderField field) {
        return judge(field) == CLEAN;
    }

    private static int judgeName(AsciiString name) {
        int length = name.length();
        if (length == 0) {
            return BAD_NAME;
        }
        boolean pseudo = isPseudo(name);
        int classes = pseudo ? classesOf(name, 1, length) : classesOf(name, 0, length);
        int verdict = pseudo ? UNKNOWN_PSEUDO : 0;
        if ((classes & NAME) == 0 || (pseudo && length == 1)) {
            verdict |= BAD_NAME;
        }
        return (classes & NOT_UPPER) == 0 ? verdict | UPPERCASE : verdict;
    }

    private static int judgeValue(int token, AsciiString value) {
        int length = value.length();
        int classes = classesOf(value, 0, length);
        return switch (token) {
            case HeaderToken.METHOD ->
                unless((classes & TOKEN) != 0 && length > 0, BAD_SYNTAX)
                        | unless(length <= MessageRules.MAX_METHOD_LENGTH, NOT_STRICT);
            case HeaderToken.PATH ->
                unless((classes & PATH) != 0, BAD_SYNTAX) | unless((classes & STRICT_PATH) != 0, NOT_STRICT);
            case HeaderToken.SCHEME -> unless(isScheme(value, classes), BAD_SYNTAX);
            case HeaderToken.AUTHORITY -> judgeAuthority(value, classes);
            case HeaderToken.PROTOCOL ->
                judgeText(value, classes)
                        | unless((classes & TOKEN) != 0, NOT_STRICT)
                        | unless(!isBlank(value), BAD_SYNTAX);
            case HeaderToken.HOST -> judgeText(value, classes) | judgeAuthority(value, classes);
            case HeaderToken.TE ->
                judgeText(value, classes) | unless(TRAILERS.contentEqualsIgnoreCase(value), BAD_SYNTAX);
            default -> judgeText(value, classes);
        };
    }

    // An empty value has a reason of its own.
    private static int judgeAuthority(AsciiString value, int classes) {
        if ((classes & AUTHORITY) == 0) {
            return BAD_SYNTAX;
        }
        return unless(value.isEmpty() || Authority.isHostWithOptionalPort(value), NOT_STRICT);
    }

    // Even where whitespace is allowed at the edges of values, it is not a value by itself (nghttp2 calls it lws).
    private static boolean isBlank(AsciiString value) {
        for (int i = 0, length = value.length(); i < length; i++) {
            if (!isWhitespace(value.byteAt(i))) {
                return false;
            }
        }
        return !value.isEmpty();
    }

    private static int judgeText(AsciiString value, int classes) {
        int length = value.length();
        if (length == 0) {
            return 0;
        }
        byte[] a = value.array();
        int from = value.arrayOffset();
        boolean edge = isWhitespace(a[from]) || isWhitespace(a[from + length - 1]);
        return unless((classes & VALUE) != 0, BAD_VALUE) | unless(!edge, EDGE_WHITESPACE);
    }

    private static int unless(boolean fine, int bit) {
        return fine ? 0 : bit;
    }

    /** The classes to which each byte of a part of the string belongs; all classes if the part is empty. */
    public static int classesOf(AsciiString string, int from, int to) {
        byte[] a = string.array();
        int offset = string.arrayOffset();
        int classes = 0xff;
        for (int i = offset + from, end = offset + to; i < end; i++) {
            classes &= CLASSES[a[i] & 0xff];
        }
        return classes;
    }

    /** Whether a byte belongs to a class. */
    public static boolean is(byte value, int byteClass) {
        return (CLASSES[value & 0xff] & byteClass) != 0;
    }

    /** RFC 3986 section 3.1: a letter, then letters, digits, plus, hyphen and period. */
    public static boolean isScheme(AsciiString value, int classes) {
        if (value.isEmpty() || (classes & SCHEME) == 0) {
            return false;
        }
        int lower = value.array()[value.arrayOffset()] | 0x20;
        return lower >= 'a' && lower <= 'z';
    }

    /** Whether the name is that of a pseudo-header field: it begins with a colon. */
    public static boolean isPseudo(AsciiString name) {
        return !name.isEmpty() && name.array()[name.arrayOffset()] == ':';
    }

    /** Whether a byte is a space or a tab. */
    public static boolean isWhitespace(byte value) {
        return value == ' ' || value == '\t';
    }
}
