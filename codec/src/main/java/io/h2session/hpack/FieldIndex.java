package io.h2session.hpack;

/**
 * Finds fields and names in the encoder's {@link DynamicTable}.
 *
 * <p>Two hash tables, one by name and value, one by name, made of plain ints: a bucket holds the number of the newest entry
 * in it, and each entry the number of the next older one. The table evicts its oldest entries first, so a chain ends at the
 * first number that has been evicted, and eviction unlinks nothing. A search looks at a few entries at most, however many
 * of them collide; if it gives up, the block is a few bytes longer and still correct.
 *
 * <pre>
 *   newest[bucket] ──► 17 ──older[17]──► 12 ──older[12]──► 3   (evicted: end of the chain)
 * </pre>
 */
final class FieldIndex {
    private static final int MOST_STEPS = 8;
    private static final int[] NONE = new int[0];

    private final DynamicTable table;
    private int[] newestByField = NONE;
    private int[] olderByField = NONE;
    private int[] newestByName = NONE;
    private int[] olderByName = NONE;

    FieldIndex(DynamicTable table) {
        this.table = table;
    }

    /** Inserts into the table and remembers where. */
    void insert(HeaderField field) {
        if (!table.insert(field)) {
            return;
        }
        if (table.slots() == olderByField.length) {
            link(field, table.inserted() - 1);
        } else {
            rebuild();
        }
    }

    /** The age of an entry with this name and value, 0 if none was found. */
    int ageOfField(HeaderField field) {
        int length = table.length();
        if (length == 0) {
            return 0;
        }
        int inserted = table.inserted();
        int hash = field.hashCode();
        int mask = olderByField.length - 1;
        int number = newestByField[bucket(hash, mask)];
        for (int steps = MOST_STEPS; steps > 0; steps--) {
            int age = inserted - number;
            if (age <= 0 || age > length) {
                return 0;
            }
            HeaderField entry = table.get(age);
            if (entry == field || (entry.hashCode() == hash && entry.equals(field))) {
                return age;
            }
            number = olderByField[number & mask];
        }
        return 0;
    }

    /** The age of the newest entry with this name, 0 if none was found. */
    int ageOfName(HeaderField field) {
        int length = table.length();
        if (length == 0) {
            return 0;
        }
        int inserted = table.inserted();
        int mask = olderByName.length - 1;
        int number = newestByName[bucket(field.name().hashCode(), mask)];
        for (int steps = MOST_STEPS; steps > 0; steps--) {
            int age = inserted - number;
            if (age <= 0 || age > length) {
                return 0;
            }
            HeaderField entry = table.get(age);
            if (entry.hasName(field)) {
                return age;
            }
            number = olderByName[number & mask];
        }
        return 0;
    }

    private void link(HeaderField field, int number) {
        int mask = olderByField.length - 1;
        int bucket = bucket(field.hashCode(), mask);
        olderByField[number & mask] = newestByField[bucket];
        newestByField[bucket] = number;
        bucket = bucket(field.name().hashCode(), mask);
        olderByName[number & mask] = newestByName[bucket];
        newestByName[bucket] = number;
    }

    private void rebuild() {
        int slots = table.slots();
        int inserted = table.inserted();
        newestByField = new int[slots];
        olderByField = new int[slots];
        newestByName = new int[slots];
        olderByName = new int[slots];
        for (int age = table.length(); age > 0; age--) {
            link(table.get(age), inserted - age);
        }
    }

    // The highest bits of the product depend on all bits of the hash. Those of names that differ in a digit are alike
    // in the lower.
    static int bucket(int hash, int mask) {
        return (hash * 0x9e3779b9) >>> Integer.numberOfLeadingZeros(mask);
    }
}
