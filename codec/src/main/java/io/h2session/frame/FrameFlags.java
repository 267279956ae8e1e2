package io.h2session.frame;

/**
 * The flags of RFC 9113 section 6. The same bit means different things in different frame types.
 *
 * @since 0.1
 */
public final class FrameFlags {
    /** No flag set. */
    public static final int NONE = 0;
    /** DATA, HEADERS: the message of the sender ends with this frame. */
    public static final int END_STREAM = 0x01;
    /** SETTINGS, PING: the frame answers one of ours. */
    public static final int ACK = 0x01;
    /** HEADERS, PUSH_PROMISE, CONTINUATION: the header block ends with this frame. */
    public static final int END_HEADERS = 0x04;
    /** DATA, HEADERS, PUSH_PROMISE: the payload begins with a Pad Length byte and ends with padding. */
    public static final int PADDED = 0x08;
    /** HEADERS: five bytes of deprecated priority precede the header block. */
    public static final int PRIORITY = 0x20;

    private FrameFlags() {}

    /** The flags that are defined for a type; all bits for an extension type. */
    static int definedFor(int type) {
        return switch (type) {
            case FrameType.DATA -> END_STREAM | PADDED;
            case FrameType.HEADERS -> END_STREAM | END_HEADERS | PADDED | PRIORITY;
            case FrameType.SETTINGS, FrameType.PING -> ACK;
            case FrameType.PUSH_PROMISE -> END_HEADERS | PADDED;
            case FrameType.CONTINUATION -> END_HEADERS;
            case FrameType.PRIORITY, FrameType.RST_STREAM, FrameType.GOAWAY, FrameType.WINDOW_UPDATE -> NONE;
            default -> 0xff;
        };
    }

    /**
     * The flags as a person reads them.
     *
     * @param type a frame type, 0 to 255
     * @param flags the flags of a frame of that type
     * @return for example {@code END_STREAM|END_HEADERS}; bits without a name in hexadecimal; {@code -} for none
     */
    public static String describe(int type, int flags) {
        if (flags == NONE) {
            return "-";
        }
        StringBuilder text = new StringBuilder();
        boolean acknowledges = type == FrameType.SETTINGS || type == FrameType.PING;
        int defined = FrameType.isExtension(type) ? NONE : definedFor(type);
        int rest = flags;
        rest = append(text, rest, defined, END_STREAM, acknowledges ? "ACK" : "END_STREAM");
        rest = append(text, rest, defined, END_HEADERS, "END_HEADERS");
        rest = append(text, rest, defined, PADDED, "PADDED");
        rest = append(text, rest, defined, PRIORITY, "PRIORITY");
        if (rest != NONE) {
            separate(text).append("0x").append(Integer.toHexString(rest));
        }
        return text.toString();
    }

    private static int append(StringBuilder text, int rest, int defined, int flag, String name) {
        if ((rest & defined & flag) == 0) {
            return rest;
        }
        separate(text).append(name);
        return rest & ~flag;
    }

    private static StringBuilder separate(StringBuilder text) {
        return text.length() == 0 ? text : text.append('|');
    }
}
