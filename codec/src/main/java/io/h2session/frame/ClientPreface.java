package io.h2session.frame;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** The octets a client sends before its first frame (RFC 9113 section 3.4). */
public final class ClientPreface {
    /** How many there are. */
    public static final int LENGTH = 24;

    private static final byte[] OCTETS = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private ClientPreface() {}

    /** Whether an octet is right at a place from 0 to 23. */
    public static boolean matches(int place, byte octet) {
        return OCTETS[place] == octet;
    }

    /** Writes it. */
    public static void write(ByteBuf out) {
        out.writeBytes(OCTETS);
    }
}
