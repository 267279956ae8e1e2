package io.h2session.priority;

import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/**
 * Parser of Priority field values: a structured dictionary (RFC 9651 section 4.2.2) of which only the members
 * {@code u} and {@code i} have a meaning (RFC 9218 section 4). Semantics of {@code nghttp2_extpri_parse_priority}.
 *
 * @since 0.1
 */
public final class PriorityField {
    /** The greatest length of a field value in bytes. A longer value is invalid. */
    public static final int MAX_LENGTH = 4096;

    /** Answer of every {@code skip} method when the grammar is broken. */
    private static final int BROKEN = -1;

    private static final int MAX_INTEGER_DIGITS = 15;
    private static final int MAX_DECIMAL_INTEGER_DIGITS = 12;
    private static final int MAX_FRACTION_DIGITS = 3;

    private PriorityField() {}

    /**
     * Reads a field value. Of members given twice the later wins, unknown members and all parameters are ignored.
     * One pass over the bytes, no allocation.
     *
     * @param value the field value; empty is valid and changes nothing
     * @param base where members that the value does not name come from
     * @return the priority, or {@code null} if the value breaks the grammar, gives {@code u} or {@code i} another type
     *     or range than RFC 9218 does, or is longer than {@link #MAX_LENGTH}
     */
    public static @Nullable Priority parse(AsciiString value, Priority base) {
        int length = value.length();
        if (length > MAX_LENGTH) {
            return null;
        }
        byte[] a = value.array();
        if (isUsual(a, value.arrayOffset(), length)) {
            return Priority.of(a[value.arrayOffset() + 2] - '0', base.incremental() || length > 3);
        }
        int end = value.arrayOffset() + length;
        int pos = skipSpaces(a, value.arrayOffset(), end);
        int urgency = base.urgency();
        boolean incremental = base.incremental();
        while (pos < end) {
            int key = pos;
            pos = skipKey(a, pos, end);
            if (pos == BROKEN) {
                return null;
            }
            byte member = pos - key == 1 ? a[key] : 0;
            boolean hasValue = pos < end && a[pos] == '=';
            int item = hasValue ? pos + 1 : pos;
            if (member == 'u') {
                pos = hasValue ? skipUrgency(a, item, end) : BROKEN;
                urgency = pos == BROKEN ? urgency : a[pos - 1] - '0';
            } else if (member == 'i') {
                pos = hasValue ? skipBoolean(a, item, end) : pos;
                incremental = pos != BROKEN && (!hasValue || a[pos - 1] == '1');
            } else if (hasValue) {
                pos = skipMember(a, item, end);
            }
            pos = pos == BROKEN ? BROKEN : skipParameters(a, pos, end);
            pos = pos == BROKEN ? BROKEN : skipComma(a, pos, end);
            if (pos == BROKEN) {
                return null;
            }
        }
        return Priority.of(urgency, incremental);
    }

    /** What browsers send: {@code u=3} or {@code u=3, i}. */
    private static boolean isUsual(byte[] a, int from, int length) {
        return (length == 3 || (length == 6 && a[from + 3] == ',' && a[from + 4] == ' ' && a[from + 5] == 'i'))
                && a[from] == 'u'
                && a[from + 1] == '='
                && a[from + 2] >= '0'
                && a[from + 2] <= '7';
    }

    /** An Integer in 0..7; leading zeros (and minus zero) are part of the grammar, so the last digit is the value. */
    private static int skipUrgency(byte[] a, int from, int end) {
        boolean negative = from < end && a[from] == '-';
        int start = negative ? from + 1 : from;
        int pos = start;
        while (pos < end && a[pos] == '0') {
            pos++;
        }
        if (!negative && pos < end && a[pos] >= '1' && a[pos] <= '7') {
            pos++;
        }
        if (pos == start || pos - start > MAX_INTEGER_DIGITS || (pos < end && (isDigit(a[pos]) || a[pos] == '.'))) {
            return BROKEN;
        }
        return pos;
    }

    private static int skipBoolean(byte[] a, int pos, int end) {
        return end - pos >= 2 && a[pos] == '?' && (a[pos + 1] == '0' || a[pos + 1] == '1') ? pos + 2 : BROKEN;
    }

    /** To the next member: optional white space, a comma, optional white space, and no comma at the end. */
    private static int skipComma(byte[] a, int from, int end) {
        int pos = skipWhitespace(a, from, end);
        if (pos == end) {
            return end;
        }
        if (a[pos] != ',') {
            return BROKEN;
        }
        pos = skipWhitespace(a, pos + 1, end);
        return pos == end ? BROKEN : pos;
    }

    private static int skipKey(byte[] a, int from, int end) {
        int pos = from;
        if (pos == end || (!isLower(a[pos]) && a[pos] != '*')) {
            return BROKEN;
        }
        while (pos < end && isKeyByte(a[pos])) {
            pos++;
        }
        return pos;
    }

    private static int skipParameters(byte[] a, int from, int end) {
        int pos = from;
        while (pos < end && a[pos] == ';') {
            pos = skipKey(a, skipSpaces(a, pos + 1, end), end);
            if (pos != BROKEN && pos < end && a[pos] == '=') {
                pos = skipBareItem(a, pos + 1, end);
            }
            if (pos == BROKEN) {
                return BROKEN;
            }
        }
        return pos;
    }

    private static int skipMember(byte[] a, int pos, int end) {
        return pos < end && a[pos] == '(' ? skipInnerList(a, pos + 1, end) : skipBareItem(a, pos, end);
    }

