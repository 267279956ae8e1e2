package io.h2session.frame;

/**
 * Identifiers of settings: RFC 9113 section 6.5.2, RFC 8441 section 3, RFC 9218 section 2.1.
 *
 * @since 0.1
 */
public final class SettingId {
    /** The largest dynamic table, in bytes, that the HPACK decoder of the sender keeps. */
    public static final int HEADER_TABLE_SIZE = 0x1;
    /** 0 or 1: whether the sender accepts PUSH_PROMISE. */
    public static final int ENABLE_PUSH = 0x2;
    /** How many streams the receiver may have open at the same time. */
    public static final int MAX_CONCURRENT_STREAMS = 0x3;
    /** The initial window, in bytes, of each stream on which the sender receives DATA. */
    public static final int INITIAL_WINDOW_SIZE = 0x4;
    /** The largest payload, in bytes, that the sender accepts in one frame. */
    public static final int MAX_FRAME_SIZE = 0x5;
    /** The largest header list that the sender accepts, in bytes as RFC 9113 section 6.5.2 counts them. */
    public static final int MAX_HEADER_LIST_SIZE = 0x6;
    /** 0 or 1: whether the sender, a server, accepts extended CONNECT. */
    public static final int ENABLE_CONNECT_PROTOCOL = 0x8;
    /** 0 or 1: whether the sender ignores the priorities of RFC 7540. */
    public static final int NO_RFC7540_PRIORITIES = 0x9;

    private SettingId() {}

    /**
     * Whether a setting may have a value (RFC 9113 section 6.5.2, RFC 8441 section 3, RFC 9218 section 2.1,
     * {@code nghttp2_iv_check}).
     *
     * @param id an identifier, 0 to 65535
     * @param value 0 to 2^32-1
     * @return whether it may; an unknown setting may have any value
     */
    public static boolean allows(int id, long value) {
        return switch (id) {
            case INITIAL_WINDOW_SIZE -> value <= Integer.MAX_VALUE;
            case MAX_FRAME_SIZE -> value >= 16_384 && value <= 16_777_215;
            case ENABLE_PUSH, ENABLE_CONNECT_PROTOCOL, NO_RFC7540_PRIORITIES -> value <= 1;
            default -> true;
        };
    }

    /**
     * The name used in logs and {@code toString}.
     *
     * @param id an identifier, 0 to 65535
     * @return the name without the prefix {@code SETTINGS_}, or {@code 0x} and hexadecimal digits for an unknown one
     */
    public static String name(int id) {
        return switch (id) {
            case HEADER_TABLE_SIZE -> "HEADER_TABLE_SIZE";
            case ENABLE_PUSH -> "ENABLE_PUSH";
            case MAX_CONCURRENT_STREAMS -> "MAX_CONCURRENT_STREAMS";
            case INITIAL_WINDOW_SIZE -> "INITIAL_WINDOW_SIZE";
            case MAX_FRAME_SIZE -> "MAX_FRAME_SIZE";
            case MAX_HEADER_LIST_SIZE -> "MAX_HEADER_LIST_SIZE";
            case ENABLE_CONNECT_PROTOCOL -> "ENABLE_CONNECT_PROTOCOL";
            case NO_RFC7540_PRIORITIES -> "NO_RFC7540_PRIORITIES";
            default -> "0x" + Integer.toHexString(id);
        };
    }
}
