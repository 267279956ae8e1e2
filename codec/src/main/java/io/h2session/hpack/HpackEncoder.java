package io.h2session.hpack;

import io.netty.util.AsciiString;
import java.util.List;
import java.util.Objects;

/**
 * Encodes header blocks (RFC 7541) and indexes the fields that nghttp2 indexes ({@code nghttp2_hd_deflate_hd2}): the same
 * blocks always result in the same bytes. Strings are Huffman-coded if that is shorter. Names are
 * sent in lower case. Not thread-safe.
 *
 * @since 0.1
 */
public final class HpackEncoder {
    /** SETTINGS_HEADER_TABLE_SIZE before any SETTINGS (RFC 9113 6.5.2). */
    private static final int INITIAL_TABLE_SIZE = 4096;

    private static final int NO_UPDATE = -1;

    private final int maxTableSizeCap;
    private final NeverIndexed neverIndexed;
    private final DynamicTable table;
    private final FieldIndex index;
    private final KnownFields known;
    private final RepeatedBlock repeated = new RepeatedBlock();

    /** The least table size since the last block, which the next block signals, or {@link #NO_UPDATE}. */
    private int leastCapacity = NO_UPDATE;

    /**
     * An encoder with an empty table.
     *
     * @param maxTableSizeCap bytes that the dynamic table may use at most, even if the peer allows more; 4096 is usual. A
     *     smaller value is signalled in the first block
     */
    public HpackEncoder(int maxTableSizeCap) {
        this(maxTableSizeCap, NeverIndexed.NONE);
    }

    /**
     * An encoder with an empty table into which some fields never go.
     *
     * @param maxTableSizeCap see {@link #HpackEncoder(int)}
     * @param neverIndexed the fields that are sent as never-indexed literals, besides those of nghttp2
     */
    public HpackEncoder(int maxTableSizeCap, NeverIndexed neverIndexed) {
        if (maxTableSizeCap < 0) {
            throw new IllegalArgumentException("negative: " + maxTableSizeCap);
        }
        this.maxTableSizeCap = maxTableSizeCap;
        this.neverIndexed = Objects.requireNonNull(neverIndexed, "neverIndexed");
        this.table = new DynamicTable(Math.min(maxTableSizeCap, INITIAL_TABLE_SIZE));
        this.index = new FieldIndex(table);
        this.known = new KnownFields(table);
        if (maxTableSizeCap < INITIAL_TABLE_SIZE) {
            leastCapacity = maxTableSizeCap;
        }
    }

    /**
     * The peer sent SETTINGS_HEADER_TABLE_SIZE; called once for each value received. The next block begins with a size
     * update to it, preceded by one to the least value since the last block if that was lower (RFC 7541 4.2).
     *
     * @param settingValue bytes, 0 to 2^32 - 1
     */
    public void peerMaxTableSize(long settingValue) {
        if (settingValue < 0) {
            throw new IllegalArgumentException("negative: " + settingValue);
        }
        int capacity = (int) Math.min(settingValue, maxTableSizeCap);
        table.capacity(capacity);
        leastCapacity = leastCapacity == NO_UPDATE ? capacity : Math.min(leastCapacity, capacity);
    }

    /**
     * Empties the table, because a block encoded with it will never reach the peer. The next block begins with size updates
     * to 0 and back, after which both tables are equal again.
     */
    public void resetTable() {
        table.clear();
        leastCapacity = 0;
    }

    /**
     * The bytes that {@link #encode} may need at most ({@code nghttp2_hd_deflate_bound}): 12 for size updates, for each
     * field its name, its value and 12.
     *
     * @param fields the list to encode
     * @return bytes
     */
    public static long encodedBound(HeaderList fields) {
        long listSize = fields.listSize();
        if (listSize == Integer.MAX_VALUE) {
            listSize = 0;
            for (int i = 0; i < fields.size(); i++) {
                listSize += fields.get(i).size();
            }
        }
        return 12 + listSize - (HeaderField.OVERHEAD - 12L) * fields.size();
    }

    /**
     * Encodes a whole header block.
     *
     * @param fields the fields, in order
     * @param out has room for {@link #encodedBound} bytes from the offset
     * @param offset where to begin
     * @return the offset after the last byte written
     * @throws IllegalArgumentException if the room is too small; then nothing has changed
     */
    public int encode(HeaderList fields, byte[] out, int offset) {
        if (offset < 0 || out.length - offset < encodedBound(fields)) {
            throw new IllegalArgumentException("no room for " + encodedBound(fields) + " bytes at " + offset);
        }
        if (leastCapacity == NO_UPDATE && repeated.knows(fields)) {
            return repeated.copyTo(out, offset);
        }
        int start = sizeUpdates(out, offset);
        int inserted = table.inserted();
        int at = start;
        for (int i = 0, size = fields.size(); i < size; i++) {
            at = encode(fields.get(i), out, at);
        }
        if (table.inserted() != inserted) {
            repeated.forget();
        } else {
            repeated.encoded(fields, out, start, at);
        }
        return at;
    }

