package io.h2session.frame;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * The bytes that a client sends before its first frame (RFC 9113 section 3.4).
 *
 * @since 0.1
 */
public final class ClientPreface {
    /** The number of bytes. */
    public static final int LENGTH = 24;

    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private ClientPreface() {}

    /** Whether a byte is the right one at a place from 0 to 23. */
    public static boolean matches(int place, byte value) {
        return PREFACE[place] == value;
    }

    /** Writes the preface. */
    public static void write(ByteBuf out) {
        out.writeBytes(PREFACE);
    }
}