    private static int skipInnerList(byte[] a, int from, int end) {
        int pos = skipSpaces(a, from, end);
        while (pos < end) {
            if (a[pos] == ')') {
                return pos + 1;
            }
            pos = skipBareItem(a, pos, end);
            pos = pos == BROKEN ? BROKEN : skipParameters(a, pos, end);
            if (pos == BROKEN || pos == end || (a[pos] != ' ' && a[pos] != ')')) {
                return BROKEN;
            }
            pos = skipSpaces(a, pos, end);
        }
        return BROKEN;
    }

    private static int skipBareItem(byte[] a, int pos, int end) {
        if (pos >= end) {
            return BROKEN;
        }
        byte first = a[pos];
        return switch (first) {
            case '"' -> skipString(a, pos + 1, end);
            case ':' -> skipByteSequence(a, pos + 1, end);
            case '?' -> skipBoolean(a, pos, end);
            case '@' -> skipNumber(a, pos + 1, end, false);
            case '%' -> skipDisplayString(a, pos + 1, end);
            default -> {
                if (first == '-' || isDigit(first)) {
                    yield skipNumber(a, pos, end, true);
                }
                yield first == '*' || isLower((byte) (first | 0x20)) ? skipToken(a, pos + 1, end) : BROKEN;
            }
        };
    }

    private static int skipNumber(byte[] a, int from, int end, boolean decimal) {
        int start = from < end && a[from] == '-' ? from + 1 : from;
        int pos = skipDigits(a, start, end);
        int digits = pos - start;
        if (digits == 0 || digits > MAX_INTEGER_DIGITS) {
            return BROKEN;
        }
        if (pos == end || a[pos] != '.') {
            return pos;
        }
        int last = skipDigits(a, pos + 1, end);
        int fraction = last - pos - 1;
        boolean valid =
                decimal && digits <= MAX_DECIMAL_INTEGER_DIGITS && fraction > 0 && fraction <= MAX_FRACTION_DIGITS;
        return valid ? last : BROKEN;
    }

    private static int skipString(byte[] a, int from, int end) {
        for (int pos = from; pos < end; pos++) {
            byte b = a[pos];
            if (b == '"') {
                return pos + 1;
            }
            if (b == '\\') {
                pos++;
                if (pos == end || (a[pos] != '"' && a[pos] != '\\')) {
                    return BROKEN;
                }
            } else if (b < ' ' || b == 0x7f) {
                return BROKEN;
            }
        }
        return BROKEN;
    }

    private static int skipDisplayString(byte[] a, int from, int end) {
        if (from == end || a[from] != '"') {
            return BROKEN;
        }
        for (int pos = from + 1; pos < end; pos++) {
            byte b = a[pos];
            if (b == '"') {
                return pos + 1;
            }
            if (b == '%') {
                if (end - pos < 3 || !isLowerHex(a[pos + 1]) || !isLowerHex(a[pos + 2])) {
                    return BROKEN;
                }
                pos += 2;
            } else if (b < ' ' || b == 0x7f) {
                return BROKEN;
            }
        }
        return BROKEN;
    }

    /** Base64 between colons; padding may be left out (RFC 9651 section 4.2.7), but not be wrong. */
    private static int skipByteSequence(byte[] a, int from, int end) {
        int pos = from;
        while (pos < end && isBase64(a[pos])) {
            pos++;
        }
        int data = pos - from;
        while (pos < end && a[pos] == '=') {
            pos++;
        }
        int padding = pos - from - data;
        boolean padded = padding == 0 || (padding <= 2 && (data + padding) % 4 == 0);
        return pos < end && a[pos] == ':' && padded && data % 4 != 1 ? pos + 1 : BROKEN;
    }

    private static int skipToken(byte[] a, int from, int end) {
        int pos = from;
        while (pos < end && isTokenByte(a[pos])) {
            pos++;
        }
        return pos;
    }

    private static int skipDigits(byte[] a, int from, int end) {
        int pos = from;
        while (pos < end && isDigit(a[pos])) {
            pos++;
        }
        return pos;
    }

    private static int skipSpaces(byte[] a, int from, int end) {
        int pos = from;
        while (pos < end && a[pos] == ' ') {
            pos++;
        }
        return pos;
    }

    private static int skipWhitespace(byte[] a, int from, int end) {
        int pos = from;
        while (pos < end && (a[pos] == ' ' || a[pos] == '\t')) {
            pos++;
        }
        return pos;
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    private static boolean isLower(byte b) {
        return b >= 'a' && b <= 'z';
    }

    private static boolean isLowerHex(byte b) {
        return isDigit(b) || (b >= 'a' && b <= 'f');
    }

    private static boolean isAlphanumeric(byte b) {
        return isDigit(b) || isLower(b) || (b >= 'A' && b <= 'Z');
    }

    private static boolean isBase64(byte b) {
        return isAlphanumeric(b) || b == '+' || b == '/';
    }

    private static boolean isKeyByte(byte b) {
        return isLower(b) || isDigit(b) || b == '_' || b == '-' || b == '.' || b == '*';
    }

    private static boolean isTokenByte(byte b) {
        if (isAlphanumeric(b)) {
            return true;
        }
        return switch (b) {
            case '!', '#', '$', '%', '&', '\'', '*', '+', '-', '.', '^', '_', '`', '|', '~', ':', '/' -> true;
            default -> false;
        };
    }
}