    private int sizeUpdates(byte[] out, int offset) {
        int at = offset;
        if (leastCapacity != NO_UPDATE) {
            if (leastCapacity < table.capacity()) {
                at = integer(out, at, 0x20, 5, leastCapacity);
            }
            at = integer(out, at, 0x20, 5, table.capacity());
            leastCapacity = NO_UPDATE;
            repeated.forget();
        }
        return at;
    }

    private int encode(HeaderField given, byte[] out, int offset) {
        int knownIndex = known.indexOf(given);
        if (knownIndex != 0) {
            return integer(out, offset, 0x80, 7, knownIndex);
        }
        return encodeUnknown(given, out, offset);
    }

    private int encodeUnknown(HeaderField given, byte[] out, int offset) {
        HeaderField field = given.hasLowerCaseName() ? given : given.withLowerCaseName();
        Indexing indexing = neverIndexed.contains(field) ? Indexing.NEVER : Indexing.of(field, table.capacity());
        int nameIndex = StaticTable.indexOfName(field.token());
        if (indexing != Indexing.NEVER) {
            int found = nameIndex == 0 ? 0 : StaticTable.indexOf(nameIndex, field);
            if (found == 0 && (indexing == Indexing.INCREMENTAL || Indexing.isLarge(field, table.capacity()))) {
                int age = index.ageOfField(field);
                found = age == 0 ? 0 : StaticTable.LENGTH + age;
            }
            if (found != 0) {
                known.found(field, found);
                return integer(out, offset, 0x80, 7, found);
            }
        }
        if (nameIndex == 0) {
            int age = index.ageOfName(field);
            nameIndex = age == 0 ? 0 : StaticTable.LENGTH + age;
        }
        int at = integer(out, offset, indexing.pattern, indexing.prefixBits, nameIndex);
        if (nameIndex == 0) {
            at = string(out, at, field.name());
        }
        at = string(out, at, field.value());
        if (indexing == Indexing.INCREMENTAL) {
            index.insert(field);
        }
        return at;
    }

    /** RFC 7541 5.1. */
    private static int integer(byte[] out, int offset, int pattern, int prefixBits, int value) {
        int at = offset;
        int prefix = (1 << prefixBits) - 1;
        if (value < prefix) {
            out[at++] = (byte) (pattern | value);
            return at;
        }
        out[at++] = (byte) (pattern | prefix);
        int rest = value - prefix;
        while (rest > 0x7f) {
            out[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        out[at++] = (byte) rest;
        return at;
    }

    /** RFC 7541 5.2. */
    private static int string(byte[] out, int offset, AsciiString string) {
        byte[] bytes = string.array();
        int from = string.arrayOffset();
        int length = string.length();
        int coded = HuffmanEncoder.encodedLength(bytes, from, from + length);
        if (coded < length) {
            int at = integer(out, offset, 0x80, 7, coded);
            return HuffmanEncoder.encode(bytes, from, from + length, out, at);
        }
        int at = integer(out, offset, 0x00, 7, length);
        System.arraycopy(bytes, from, out, at, length);
        return at + length;
    }

    /** {@return bytes used in the dynamic table (RFC 7541 4.1)} */
    public int tableSize() {
        return table.size();
    }

    /** {@return the number of entries of both tables, the 61 static ones included} */
    public int tableLength() {
        return StaticTable.LENGTH + table.length();
    }

    /** {@return the limit of the dynamic table in bytes: the lesser of the peer's setting and the cap} */
    public int maxTableSize() {
        return table.capacity();
    }

    /** {@return a copy of the dynamic table, the newest entry first} */
    public List<HeaderField> dynamicTable() {
        return table.copy();
    }

    /**
     * An entry of the tables.
     *
     * @param number 1 to {@link #tableLength()}
     * @return the entry; from 62 on the newest comes first
     * @throws IndexOutOfBoundsException beyond that
     */
    public HeaderField entry(int number) {
        if (number < 1 || number > tableLength()) {
            throw new IndexOutOfBoundsException(number);
        }
        return number <= StaticTable.LENGTH ? StaticTable.get(number) : table.get(number - StaticTable.LENGTH);
    }
}
