package io.h2session.frame;

/**
 * The frame types that this engine knows by name: RFC 9113 section 6, RFC 7838 section 4, RFC 8336 section 2 and RFC 9218
 * section 7.1. A type is one byte, so everything above {@link #CONTINUATION} is an extension type.
 *
 * @since 0.1
 */
public final class FrameType {
    /** RFC 9113 section 6.1. */
    public static final int DATA = 0x00;
    /** RFC 9113 section 6.2. */
    public static final int HEADERS = 0x01;
    /** RFC 9113 section 6.3, deprecated but still parsed. */
    public static final int PRIORITY = 0x02;
    /** RFC 9113 section 6.4. */
    public static final int RST_STREAM = 0x03;
    /** RFC 9113 section 6.5. */
    public static final int SETTINGS = 0x04;
    /** RFC 9113 section 6.6. */
    public static final int PUSH_PROMISE = 0x05;
    /** RFC 9113 section 6.7. */
    public static final int PING = 0x06;
    /** RFC 9113 section 6.8. */
    public static final int GOAWAY = 0x07;
    /** RFC 9113 section 6.9. */
    public static final int WINDOW_UPDATE = 0x08;
    /** RFC 9113 section 6.10. */
    public static final int CONTINUATION = 0x09;
    /** RFC 7838 section 4. */
    public static final int ALTSVC = 0x0a;
    /** RFC 8336 section 2. */
    public static final int ORIGIN = 0x0c;
    /** RFC 9218 section 7.1. */
    public static final int PRIORITY_UPDATE = 0x10;

    private static final String[] CORE_NAMES = {
        "DATA",
        "HEADERS",
        "PRIORITY",
        "RST_STREAM",
        "SETTINGS",
        "PUSH_PROMISE",
        "PING",
        "GOAWAY",
        "WINDOW_UPDATE",
        "CONTINUATION"
    };

    private FrameType() {}

    /**
     * The name used in logs and {@code toString}.
     *
     * @param type a frame type, 0 to 255
     * @return the name of the RFC that defines the type, or {@code EXT_} and two hexadecimal digits
     */
    public static String name(int type) {
        if (type >= DATA && type <= CONTINUATION) {
            return CORE_NAMES[type];
        }
        return switch (type) {
            case ALTSVC -> "ALTSVC";
            case ORIGIN -> "ORIGIN";
            case PRIORITY_UPDATE -> "PRIORITY_UPDATE";
            default -> {
                String digits = Integer.toHexString(type & 0xff);
                yield digits.length() == 1 ? "EXT_0" + digits : "EXT_" + digits;
            }
        };
    }

    /** Whether {@code type} is not one of the ten types of RFC 9113: section 5.5 applies to it. */
    public static boolean isExtension(int type) {
        return type > CONTINUATION;
    }
}
