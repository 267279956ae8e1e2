package io.h2session.api;

/**
 * One option, declared once: its name, its unit, its range, and its value in each preset.
 *
 * @param unit what is counted, or one of the names below
 * @param index where {@link OptionValues} keep its value
 */
record Option(String name, String unit, int index, long min, long max, long safe, long nghttp2) {
    /** The unit of an option that is 0 for false or 1 for true. */
    static final String FLAG = "flag";

    /** The unit of an option that is an amount of time. */
    static final String NANOSECONDS = "ns";

    long checked(long value) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    name + " must be from " + min + " to " + max + " " + unit + ": " + value);
        }
        return value;
    }
}
