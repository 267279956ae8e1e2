package io.h2session.netty.inspect;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * The page: HTML with its style and its script inside. The policy allows these two, by their hashes, and requests to the page's own
 * origin; nothing else.
 */
final class InspectorPage {
    private static final String STYLE = resource("inspector.css");
    private static final String SCRIPT = resource("inspector.js");

    static final byte[] HTML = resource("inspector.html")
            .replace("/* inspector.css */", STYLE)
            .replace("/* inspector.js */", SCRIPT)
            .getBytes(StandardCharsets.UTF_8);

    static final String POLICY = "default-src 'none'; script-src '" + hash(SCRIPT) + "'; style-src '" + hash(STYLE)
            + "'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private InspectorPage() {}

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return "sha256-" + Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new AssertionError(everyJavaHasIt);
        }
    }

    private static String resource(String name) {
        try (InputStream in = InspectorPage.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("missing in the jar: " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException cause) {
            throw new UncheckedIOException(cause);
        }
    }
}
