package io.h2session.examples.serve;

import io.h2session.examples.net.FileSource;
import io.h2session.hpack.HeaderList;
import io.h2session.hpack.HeaderNames;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * The files below a directory. Whatever a path is made of, what it leads to is looked up in the file system, links
 * followed, and served only if it lies below the directory.
 */
final class FilePages implements Page {
    private static final String INDEX = "index.html";

    private final Path root;
    private final Page notFound;

    /**
     * The files below {@code root}.
     *
     * @param notFound answers all that is not one of them
     */
    FilePages(Path root, Page notFound) throws IOException {
        this.root = root.toRealPath();
        this.notFound = notFound;
    }

    @Override
    public void answer(Exchange exchange) throws IOException {
        try {
            Path file = locate(exchange.path());
            if (file != null) {
                serve(file, exchange);
                return;
            }
        } catch (FileSystemException | InvalidPathException nowhere) {
            // Missing, unreadable, or no name for a file at all: it is all the same to a client.
        }
        notFound.answer(exchange);
    }

    private static void serve(Path file, Exchange exchange) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        HeaderList headers = DatedHeaders.once(describe(file, attributes));
        if (exchange.isHead()) {
            exchange.respond(headers);
        } else {
            exchange.respond(headers, FileSource.open(file, attributes.size()));
        }
    }

    private static HeaderList describe(Path file, BasicFileAttributes attributes) {
        return HeaderList.of(
                HeaderNames.STATUS, "200",
                HeaderNames.CONTENT_TYPE, ContentType.of(file),
                HeaderNames.CONTENT_LENGTH, Long.toString(attributes.size()),
                HeaderNames.LAST_MODIFIED,
                        HttpDate.of(attributes.lastModifiedTime().toInstant()));
    }

    /** The regular file a path of a request leads to; null if there is none below the root. */
    private Path locate(CharSequence requested) throws IOException {
        String path = PercentDecoder.decode(requested);
        if (path == null || !path.startsWith("/") || path.indexOf('\0') >= 0) {
            return null;
        }
        Path named = root.resolve(path.substring(1)).normalize();
        if (!named.startsWith(root)) {
            return null;
        }
        Path real = named.toRealPath();
        if (Files.isDirectory(real)) {
            real = real.resolve(INDEX).toRealPath();
        }
        return real.startsWith(root) && Files.isRegularFile(real) ? real : null;
    }
}
