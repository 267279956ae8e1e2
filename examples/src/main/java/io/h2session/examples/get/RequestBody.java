package io.h2session.examples.get;

import io.h2session.api.DataSource;
import io.h2session.examples.net.FileSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The body that {@code -d} names. Each request reads it again. */
public final class RequestBody {
    private final Path file;
    private final byte[] text;
    private final long length;

    private RequestBody(Path file, byte[] text, long length) {
        this.file = file;
        this.text = text;
        this.length = length;
    }

    /** Parses {@code @FILE}, {@code @-} (standard input, which is read to its end) or the text itself. */
    static RequestBody of(String option, InputStream standardInput) throws IOException {
        return option.equals("@-") ? of(standardInput.readAllBytes()) : of(option);
    }

    /** Parses {@code @FILE} or the text itself. */
    public static RequestBody of(String option) throws IOException {
        if (!option.startsWith("@")) {
            return of(option.getBytes(StandardCharsets.UTF_8));
        }
        Path file = Path.of(option.substring(1));
        long length = Files.size(file);
        if (!Files.isRegularFile(file)) {
            throw new IOException("not a regular file: " + file);
        }
        return new RequestBody(file, null, length);
    }

    /** These bytes, which must not change. */
    public static RequestBody of(byte[] bytes) {
        return new RequestBody(null, bytes, bytes.length);
    }

    /** The length in bytes. */
    public long length() {
        return length;
    }

    /** A source that reads the body from its beginning. */
    public DataSource open() throws IOException {
        return file == null ? DataSource.of(text) : FileSource.open(file, length);
    }
}
