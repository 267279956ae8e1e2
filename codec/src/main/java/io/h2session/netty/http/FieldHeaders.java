package io.h2session.netty.http;

import io.h2session.FieldRules;
import io.h2session.hpack.HeaderField;
import io.netty.handler.codec.DateFormatter;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Calendar;
import java.util.Date;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.TreeSet;

/**
 * Header fields of a message as {@link HttpHeaders}, kept in order in an array: those received are the very objects that HPACK
 * decoded, and no copy is made of names or values. What is added is checked as Netty's own headers check it.
 *
 * <p>A lookup compares names one by one. A message has some ten fields, and the list as a whole has a limit.
 */
final class FieldHeaders extends HttpHeaders {
    private HeaderField[] fields;
    private int size;

    /** A bit for each length that a name has, modulo 64, so that most names that are not here are not looked for. */
    private long nameLengths;

    /** Empty headers with room for a number of fields. */
    FieldHeaders(int capacity) {
        fields = new HeaderField[capacity];
    }

    /** How many fields there are. */
    @Override
    public int size() {
        return size;
    }

    HeaderField field(int index) {
        return fields[index];
    }

    /** Adds a field that is known to be well formed. */
    void add(HeaderField field) {
        if (size == fields.length) {
            fields = Arrays.copyOf(fields, Math.max(8, size * 2));
        }
        fields[size++] = field;
        nameLengths |= 1L << field.name().length();
    }

    /** Puts a field that is known to be well formed in the place of another. */
    void replace(int index, HeaderField field) {
        fields[index] = field;
    }

    int indexOf(CharSequence name, int from) {
        if ((nameLengths & 1L << name.length()) == 0) {
            return -1;
        }
        for (int i = from; i < size; i++) {
            AsciiString candidate = fields[i].name();
            if (candidate == name || candidate.contentEqualsIgnoreCase(name)) {
                return i;
            }
        }
        return -1;
    }

    // ---- reading ---------------------------------------------------------------------------------------------------

    /** The first value of a name as it was received; null if there is none. */
    AsciiString value(CharSequence name) {
        int index = indexOf(name, 0);
        return index < 0 ? null : fields[index].value();
    }

    @Override
    public String get(CharSequence name) {
        AsciiString value = value(name);
        return value == null ? null : value.toString();
    }

    @Override
    public String get(String name) {
        return get((CharSequence) name);
    }

    @Override
    public Integer getInt(CharSequence name) {
        Long value = number(name);
        return value == null || value != value.intValue() ? null : Integer.valueOf(value.intValue());
    }

    @Override
    public int getInt(CharSequence name, int defaultValue) {
        Integer value = getInt(name);
        return value == null ? defaultValue : value;
    }

    @Override
    public Short getShort(CharSequence name) {
        Long value = number(name);
        return value == null || value != value.shortValue() ? null : Short.valueOf(value.shortValue());
    }

    @Override
    public short getShort(CharSequence name, short defaultValue) {
        Short value = getShort(name);
        return value == null ? defaultValue : value;
    }

    private Long number(CharSequence name) {
        AsciiString value = value(name);
        try {
            return value == null ? null : Long.valueOf(value.parseLong());
        } catch (NumberFormatException none) {
            return null;
        }
    }

    @Override
    @SuppressWarnings("JavaUtilDate") // the class that Netty parses to
    public Long getTimeMillis(CharSequence name) {
        AsciiString value = value(name);
        Date date = value == null ? null : DateFormatter.parseHttpDate(value);
        return date == null ? null : Long.valueOf(date.getTime());
    }

    @Override
    public long getTimeMillis(CharSequence name, long defaultValue) {
        Long value = getTimeMillis(name);
        return value == null ? defaultValue : value;
    }

    @Override
    public List<String> getAll(CharSequence name) {
        List<String> values = new ArrayList<>(2);
        for (int i = indexOf(name, 0); i >= 0; i = indexOf(name, i + 1)) {
            values.add(fields[i].value().toString());
        }
        return values;
    }

    @Override
    public List<String> getAll(String name) {
        return getAll((CharSequence) name);
    }

    @Override
    public Iterator<String> valueStringIterator(CharSequence name) {
        return getAll(name).iterator();
    }

    @Override
    public Iterator<CharSequence> valueCharSequenceIterator(CharSequence name) {
        List<CharSequence> values = new ArrayList<>(2);
        for (int i = indexOf(name, 0); i >= 0; i = indexOf(name, i + 1)) {
            values.add(fields[i].value());
        }
        return values.iterator();
    }

    @Override
    public boolean contains(CharSequence name) {
        return indexOf(name, 0) >= 0;
    }

    @Override
    public boolean contains(String name) {
        return indexOf(name, 0) >= 0;
    }

    @Override
    public boolean contains(String name, String value, boolean ignoreCase) {
        return contains((CharSequence) name, (CharSequence) value, ignoreCase);
    }

