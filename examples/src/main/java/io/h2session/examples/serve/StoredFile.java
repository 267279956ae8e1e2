package io.h2session.examples.serve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * A file that can be served.
 *
 * @param path without links
 * @param type the media type of what it contains
 * @param coding the content coding in which it contains that; null if it has none
 * @param length in bytes
 * @param modified when it was changed
 */
record StoredFile(Path path, String type, String coding, long length, Instant modified) {
    /** A file below this is sent as it is: a packet has room for it. */
    private static final long WORTH_COMPRESSING = 1024;

    static StoredFile of(Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return new StoredFile(
                file,
                ContentType.of(file),
                null,
                attributes.size(),
                attributes.lastModifiedTime().toInstant());
    }

    /**
     * The file beside this one that has the same content in the coding that the client likes best, such as {@code style.css.br}. It
     * must be below the directory, too, and not be older. This file if there is none.
     */
    StoredFile compressedBeside(AcceptedCodings accepted, Path root) {
        for (AcceptedCodings.Coding one : accepted.best()) {
            try {
                Path beside = path.resolveSibling(path.getFileName() + one.extension())
                        .toRealPath();
                BasicFileAttributes attributes = Files.readAttributes(beside, BasicFileAttributes.class);
                Instant changed = attributes.lastModifiedTime().toInstant();
                if (beside.startsWith(root) && attributes.isRegularFile() && !changed.isBefore(modified)) {
                    return new StoredFile(beside, type, one.token(), attributes.size(), changed);
                }
            } catch (IOException thereIsNone) {
                // The next one may be there.
            }
        }
        return this;
    }

    boolean isWorthCompressing() {
        return length >= WORTH_COMPRESSING && ContentType.isText(type);
    }

    /** The strong entity tag of this content in this coding. */
    String tag() {
        long nanos = TimeUnit.SECONDS.toNanos(modified.getEpochSecond()) + modified.getNano();
        String tag = '"' + Long.toHexString(nanos) + '-' + Long.toHexString(length);
        return coding == null ? tag + '"' : tag + '-' + coding + '"';
    }

    /** When it was changed, as exactly as HTTP says it. */
    long modifiedSecond() {
        return modified.getEpochSecond();
    }

    ByteRange whole() {
        return new ByteRange(0, length - 1);
    }
}
