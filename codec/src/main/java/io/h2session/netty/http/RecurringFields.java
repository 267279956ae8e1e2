package io.h2session.netty.http;

import io.h2session.hpack.HeaderField;
import io.netty.util.AsciiString;

/**
 * Header fields of strings that recur, constants or what HPACK's table holds: each is made and checked once. Any thread; of two
 * threads that write the same place one wins, and nothing is lost but an object.
 */
final class RecurringFields {
    /** A power of two: about 30 KiB of fields if all places are taken. Each field has two places where it may be. */
    private static final int PLACES = 256;

    /** Longer values hardly recur, and would be kept for long. */
    private static final int MAX_VALUE = 128;

    private static final HeaderField[] FIELDS = new HeaderField[PLACES];

    private RecurringFields() {}

    /** A field that may be indexed; the one made before if the value is the very string it was made of. */
    static HeaderField of(AsciiString name, AsciiString value) {
        int mixed = System.identityHashCode(value) * 31 + System.identityHashCode(name);
        int place = (mixed ^ (mixed >>> 15)) & (PLACES - 1);
        HeaderField first = FIELDS[place];
        if (is(first, name, value)) {
            return first;
        }
        HeaderField second = FIELDS[place ^ 1];
        if (is(second, name, value)) {
            return second;
        }
        HeaderField made = HeaderField.of(name, value, false);
        if (value.array().length <= MAX_VALUE) {
            FIELDS[place ^ 1] = first;
            FIELDS[place] = made;
        }
        return made;
    }

    private static boolean is(HeaderField known, AsciiString name, AsciiString value) {
        return known != null && known.value() == value && known.name().equals(name);
    }

    /** A field of any strings. */
    static HeaderField of(CharSequence name, CharSequence value) {
        return name instanceof AsciiString known && value instanceof AsciiString text
                ? of(known, text)
                : HeaderField.of(name, value);
    }
}
