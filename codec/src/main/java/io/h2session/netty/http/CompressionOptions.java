package io.h2session.netty.http;

import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * What {@link StreamCompressor} compresses, and how. Immutable.
 *
 * @param codings those that are offered, best first; those that are not {@linkplain ContentCoding#isAvailable available} are left out.
 *     Brotli, Zstandard, gzip by default
 * @param minBytes messages whose length is known to be less are sent as they are, 0 to 2^31-1. 256 by default
 * @param types whether content of a media type (in lower case, without parameters) is worth compressing; by default texts, JSON, XML,
 *     scripts, WebAssembly and the like
 * @since 0.1
 */
public record CompressionOptions(List<ContentCoding> codings, int minBytes, Predicate<String> types) {
    /** What is used if nothing is said. */
    public static final CompressionOptions DEFAULT = new CompressionOptions(
            List.of(ContentCoding.BR, ContentCoding.ZSTD, ContentCoding.GZIP), 256, CompressionOptions::isText);

    /** Copies the list. */
    public CompressionOptions {
        codings = List.copyOf(codings);
        if (minBytes < 0) {
            throw new IllegalArgumentException("minBytes: " + minBytes);
        }
    }

    /** These options with other {@link #codings()}. */
    public CompressionOptions withCodings(ContentCoding... codings) {
        return new CompressionOptions(List.of(codings), minBytes, types);
    }

    /** These options with another {@link #minBytes()}. */
    public CompressionOptions withMinBytes(int minBytes) {
        return new CompressionOptions(codings, minBytes, types);
    }

    /** These options with other {@link #types()}. */
    public CompressionOptions withTypes(Predicate<String> types) {
        return new CompressionOptions(codings, minBytes, types);
    }

    /** Whether a message with this Content-Type is worth compressing. One without says nothing, and is left alone. */
    boolean compresses(String contentType) {
        if (contentType == null) {
            return false;
        }
        int semicolon = contentType.indexOf(';');
        String type = semicolon < 0 ? contentType : contentType.substring(0, semicolon);
        return types.test(type.trim().toLowerCase(Locale.ROOT));
    }

    private static boolean isText(String type) {
        return type.startsWith("text/")
                || type.endsWith("+json")
                || type.endsWith("+xml")
                || switch (type) {
                    case "application/json",
                            "application/javascript",
                            "application/xml",
                            "application/wasm",
                            "application/manifest+json",
                            "application/x-javascript",
                            "application/x-ndjson",
                            "application/vnd.ms-fontobject",
                            "font/ttf",
                            "font/otf",
                            "image/bmp",
                            "image/x-icon" -> true;
                    default -> false;
                };
    }
}
