package io.h2session.netty.http;

import io.netty.util.AsciiString;
import io.netty.util.internal.logging.InternalLogger;
import io.netty.util.internal.logging.InternalLoggerFactory;
import org.jspecify.annotations.Nullable;

/**
 * A content coding (RFC 9110 section 8.4.1). {@link #BR} needs the library {@code com.aayushatharva.brotli4j:brotli4j} with its part
 * for the platform, {@link #ZSTD} {@code com.github.luben:zstd-jni}; without them they are neither offered nor undone.
 *
 * @since 0.1
 */
public enum ContentCoding {
    /** RFC 1952. */
    GZIP("gzip", "x-gzip"),

    /** RFC 1950. */
    DEFLATE("deflate", "deflate"),

    /** RFC 7932. */
    BR("br", "br"),

    /** RFC 8878, with windows of at most 8 MiB (RFC 9659). */
    ZSTD("zstd", "zstd");

    private static final InternalLogger LOG = InternalLoggerFactory.getInstance(ContentCoding.class);

    private final String token;
    private final String alias;

    ContentCoding(String token, String alias) {
        this.token = token;
        this.alias = alias;
    }

    /** Its name in {@code content-encoding} and {@code accept-encoding}. */
    public String token() {
        return token;
    }

    /** Whether the libraries that it needs are there, and work on this platform. */
    public boolean isAvailable() {
        return switch (this) {
            case GZIP, DEFLATE -> true;
            case BR -> Libraries.BROTLI;
            case ZSTD -> Libraries.ZSTD;
        };
    }

    /** The coding of that name that is available; null if there is none. */
    static @Nullable ContentCoding of(@Nullable CharSequence name) {
        if (name != null) {
            for (ContentCoding one : values()) {
                boolean named = AsciiString.contentEqualsIgnoreCase(one.token, name)
                        || AsciiString.contentEqualsIgnoreCase(one.alias, name);
                if (named && one.isAvailable()) {
                    return one;
                }
            }
        }
        return null;
    }

    ContentDecoder decoder() {
        return switch (this) {
            case GZIP -> new InflatedContent(true);
            case DEFLATE -> new InflatedContent(false);
            case BR -> new BrotliInput();
            case ZSTD -> new ZstdInput();
        };
    }

    ContentEncoder encoder() {
        return switch (this) {
            case GZIP -> new DeflateOutput(true);
            case DEFLATE -> new DeflateOutput(false);
            case BR -> new BrotliOutput();
            case ZSTD -> new ZstdOutput();
        };
    }

    /** Asked for once, when it matters. */
    private static final class Libraries {
        // Lambdas, whose classes are not looked for before they run.
        static final boolean BROTLI = works("Brotli", () -> BrotliInput.load());
        static final boolean ZSTD = works("Zstandard", () -> ZstdInput.load());

        private static boolean works(String name, Runnable load) {
            try {
                load.run();
                return true;
            } catch (LinkageError | RuntimeException absent) {
                LOG.debug("{} is not available", name, absent);
                return false;
            }
        }
    }
}
