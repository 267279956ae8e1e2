package io.h2session.hpack;

import io.netty.util.AsciiString;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decodes header blocks (RFC 7541), one field for each call of {@link #next()}.
 *
 * <pre>
 *   beginBlock()
 *   input(fragment)  ──► next() next() ... null ──► position(): keep the bytes from here, put the next
 *   input(kept + next fragment, last) ──► next() ... null     fragment behind them
 * </pre>
 *
 * <p>The dynamic table stays exact even if the caller does not take the fields: beyond the list limit and while discarding,
 * only fields that enter the table are made into objects. Errors are the peer's fault and final: after an
 * {@link HpackException} every call of {@link #next()} throws it again. Not thread-safe.
 *
 * @since 0.1
 */
public final class HpackDecoder {
    private static final int MOST_CONTINUATIONS = 5;
    private static final int INCOMPLETE = -1;

    /** {@link #reduction} when the peer owes no size update. */
    private static final int NONE = -1;

    private final DynamicTable table;
    private final StringLiteral name = new StringLiteral();
    private final StringLiteral value = new StringLiteral();

    private int maxTableSize;
    private int maxStringLength = 65536;
    private int maxSizeUpdates = 2;
    private long maxListSize = Long.MAX_VALUE;

    /** The lowest table size the peer must signal before the next field, or {@link #NONE}. */
    private int reduction = NONE;

    private byte[] array;
    private int position;
    private int end;
    private boolean last;

    /** Where the last integer or string ends. */
    private int cursor;

    private boolean blockBegun;
    private boolean beforeFirstField = true;
    private int sizeUpdates;
    private long listSize;
    private boolean overflowed;
    private boolean discarding;
    private HpackException failure;

    /**
     * A decoder with an empty table.
     *
     * @param maxTableSize SETTINGS_HEADER_TABLE_SIZE in force, in bytes: 4096 on a new connection, until
     *     another value is acknowledged
     */
    public HpackDecoder(int maxTableSize) {
        checkNotNegative(maxTableSize);
        this.maxTableSize = maxTableSize;
        this.table = new DynamicTable(maxTableSize);
    }

    /**
     * Sets the limit of a block's header list in bytes (RFC 9113 6.5.2). The field that exceeds it and all later
     * fields of the block are not returned; {@link #listSize()} counts them, too. Unlimited by default.
     *
     * @param bytes names, values and 32 for each field
     */
    public void maxHeaderListSize(long bytes) {
        maxListSize = bytes;
    }

    /**
     * Sets the greatest length of a string; a longer one is an error.
     *
     * @param encodedBytes bytes in encoded form; 65536 by default
     */
    public void maxStringLength(int encodedBytes) {
        checkNotNegative(encodedBytes);
        maxStringLength = encodedBytes;
    }

    /**
     * Sets how many size updates may begin a block.
     *
     * @param updates 2 by default (RFC 7541 4.2); nghttp2 accepts any number
     */
    public void maxSizeUpdates(int updates) {
        maxSizeUpdates = updates;
    }

    /**
     * The peer acknowledged a new SETTINGS_HEADER_TABLE_SIZE. A value less than the present limit of the table evicts at
     * once, and the peer has to begin its next block with a size update not greater than the least value since its last
     * one. Within a block, from {@link #beginBlock()} until {@link #next()} has used up its last input, the limit cannot
     * change.
     *
     * @param bytes the acknowledged value
     * @throws IllegalStateException within a block ({@code nghttp2_hd_inflate_change_table_size}: INVALID_STATE)
     */
    public void maxTableSize(int bytes) {
        checkNotNegative(bytes);
        if (blockBegun && !(last && position == end)) {
            throw new IllegalStateException("within a header block");
        }
        maxTableSize = bytes;
        if (bytes < table.capacity()) {
            table.capacity(bytes);
            reduction = bytes;
        }
    }

    /** Begins a block: resets the counts, stops discarding and accepts size updates. Input that is left is dropped. */
    public void beginBlock() {
        blockBegun = true;
        array = null;
        position = 0;
        end = 0;
        last = false;
        beforeFirstField = true;
        sizeUpdates = 0;
        listSize = 0;
        overflowed = false;
        discarding = false;
    }

    /**
     * The next bytes of the block, beginning with those left over from {@link #position()} on. The array is borrowed
     * until {@link #next()} returns null or throws, or until the next {@code input} or {@link #beginBlock()}.
     *
     * @param bytes holds the bytes
     * @param from offset of the first
     * @param to offset after the last
     * @param lastOfBlock whether the block ends there
     */
    public void input(byte[] bytes, int from, int to, boolean lastOfBlock) {
        if (from < 0 || from > to || to > bytes.length) {
            throw new IndexOutOfBoundsException("from " + from + " to " + to + " of " + bytes.length);
        }
        array = bytes;
        position = from;
        end = to;
        last = lastOfBlock;
    }

    /**
     * The next field of the input.
     *
     * @return the field, for an indexed one the instance in the table; null if no complete one is left. If this input was
     *     not the last of the block, the bytes from {@link #position()} on have to be put before the next input
     * @throws HpackException if the block cannot be decoded; the connection must end with COMPRESSION_ERROR
     */
    public @Nullable HeaderField next() throws HpackException {
        if (failure != null) {
            throw failure;
        }
        while (position < end) {
            int start = position;
            int first = array[start];
            HeaderField field;
            try {
                if (first < 0) {
                    field = indexed(first);
                } else if ((first & 0xe0) == 0x20) {
                    field = sizeUpdate(first);
                } else {
                    field = literal(first);
                }
                if (field != null) {
                    return field;
                }
                if (position == start) {
                    if (last) {
                        throw new HpackException("block_truncated");
                    }
                    break;
                }
            } catch (HpackException e) {
                failure = e;
                array = null;
                throw e;
            }
        }
        array = null;
        end = position;
        return null;
    }

    /** {@return the offset in the input of the first byte not consumed} */
    public int position() {
        return position;
    }

    /**
     * Sets whether the rest of this block is discarded: {@link #next()} then returns no more of its fields.
     *
     * @param discarding whether it is discarded; the next {@link #beginBlock()} sets it to false
     */
    public void discarding(boolean discarding) {
        this.discarding = discarding;
    }

    /**
     * The size of the header list so far, each field with its 32 (RFC 9113 6.5.2). A Huffman-coded string that did
     * not have to be decoded counts with its encoded length.
     *
     * @return bytes
     */
    public long listSize() {
        return listSize;
    }

    /** {@return whether this block exceeded the list limit} */
    public boolean overflowed() {
        return overflowed;
    }

    /** {@return bytes used in the dynamic table (RFC 7541 4.1)} */
    public int tableSize() {
        return table.size();
    }

    /** {@return the number of entries of both tables, the 61 static ones included} */
    public int tableLength() {
        return StaticTable.LENGTH + table.length();
    }

    /** {@return the present limit of the dynamic table in bytes, set by the peer's size updates} */
    public int tableCapacity() {
        return table.capacity();
    }

    /** {@return the acknowledged SETTINGS_HEADER_TABLE_SIZE in bytes} */
    public int maxTableSize() {
        return maxTableSize;
    }

    /** {@return a copy of the dynamic table, the newest entry first} */
    public List<HeaderField> dynamicTable() {
        return table.copy();
    }

    /**
     * An entry of the tables.
     *
     * @param index 1 to {@link #tableLength()}
     * @return the entry; from 62 on the newest comes first
     * @throws IndexOutOfBoundsException beyond that
     */
    public HeaderField entry(int index) {
        if (index < 1 || index > tableLength()) {
            throw new IndexOutOfBoundsException(index);
        }
        return index <= StaticTable.LENGTH ? StaticTable.get(index) : table.get(index - StaticTable.LENGTH);
    }

    /** RFC 7541 6.1. Null if it is incomplete (the position stays) or is not returned (the position moves). */
    private HeaderField indexed(int first) throws HpackException {
        int index = first & 0x7f;
        int next = position + 1;
        if (index == 0x7f) {
            index = integer(0x7f, next);
            if (index == INCOMPLETE) {
                return null;
            }
            next = cursor;
        }
        if (beforeFirstField) {
            endSizeUpdates();
        }
        HeaderField field = lookup(index);
        position = next;
        return count(field.size()) ? field : null;
    }

    /** RFC 7541 6.2. Null if it is incomplete (the position stays) or is not returned (the position moves). */
    private HeaderField literal(int first) throws HpackException {
        int prefix = (first & 0x40) != 0 ? 0x3f : 0x0f;
        int index = first & prefix;
        int next = position + 1;
        if (index == prefix) {
            index = integer(prefix, next);
            if (index == INCOMPLETE) {
                return null;
            }
            next = cursor;
        }
        if (beforeFirstField) {
            endSizeUpdates();
        }
        HeaderField named = null;
        if (index != 0) {
            named = lookup(index);
            name.clear();
        } else if (string(name, next)) {
            next = cursor;
        } else {
            return null;
        }
        if (!string(value, next)) {
            return null;
        }
        position = cursor;
        return complete(first, named);
    }

    /** Makes the field of the literal just read, if it is returned or enters the table. */
    private HeaderField complete(int first, HeaderField named) throws HpackException {
        boolean indexing = (first & 0x40) != 0;
        long overhead =
                (long) HeaderField.OVERHEAD + (named == null ? 0 : named.name().length());
        long least = overhead + name.leastLength() + value.leastLength();
        boolean wanted = !discarding && !overflowed && listSize + least <= maxListSize;
        if (!wanted && !(indexing && least <= table.capacity())) {
            count(overhead + name.length + value.length);
            return dropped(indexing);
        }

        byte[] decoded = decodeStrings();
        long size = overhead + name.length + value.length;
        boolean returned = count(size);
        boolean stored = indexing && size <= table.capacity();
        if (!returned && !stored) {
            return dropped(indexing);
        }
        HeaderField field = field(decoded, named, !indexing && (first & 0x10) != 0);
        if (indexing) {
            table.insert(field);
        }
        return returned ? field : null;
    }

    /** A literal that is not made into a field. One to be indexed does not fit the table and empties it (RFC 7541 4.4). */
    private HeaderField dropped(boolean indexing) {
        if (indexing) {
            table.clear();
        }
        return null;
    }

    /** Decodes the strings that are Huffman-coded; afterwards these lie in the array returned, the others in the input. */
    private byte[] decodeStrings() throws HpackException {
        if (!name.huffman && !value.huffman) {
            return array;
        }
        byte[] scratch = HuffmanDecoder.scratch(name.scratchLength() + value.scratchLength());
        value.decode(array, scratch, name.decode(array, scratch, 0));
        return scratch;
    }

    private HeaderField field(byte[] decoded, HeaderField named, boolean sensitive) {
        AsciiString text = copy(value.huffman ? decoded : array, value.from, value.length);
        return named != null
                ? new HeaderField(named.name(), text, sensitive, named.token())
                : field(name.huffman ? decoded : array, name.from, name.length, text, sensitive);
    }

    private static HeaderField field(byte[] bytes, int from, int length, AsciiString text, boolean sensitive) {
        int token = HeaderToken.of(bytes, from, length);
        AsciiString named = token == HeaderToken.UNKNOWN ? copy(bytes, from, length) : HeaderToken.name(token);
        return new HeaderField(named, text, sensitive, token);
    }

    private static AsciiString copy(byte[] bytes, int from, int length) {
        return length == 0 ? AsciiString.EMPTY_STRING : new AsciiString(bytes, from, length, true);
    }

    /** RFC 7541 6.3. Always null; the position stays if the size update is incomplete. */
    private HeaderField sizeUpdate(int first) throws HpackException {
        if (!beforeFirstField) {
            throw new HpackException("size_update_misplaced");
        }
        if (sizeUpdates == maxSizeUpdates) {
            throw new HpackException("too_many_size_updates");
        }
        int size = first & 0x1f;
        int next = position + 1;
        if (size == 0x1f) {
            size = integer(0x1f, next);
            if (size == INCOMPLETE) {
                return null;
            }
            next = cursor;
        }
        if (size > maxTableSize || (reduction != NONE && size > reduction)) {
            throw new HpackException("size_update_too_large");
        }
        reduction = NONE;
        sizeUpdates++;
        table.capacity(size);
        position = next;
        return null;
    }

    private void endSizeUpdates() throws HpackException {
        if (reduction != NONE) {
            throw new HpackException("size_update_missing");
        }
        beforeFirstField = false;
    }

    private HeaderField lookup(int index) throws HpackException {
        if (index <= StaticTable.LENGTH) {
            if (index == 0) {
                throw new HpackException("index_out_of_range");
            }
            return StaticTable.get(index);
        }
        int age = index - StaticTable.LENGTH;
        if (age > table.length()) {
            throw new HpackException("index_out_of_range");
        }
        return table.get(age);
    }

    /** Counts a field, and answers whether it is to be returned. */
    private boolean count(long size) {
        listSize += size;
        if (listSize > maxListSize) {
            overflowed = true;
        }
        return !overflowed && !discarding;
    }

    /**
     * The rest of an integer whose prefix is all ones (RFC 7541 5.1), or {@link #INCOMPLETE}. Moves the cursor
     * behind it.
     */
    private int integer(int prefix, int from) throws HpackException {
        long sum = prefix;
        int at = from;
        for (int shift = 0; at < end; shift += 7) {
            int next = array[at++];
            sum += (long) (next & 0x7f) << shift;
            if (sum > Integer.MAX_VALUE || (next < 0 && shift == 7 * (MOST_CONTINUATIONS - 1))) {
                throw new HpackException("integer_too_large");
            }
            if (next >= 0) {
                cursor = at;
                return (int) sum;
            }
        }
        return INCOMPLETE;
    }

    /** Finds the bytes of a string (RFC 7541 5.2) and moves the cursor behind them; answers false if some are missing. */
    private boolean string(StringLiteral string, int from) throws HpackException {
        if (from >= end) {
            return false;
        }
        int first = array[from];
        int length = first & 0x7f;
        int start = from + 1;
        if (length == 0x7f) {
            length = integer(0x7f, start);
            if (length == INCOMPLETE) {
                return false;
            }
            start = cursor;
        }
        if (length > maxStringLength) {
            throw new HpackException("string_too_long");
        }
        if (length > end - start) {
            return false;
        }
        string.set(start, length, first < 0);
        cursor = start + length;
        return true;
    }

    private static void checkNotNegative(int bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("negative: " + bytes);
        }
    }
}
