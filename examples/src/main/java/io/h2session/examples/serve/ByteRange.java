package io.h2session.examples.serve;

import java.util.ArrayList;
import java.util.List;

/**
 * A range of bytes (RFC 9110 section 14).
 *
 * @param first the number of the first byte
 * @param last the number of the last byte; {@code first - 1} for none
 */
record ByteRange(long first, long last) {
    /** The most ranges that a request may list. A longer list is ignored, as section 14.2 allows. */
    static final int MAX_RANGES = 64;

    /** Two ranges with no more than this between them are sent as one: about what the head of a part takes (section 15.3.7.2). */
    static final int SMALL_GAP = 80;

    private static final String UNIT = "bytes=";
    private static final int MAX_DIGITS = 18;

    long length() {
        return last - first + 1;
    }

    /** The value of content-range. */
    String of(long length) {
        return "bytes " + first + "-" + last + "/" + length;
    }

    /**
     * The ranges that a request asks for, in its order. Those that overlap or are near to each other are one.
     *
     * @param field the value of the field Range; null if there is none
     * @return null if the field is to be ignored: it is malformed, too long or of another unit. Empty if the file has no such bytes
     */
    static List<ByteRange> parse(String field, long length) {
        if (field == null || !field.regionMatches(true, 0, UNIT, 0, UNIT.length())) {
            return null;
        }
        String[] elements = field.substring(UNIT.length()).split(",", MAX_RANGES + 1);
        if (elements.length > MAX_RANGES) {
            return null;
        }
        List<ByteRange> ranges = new ArrayList<>();
        int listed = 0;
        for (String element : elements) {
            String spec = element.trim();
            if (!spec.isEmpty()) {
                listed++;
                ByteRange range = one(spec, length);
                if (range == null) {
                    return null;
                }
                if (range.length() > 0) {
                    range.addTo(ranges);
                }
            }
        }
        return listed == 0 ? null : ranges;
    }

    /** One range, cut to the length of the file; one of no bytes if it lies beyond. Null if it is malformed. */
    private static ByteRange one(String spec, long length) {
        int dash = spec.indexOf('-');
        if (dash < 0) {
            return null;
        }
        long from = number(spec.substring(0, dash));
        long to = number(spec.substring(dash + 1));
        if (dash == 0) {
            return to < 0 ? null : new ByteRange(Math.max(0, length - to), length - 1);
        }
        boolean open = dash == spec.length() - 1;
        if (from < 0 || (!open && to < from)) {
            return null;
        }
        long last = open ? length - 1 : Math.min(to, length - 1);
        return from > last ? new ByteRange(0, -1) : new ByteRange(from, last);
    }

    /** A number of digits; the largest long if it is larger, and -1 if it is none. */
    private static long number(String digits) {
        if (digits.isEmpty() || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return -1;
        }
        String significant = digits.replaceFirst("^0+", "");
        if (significant.isEmpty()) {
            return 0;
        }
        return significant.length() > MAX_DIGITS ? Long.MAX_VALUE : Long.parseLong(significant);
    }

    /** Joins it with those in the list that it touches. The whole takes the place of the first of them. */
    private void addTo(List<ByteRange> ranges) {
        ByteRange joined = this;
        int place = ranges.size();
        int near = joined.nearIn(ranges);
        while (near >= 0) {
            ByteRange other = ranges.remove(near);
            joined = new ByteRange(Math.min(joined.first, other.first), Math.max(joined.last, other.last));
            place = Math.min(place, near);
            near = joined.nearIn(ranges);
        }
        ranges.add(place, joined);
    }

    private int nearIn(List<ByteRange> ranges) {
        for (int i = 0; i < ranges.size(); i++) {
            if (isNear(ranges.get(i))) {
                return i;
            }
        }
        return -1;
    }

    private boolean isNear(ByteRange other) {
        return first - SMALL_GAP - 1 <= other.last && other.first - SMALL_GAP - 1 <= last;
    }
}
