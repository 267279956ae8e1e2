package io.h2session.hpack;

/**
 * Fields that an encoder was given before, and where it found them in its tables. Applications use the same objects in one message
 * after another, as a decoder does that returns the entries of its table, so most fields are found by identity. Those of another
 * client's decoder are equal.
 */
final class KnownFields {
    /** A power of two; more than most messages have fields. */
    private static final int SLOTS = 32;

    /** Larger fields are not kept: an entry that was evicted may be kept here until another takes its place. */
    private static final int KEPT = 256;

    /**
     * One field in 16 takes the place of another: each time costs a write barrier, and some applications use new objects for each
     * message. A power of two.
     */
    private static final int TRIED = 16;

    private static final HeaderField[] NONE = new HeaderField[SLOTS];

    private final DynamicTable table;
    private HeaderField[] fields = NONE;
    private byte[] staticIndexes;
    private int[] numbers;
    private int others;

    KnownFields(DynamicTable table) {
        this.table = table;
    }

    /** The index of a field; 0 if it is not known. */
    int indexOf(HeaderField field) {
        int hash = field.knownHash();
        if (hash == 0) {
            // It was not looked for before. Many such fields have a value that will not be sent again.
            return 0;
        }
        int slot = FieldIndex.bucket(hash, SLOTS - 1);
        HeaderField known = fields[slot];
        if (known != field && !isEqual(known, field, hash)) {
            return 0;
        }
        int index = staticIndexes[slot];
        if (index != 0) {
            return index;
        }
        int age = table.inserted() - numbers[slot];
        return age > 0 && age <= table.length() && table.get(age) == known ? StaticTable.LENGTH + age : 0;
    }

    private static boolean isEqual(HeaderField known, HeaderField field, int hash) {
        return known != null && known.knownHash() == hash && !field.isSensitive() && known.equals(field);
    }

    /** A field was found at an index. */
    void found(HeaderField field, int index) {
        if (field.size() > KEPT) {
            return;
        }
        int hash = field.hashCode();
        int slot = FieldIndex.bucket(hash, SLOTS - 1);
        HeaderField entry = index <= StaticTable.LENGTH ? field : table.get(index - StaticTable.LENGTH);
        HeaderField kept = fields[slot];
        if (kept == null || kept == entry || isEqual(kept, entry, hash) || (++others & (TRIED - 1)) == 0) {
            keep(slot, entry, index);
        }
    }

    private void keep(int slot, HeaderField field, int index) {
        if (fields == NONE) {
            fields = new HeaderField[SLOTS];
            staticIndexes = new byte[SLOTS];
            numbers = new int[SLOTS];
        }
        fields[slot] = field;
        if (index <= StaticTable.LENGTH) {
            staticIndexes[slot] = (byte) index;
        } else {
            staticIndexes[slot] = 0;
            numbers[slot] = table.inserted() - (index - StaticTable.LENGTH);
        }
    }
}
