package io.h2session.examples.proxy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * What a server of WebSockets in HTTP/1.1 proves that it has understood (RFC 6455 section 4.2.2).
 *
 * @param text as Sec-WebSocket-Key has it
 */
record WebSocketKey(String text) {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int BYTES = 16;

    static WebSocketKey random() {
        byte[] nonce = new byte[BYTES];
        RANDOM.nextBytes(nonce);
        return new WebSocketKey(Base64.getEncoder().encodeToString(nonce));
    }

    /** The Sec-WebSocket-Accept that belongs to it. */
    String accept() {
        try {
            byte[] proof = MessageDigest.getInstance("SHA-1")
                    .digest((text + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.ISO_8859_1));
            return Base64.getEncoder().encodeToString(proof);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JVM has SHA-1", impossible);
        }
    }
}
