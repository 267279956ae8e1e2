package io.h2session.priority;

import io.netty.util.AsciiString;

/**
 * Priority of a response (RFC 9218 section 4). Immutable.
 *
 * @param urgency 0 (most urgent) to 7 (least urgent); see {@link #DEFAULT_URGENCY}
 * @param incremental whether parts of the response are of use before all of it is there
 * @since 0.1
 */
public record Priority(int urgency, boolean incremental) {
    /** Urgency of a request which says nothing: {@value}. */
    public static final int DEFAULT_URGENCY = 3;

    /** The least urgent level: {@value}. */
    public static final int LOWEST_URGENCY = 7;

    private static final Priority[] ALL = new Priority[2 * (LOWEST_URGENCY + 1)];
    private static final AsciiString[] FIELD_VALUES = new AsciiString[ALL.length];

    static {
        for (int i = 0; i < ALL.length; i++) {
            ALL[i] = new Priority(i >> 1, (i & 1) != 0);
            FIELD_VALUES[i] = AsciiString.cached("u=" + (i >> 1) + ((i & 1) != 0 ? ", i" : ""));
        }
    }

    /** Priority of a request which says nothing: urgency 3, not incremental. */
    public static final Priority DEFAULT = of(DEFAULT_URGENCY, false);

    /**
     * Checks the range.
     *
     * @param urgency 0..7
     * @param incremental see {@link #incremental()}
     * @throws IllegalArgumentException if the urgency is not in 0..7
     */
    public Priority {
        if (urgency < 0 || urgency > LOWEST_URGENCY) {
            throw new IllegalArgumentException("urgency: " + urgency + " (expected: 0..7)");
        }
    }

    /**
     * Gives the shared instance; never allocates.
     *
     * @param urgency 0..7
     * @param incremental see {@link #incremental()}
     * @return the one instance of this value made here
     * @throws IllegalArgumentException if the urgency is not in 0..7
     */
    public static Priority of(int urgency, boolean incremental) {
        if (urgency < 0 || urgency > LOWEST_URGENCY) {
            throw new IllegalArgumentException("urgency: " + urgency + " (expected: 0..7)");
        }
        return ALL[index(urgency, incremental)];
    }

    /**
     * {@return this priority as a Priority field value with its urgency and, if incremental, {@code i}: {@code u=1, i}}
     */
    public AsciiString toFieldValue() {
        return FIELD_VALUES[index(urgency, incremental)];
    }

    private static int index(int urgency, boolean incremental) {
        return urgency << 1 | (incremental ? 1 : 0);
    }
}