    @Override
    public boolean contains(CharSequence name, CharSequence value, boolean ignoreCase) {
        for (int i = indexOf(name, 0); i >= 0; i = indexOf(name, i + 1)) {
            AsciiString found = fields[i].value();
            if (ignoreCase ? found.contentEqualsIgnoreCase(value) : found.contentEquals(value)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean isEmpty() {
        return size == 0;
    }

    @Override
    public Set<String> names() {
        Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        for (int i = 0; i < size; i++) {
            names.add(fields[i].name().toString());
        }
        return names;
    }

    @Override
    public List<Map.Entry<String, String>> entries() {
        List<Map.Entry<String, String>> entries = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            entries.add(strings(fields[i]));
        }
        return entries;
    }

    private static Map.Entry<String, String> strings(HeaderField field) {
        return new SimpleImmutableEntry<>(field.name().toString(), field.value().toString());
    }

    @Override
    @SuppressWarnings("deprecation")
    public Iterator<Map.Entry<String, String>> iterator() {
        return new Fields<>() {
            @Override
            Map.Entry<String, String> entry(HeaderField field) {
                return strings(field);
            }
        };
    }

    @Override
    public Iterator<Map.Entry<CharSequence, CharSequence>> iteratorCharSequence() {
        return new Fields<>() {
            @Override
            Map.Entry<CharSequence, CharSequence> entry(HeaderField field) {
                return new SimpleImmutableEntry<>(field.name(), field.value());
            }
        };
    }

    private abstract class Fields<T> implements Iterator<T> {
        private int next;

        abstract T entry(HeaderField field);

        @Override
        public boolean hasNext() {
            return next < size;
        }

        @Override
        public T next() {
            if (next >= size) {
                throw new NoSuchElementException();
            }
            return entry(fields[next++]);
        }

        @Override
        public void remove() {
            FieldHeaders.this.removeAt(--next);
        }
    }

    // ---- changing --------------------------------------------------------------------------------------------------

    private static HeaderField checked(CharSequence name, Object value) {
        if (name instanceof AsciiString known && value instanceof AsciiString constant) {
            HeaderField field = RecurringFields.of(known, constant);
            if (FieldRules.checkField(field)) {
                return field;
            }
        }
        AsciiString bytes = AsciiString.of(name);
        if (!FieldRules.checkMethod(bytes)) {
            throw new IllegalArgumentException("a header name must be a token");
        }
        AsciiString text = AsciiString.of(text(value));
        if (!FieldRules.checkValue(text)) {
            throw new IllegalArgumentException("a header value must not have control characters");
        }
        return HeaderField.of(bytes, text);
    }

    private static CharSequence text(Object value) {
        if (value instanceof CharSequence text) {
            return text;
        } else if (value instanceof Date date) {
            return DateFormatter.format(date);
        } else if (value instanceof Calendar calendar) {
            return DateFormatter.format(calendar.getTime());
        }
        return value.toString();
    }

    @Override
    public HttpHeaders add(CharSequence name, Object value) {
        add(checked(name, value));
        return this;
    }

    @Override
    public HttpHeaders add(String name, Object value) {
        return add((CharSequence) name, value);
    }

    @Override
    public HttpHeaders add(CharSequence name, Iterable<?> values) {
        for (Object value : values) {
            add(checked(name, value));
        }
        return this;
    }

    @Override
    public HttpHeaders add(String name, Iterable<?> values) {
        return add((CharSequence) name, values);
    }

    @Override
    public HttpHeaders addInt(CharSequence name, int value) {
        return add(name, Integer.toString(value));
    }

    @Override
    public HttpHeaders addShort(CharSequence name, short value) {
        return add(name, Short.toString(value));
    }

    @Override
    public HttpHeaders set(CharSequence name, Object value) {
        HeaderField field = checked(name, value);
        int first = indexOf(name, 0);
        if (first < 0) {
            add(field);
        } else {
            fields[first] = field;
            removeFrom(name, first + 1);
        }
        return this;
    }

    @Override
    public HttpHeaders set(String name, Object value) {
        return set((CharSequence) name, value);
    }

    @Override
    public HttpHeaders set(CharSequence name, Iterable<?> values) {
        List<HeaderField> made = new ArrayList<>();
        for (Object value : values) {
            made.add(checked(name, value));
        }
        removeFrom(name, 0);
        made.forEach(this::add);
        return this;
    }

    @Override
    public HttpHeaders set(String name, Iterable<?> values) {
        return set((CharSequence) name, values);
    }

    @Override
    public HttpHeaders set(HttpHeaders headers) {
        return headers == this ? this : super.set(headers);
    }

    @Override
    public HttpHeaders setAll(HttpHeaders headers) {
        if (headers != this) {
            for (String name : headers.names()) {
                set(name, headers.getAll(name));
            }
        }
        return this;
    }

    @Override
    public HttpHeaders setInt(CharSequence name, int value) {
        return set(name, Integer.toString(value));
    }

    @Override
    public HttpHeaders setShort(CharSequence name, short value) {
        return set(name, Short.toString(value));
    }

    @Override
    public HttpHeaders remove(CharSequence name) {
        removeFrom(name, 0);
        return this;
    }

    @Override
    public HttpHeaders remove(String name) {
        return remove((CharSequence) name);
    }

    private void removeFrom(CharSequence name, int from) {
        int at = indexOf(name, from);
        if (at < 0) {
            return;
        }
        int kept = at;
        for (int i = at + 1; i < size; i++) {
            if (!fields[i].name().contentEqualsIgnoreCase(name)) {
                fields[kept++] = fields[i];
            }
        }
        Arrays.fill(fields, kept, size, null);
        size = kept;
    }

    private void removeAt(int index) {
        System.arraycopy(fields, index + 1, fields, index, size - index - 1);
        fields[--size] = null;
    }

    @Override
    public HttpHeaders clear() {
        Arrays.fill(fields, 0, size, null);
        size = 0;
        nameLengths = 0;
        return this;
    }

    @Override
    public HttpHeaders copy() {
        FieldHeaders copy = new FieldHeaders(0);
        copy.fields = Arrays.copyOf(fields, size);
        copy.size = size;
        copy.nameLengths = nameLengths;
        return copy;
    }

    /** Names and values; those of sensitive fields are hidden. */
    @Override
    public String toString() {
        return "FieldHeaders" + Arrays.asList(fields).subList(0, size);
    }
}
