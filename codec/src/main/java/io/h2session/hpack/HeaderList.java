package io.h2session.hpack;

import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An immutable list of header fields in the order of the wire; duplicates are allowed. Lists may be shared between threads:
 * build the fields of a constant response once.
 *
 * @since 0.1
 */
public final class HeaderList implements Iterable<HeaderField> {
    /** The list without fields. */
    public static final HeaderList EMPTY = new HeaderList(new HeaderField[0], 0);

    private final HeaderField[] fields;
    private final int size;

    /** Cache of {@link #listSize()}; -1 if it was not computed yet. */
    private int listSize = -1;

    private HeaderList(HeaderField[] fields, int size) {
        this.fields = fields;
        this.size = size;
    }

    /** {@return the list without fields} */
    public static HeaderList of() {
        return EMPTY;
    }

    /**
     * A list of these fields.
     *
     * @param fields the fields in order; the array is copied
     * @return the list
     */
    public static HeaderList of(HeaderField... fields) {
        Builder builder = new Builder(fields.length);
        for (HeaderField field : fields) {
            builder.add(field);
        }
        return builder.build();
    }

    /**
     * A list of alternating names and values.
     *
     * @param namesAndValues name, value, name, value ...
     * @return the list
     * @throws IllegalArgumentException if a value is missing
     */
    public static HeaderList of(CharSequence... namesAndValues) {
        if ((namesAndValues.length & 1) != 0) {
            throw new IllegalArgumentException("a name without a value: " + namesAndValues[namesAndValues.length - 1]);
        }
        Builder builder = new Builder(namesAndValues.length / 2);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            builder.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return builder.build();
    }

    /**
     * A list that takes ownership of an array: the caller must neither change nor reuse it.
     *
     * @param fields the fields; none of the first {@code size} is null
     * @param size the number of fields
     * @return the list
     */
    public static HeaderList ofTrusted(HeaderField[] fields, int size) {
        return size == 0 ? EMPTY : new HeaderList(fields, size);
    }

    /** {@return a new builder} */
    public static Builder builder() {
        return new Builder(16);
    }

    /** {@return the number of fields} */
    public int size() {
        return size;
    }

    /** {@return whether there are no fields} */
    public boolean isEmpty() {
        return size == 0;
    }

    /**
     * The field at a place in the order.
     *
     * @param index 0 to {@code size() - 1}
     * @return the field
     * @throws IndexOutOfBoundsException beyond that
     */
    public HeaderField get(int index) {
        if (index >= size) {
            throw new IndexOutOfBoundsException(index);
        }
        return fields[index];
    }

    /**
     * The value of the first field with a name.
     *
     * @param name the name, in any case
     * @return the value, null if there is none
     */
    public @Nullable AsciiString value(CharSequence name) {
        int index = indexOf(name, 0);
        return index < 0 ? null : fields[index].value();
    }

    /**
     * The value of the first field with a token.
     *
     * @param token a constant of {@link HeaderToken} other than {@link HeaderToken#UNKNOWN}
     * @return the value, null if there is none
     */
    public @Nullable AsciiString value(int token) {
        for (int i = 0; i < size; i++) {
            if (fields[i].token() == token) {
                return fields[i].value();
            }
        }
        return null;
    }

    /**
     * The values of all fields with a name.
     *
     * @param name the name, in any case
     * @return the values in order, in a new list
     */
    public List<AsciiString> values(CharSequence name) {
        List<AsciiString> values = new ArrayList<>(2);
        for (int i = indexOf(name, 0); i >= 0; i = indexOf(name, i + 1)) {
            values.add(fields[i].value());
        }
        return values;
    }

    /**
     * Whether there is a field with a name.
     *
     * @param name the name, in any case
     * @return whether there is
     */
    public boolean contains(CharSequence name) {
        return indexOf(name, 0) >= 0;
    }

    private int indexOf(CharSequence name, int from) {
        for (int i = from; i < size; i++) {
            if (hasName(i, name)) {
                return i;
            }
        }
        return -1;
    }

    private boolean hasName(int index, CharSequence name) {
        AsciiString candidate = fields[index].name();
        return candidate == name || candidate.contentEqualsIgnoreCase(name);
    }

    /**
     * The size in bytes that SETTINGS_MAX_HEADER_LIST_SIZE limits: names, values and 32 for each field (RFC 9113
     * 6.5.2).
     *
     * @return bytes, {@link Integer#MAX_VALUE} at most
     */
    public int listSize() {
        int known = listSize;
        if (known < 0) {
            long sum = 0;
            for (int i = 0; i < size; i++) {
                sum += fields[i].size();
            }
            known = (int) Math.min(sum, Integer.MAX_VALUE);
            listSize = known;
        }
        return known;
    }

