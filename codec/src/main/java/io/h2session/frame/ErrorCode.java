package io.h2session.frame;

import org.jspecify.annotations.Nullable;

/**
 * The error codes of RFC 9113 section 7.
 *
 * @since 0.1
 */
public enum ErrorCode {
    /** 0x0: not an error, graceful. */
    NO_ERROR(0x0),
    /** 0x1: a rule of the protocol was broken, and no code below is more specific. */
    PROTOCOL_ERROR(0x1),
    /** 0x2: the sender had an internal error. */
    INTERNAL_ERROR(0x2),
    /** 0x3: more DATA than the window allowed, or a window beyond 2^31-1. */
    FLOW_CONTROL_ERROR(0x3),
    /** 0x4: SETTINGS were not acknowledged in time. */
    SETTINGS_TIMEOUT(0x4),
    /** 0x5: a frame arrived on a stream that was half-closed. */
    STREAM_CLOSED(0x5),
    /** 0x6: a frame has a wrong length. */
    FRAME_SIZE_ERROR(0x6),
    /** 0x7: the stream was not processed, and the request may be tried again. */
    REFUSED_STREAM(0x7),
    /** 0x8: the stream is no longer needed. */
    CANCEL(0x8),
    /** 0x9: the header compression state cannot be kept. */
    COMPRESSION_ERROR(0x9),
    /** 0xa: the connection made by CONNECT was reset or closed. */
    CONNECT_ERROR(0xa),
    /** 0xb: the peer's behaviour may cause excessive load. */
    ENHANCE_YOUR_CALM(0xb),
    /** 0xc: the transport is not secure enough. */
    INADEQUATE_SECURITY(0xc),
    /** 0xd: HTTP/1.1 is required instead. */
    HTTP_1_1_REQUIRED(0xd);

    // The codes are consecutive; a test checks it.
    private static final ErrorCode[] BY_CODE = values();

    private final long code;

    ErrorCode(long code) {
        this.code = code;
    }

    /**
     * The code on the wire.
     *
     * @return 0 to 13
     */
    public long code() {
        return code;
    }

    /**
     * The constant of a code.
     *
     * @param code an unsigned 32-bit error code
     * @return the constant, or null when RFC 9113 defines none (treat it as {@link #INTERNAL_ERROR})
     */
    public static @Nullable ErrorCode of(long code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[(int) code] : null;
    }

    /**
     * The name of any code.
     *
     * @param code an unsigned 32-bit error code
     * @return the constant's name, or {@code 0x} and hexadecimal digits for an unknown code
     */
    public static String name(long code) {
        ErrorCode known = of(code);
        return known != null ? known.name() : "0x" + Long.toHexString(code);
    }
}
