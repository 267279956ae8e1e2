package io.h2session.hpack;

import io.netty.util.AsciiString;
import java.util.Arrays;

/**
 * One header field: a name, a value and whether it is sensitive. Immutable and safe to share between sessions and
 * threads; the decoder returns the instances that its tables hold, so repeated fields cost no allocation.
 *
 * <p>Names are kept as given and are sent in lower case. The arrays of the strings must not be changed afterwards.
 *
 * @since 0.1
 */
public final class HeaderField {
    /** RFC 7541 4.1: what an entry of a table counts beyond the bytes of name and value. */
    static final int OVERHEAD = 32;

    private static final byte CASE_UNKNOWN = 0;
    private static final byte CASE_LOWER = 1;
    private static final byte CASE_MIXED = 2;

    private final AsciiString name;
    private final AsciiString value;
    private final int size;
    private final byte token;
    private final boolean sensitive;

    // Caches that any thread may fill: all threads compute the same result.
    private int hash;
    private byte validity;
    private byte nameCase;

    HeaderField(AsciiString name, AsciiString value, boolean sensitive, int token) {
        this.name = name;
        this.value = value;
        this.sensitive = sensitive;
        this.token = (byte) token;
        this.size = name.length() + value.length() + OVERHEAD;
        if (size < 0) {
            throw new IllegalArgumentException("header field longer than 2^31 bytes");
        }
    }

    /**
     * A field that may be indexed. Each character becomes one byte (ISO-8859-1); other characters become {@code ?}.
     *
     * @param name the field name, pseudo-header names with their colon
     * @param value the field value
     * @return the field
     */
    public static HeaderField of(CharSequence name, CharSequence value) {
        return of(AsciiString.of(name), AsciiString.of(value), false);
    }

    /**
     * A field that no hop may put into a table: a never-indexed literal (RFC 7541 6.2.3, 7.1.3).
     *
     * @param name the field name
     * @param value the field value
     * @return the field
     */
    public static HeaderField sensitive(CharSequence name, CharSequence value) {
        return of(AsciiString.of(name), AsciiString.of(value), true);
    }

    /**
     * A field of strings that are bytes already. The strings are kept, not copied.
     *
     * @param name the field name
     * @param value the field value
     * @param sensitive whether it must never be indexed
     * @return the field
     */
    public static HeaderField of(AsciiString name, AsciiString value, boolean sensitive) {
        int token = HeaderToken.of(name);
        return new HeaderField(token == HeaderToken.UNKNOWN ? name : HeaderToken.name(token), value, sensitive, token);
    }

    /** {@return the name, as given} */
    public AsciiString name() {
        return name;
    }

    /** {@return the value} */
    public AsciiString value() {
        return value;
    }

    /** {@return whether the field is sent, or was received, as a never-indexed literal (RFC 7541 6.2.3)} */
    public boolean isSensitive() {
        return sensitive;
    }

    /** {@return the size in bytes as tables and list limits count it: name, value and 32 (RFC 7541 4.1)} */
    public int size() {
        return size;
    }

    /**
     * {@return the {@link HeaderToken} of the name; {@link HeaderToken#UNKNOWN} unless it is a known name in lower case}
     */
    public int token() {
        return token;
    }

    /**
     * The cached result of the check of the field's bytes; 0 means that they were not checked yet. Two threads may check at
     * the same time and must get the same result.
     *
     * @return the result
     */
    public byte validity() {
        return validity;
    }

    /**
     * Keeps the result of a check with the field.
     *
     * @param verdict see {@link #validity()}
     */
    public void validity(byte verdict) {
        validity = verdict;
    }

    boolean hasLowerCaseName() {
        byte known = nameCase;
        if (known == CASE_UNKNOWN) {
            known = token != HeaderToken.UNKNOWN || !containsUpperCase(name) ? CASE_LOWER : CASE_MIXED;
            nameCase = known;
        }
        return known == CASE_LOWER;
    }

    HeaderField withLowerCaseName() {
        return of(name.toLowerCase(), value, sensitive);
    }

    boolean hasName(HeaderField other) {
        return token == other.token && (token != HeaderToken.UNKNOWN || sameBytes(name, other.name));
    }

    static boolean sameBytes(AsciiString one, AsciiString other) {
        int length = one.length();
        if (length != other.length()) {
            return false;
        }
        byte[] array = one.array();
        byte[] otherArray = other.array();
        int from = one.arrayOffset();
        int otherFrom = other.arrayOffset();
        return (array == otherArray && from == otherFrom)
                || Arrays.equals(array, from, from + length, otherArray, otherFrom, otherFrom + length);
    }

    private static boolean containsUpperCase(AsciiString string) {
        byte[] array = string.array();
        int from = string.arrayOffset();
        for (int i = from, to = from + string.length(); i < to; i++) {
            if (array[i] >= 'A' && array[i] <= 'Z') {
                return true;
            }
        }
        return false;
    }

    /** Fields are equal if the bytes of name and value are; sensitivity does not count. */
    @Override
    public boolean equals(Object object) {
        return this == object || (object instanceof HeaderField other && hasNameAndValue(other));
    }

    private boolean hasNameAndValue(HeaderField other) {
        return size == other.size && hasName(other) && sameBytes(value, other.value);
    }

    /** The hash code; 0 if it was not computed yet. */
    int knownHash() {
        return hash;
    }

    @Override
    public int hashCode() {
        int known = hash;
        if (known == 0) {
            known = name.hashCode() * 31 + value.hashCode();
            if (known == 0) {
                known = 1;
            }
            hash = known;
        }
        return known;
    }

    /** {@code name: value}, with the value of a sensitive field hidden. */
    @Override
    public String toString() {
        return sensitive ? name + ": …" : name + ": " + value;
    }
}