    /**
     * A copy in which a name has one value: the field takes the place of the first field with its name, and the others with
     * that name are left out. If there is none, the field is added at the end, a pseudo-header field after the other
     * pseudo-header fields (RFC 9113 section 8.3). For a name that may occur more than once, such as {@code set-cookie},
     * see {@link #plus(HeaderField)}.
     *
     * @param field the field
     * @return the copy
     */
    public HeaderList with(HeaderField field) {
        int first = indexOf(field.name(), 0);
        int place = first >= 0 ? first : isPseudo(field) ? pseudoHeaders() : size;
        HeaderField[] copy = new HeaderField[size + 1];
        System.arraycopy(fields, 0, copy, 0, place);
        copy[place] = field;
        int copied = place + 1;
        for (int i = place; i < size; i++) {
            if (first < 0 || !hasName(i, field.name())) {
                copy[copied++] = fields[i];
            }
        }
        return new HeaderList(copy, copied);
    }

    /**
     * {@link #with(HeaderField)} with a field that may be indexed.
     *
     * @param name the field's name
     * @param value its value
     * @return the copy
     */
    public HeaderList with(CharSequence name, CharSequence value) {
        return with(HeaderField.of(name, value));
    }

    /**
     * A copy with one more field at the end, even if there are fields with its name.
     *
     * @param field the field to add
     * @return the copy
     */
    public HeaderList plus(HeaderField field) {
        HeaderField[] longer = Arrays.copyOf(fields, size + 1);
        longer[size] = Objects.requireNonNull(field, "field");
        return new HeaderList(longer, size + 1);
    }

    /**
     * {@link #plus(HeaderField)} with a field that may be indexed.
     *
     * @param name the field's name
     * @param value its value
     * @return the copy
     */
    public HeaderList plus(CharSequence name, CharSequence value) {
        return plus(HeaderField.of(name, value));
    }

    /**
     * A copy without the fields of a name.
     *
     * @param name the name, in any case
     * @return the copy; this list if it has no such field
     */
    public HeaderList without(CharSequence name) {
        int first = indexOf(name, 0);
        if (first < 0) {
            return this;
        }
        HeaderField[] copy = new HeaderField[size - 1];
        System.arraycopy(fields, 0, copy, 0, first);
        int copied = first;
        for (int i = first + 1; i < size; i++) {
            if (!hasName(i, name)) {
                copy[copied++] = fields[i];
            }
        }
        return ofTrusted(copy, copied);
    }

    private static boolean isPseudo(HeaderField field) {
        return !field.name().isEmpty() && field.name().byteAt(0) == ':';
    }

    /** The number of pseudo-header fields at the beginning of the list. */
    private int pseudoHeaders() {
        int count = 0;
        while (count < size && isPseudo(fields[count])) {
            count++;
        }
        return count;
    }

    @Override
    public Iterator<HeaderField> iterator() {
        return new Iterator<>() {
            private int next;

            @Override
            public boolean hasNext() {
                return next < size;
            }

            @Override
            public HeaderField next() {
                if (next >= size) {
                    throw new NoSuchElementException();
                }
                return fields[next++];
            }
        };
    }

    /** Lists are equal if they have equal fields in the same order; sensitivity does not count. */
    @Override
    public boolean equals(Object object) {
        return this == object
                || (object instanceof HeaderList other && Arrays.equals(fields, 0, size, other.fields, 0, other.size));
    }

    @Override
    public int hashCode() {
        int hash = 1;
        for (int i = 0; i < size; i++) {
            hash = hash * 31 + fields[i].hashCode();
        }
        return hash;
    }

    /** {@code [name: value, name: value]}; sensitive values are hidden. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("[");
        for (int i = 0; i < size; i++) {
            text.append(i == 0 ? "" : ", ").append(fields[i]);
        }
        return text.append(']').toString();
    }

    /** Collects fields and makes lists of them. A builder may be cleared and used again. Not thread-safe. */
    public static final class Builder {
        private HeaderField[] fields;
        private int size;

        private Builder(int capacity) {
            fields = new HeaderField[Math.max(4, capacity)];
        }

        /**
         * Adds a field at the end.
         *
         * @param field the field
         * @return this builder
         */
        public Builder add(HeaderField field) {
            if (field == null) {
                throw new NullPointerException("field");
            }
            if (size == fields.length) {
                fields = Arrays.copyOf(fields, size * 2);
            }
            fields[size++] = field;
            return this;
        }

        /**
         * Adds a field at the end.
         *
         * @param name its name
         * @param value its value
         * @return this builder
         */
        public Builder add(CharSequence name, CharSequence value) {
            return add(HeaderField.of(name, value));
        }

        /**
         * Adds a field that must never be indexed (RFC 7541 6.2.3).
         *
         * @param name its name
         * @param value its value
         * @return this builder
         */
        public Builder addSensitive(CharSequence name, CharSequence value) {
            return add(HeaderField.sensitive(name, value));
        }

        /**
         * Adds all fields of a list at the end.
         *
         * @param list the list
         * @return this builder
         */
        public Builder addAll(HeaderList list) {
            for (int i = 0; i < list.size; i++) {
                add(list.fields[i]);
            }
            return this;
        }

        /**
         * Removes all fields; lists that were built keep theirs.
         *
         * @return this builder
         */
        public Builder clear() {
            Arrays.fill(fields, 0, size, null);
            size = 0;
            return this;
        }

        /** {@return the number of fields added} */
        public int size() {
            return size;
        }

        /** {@return a list of the fields added so far, with an array of its own} */
        public HeaderList build() {
            return ofTrusted(Arrays.copyOf(fields, size), size);
        }
    }
}
