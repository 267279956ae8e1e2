package io.h2session.examples.serve;

import io.h2session.examples.net.FileSource;
import io.h2session.hpack.HeaderField;
import io.h2session.hpack.HeaderList;
import io.h2session.hpack.HeaderNames;
import io.netty.util.AsciiString;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * The files below a directory. Every path is resolved in the file system, links included, and the file is served only if it lies
 * below the directory. The path of the index of a directory ends with a slash, so that its relative links work. The path of a
 * file does not.
 */
final class FilePages implements Page {
    private static final String INDEX = "index.html";

    private static final Page NO_DESCRIPTOR = ConstantPage.refusal(
            "503", "the file cannot be opened at the moment\n", HeaderField.of(HeaderNames.RETRY_AFTER, "1"));

    private final Path root;
    private final Page notFound;

    /**
     * The files below {@code root}.
     *
     * @param notFound answers all other requests
     */
    FilePages(Path root, Page notFound) throws IOException {
        this.root = root.toRealPath();
        this.notFound = notFound;
    }

    @Override
    public void answer(Exchange exchange) throws IOException {
        page(exchange).answer(exchange);
    }

    private Page page(Exchange exchange) throws IOException {
        String path = PercentDecoder.decode(exchange.path());
        if (path == null || !path.startsWith("/") || path.indexOf('\0') >= 0) {
            return notFound;
        }
        try {
            Path named = root.resolve(path.substring(1)).normalize();
            if (!named.startsWith(root)) {
                return notFound;
            }
            Path real = named.toRealPath();
            boolean directory = Files.isDirectory(real);
            Path file = directory ? real.resolve(INDEX).toRealPath() : real;
            if (!file.startsWith(root) || !Files.isRegularFile(file) || (namesDirectory(path) && !directory)) {
                return notFound;
            }
            return directory && !namesDirectory(path)
                    ? ConstantPage.refusal("301", "moved\n", location(root.relativize(named), exchange.target()))
                    : file(file);
        } catch (FileSystemException | InvalidPathException nowhere) {
            // Missing, unreadable and invalid names get the same response.
            return notFound;
        }
    }

    private static boolean namesDirectory(String path) {
        return path.endsWith("/") || path.endsWith("/.") || path.endsWith("/..");
    }

    /**
     * The location of a directory. It begins with one slash and a name, so that clients cannot resolve it to another host. It
     * keeps the query.
     */
    private static HeaderField location(Path directory, AsciiString target) {
        StringBuilder location = new StringBuilder();
        for (Path name : directory) {
            location.append('/');
            PercentEncoder.encodeName(name.toString(), location);
        }
        location.append('/');
        int query = target.indexOf('?', 0);
        if (query >= 0) {
            PercentEncoder.encodeQuery(target.subSequence(query, target.length(), false), location);
        }
        return HeaderField.of(HeaderNames.LOCATION, location);
    }

    private Page file(Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return exchange -> {
            HeaderList headers = DatedHeaders.once(describe(file, attributes));
            if (exchange.isHead()) {
                exchange.respond(headers);
                return;
            }
            FileSource body;
            try {
                body = FileSource.open(file, attributes.size());
            } catch (NoSuchFileException | AccessDeniedException nowhere) {
                notFound.answer(exchange);
                return;
            } catch (IOException notNow) {
                // The file exists and is readable, but no file descriptor is left.
                NO_DESCRIPTOR.answer(exchange);
                return;
            }
            exchange.respond(headers, body);
        };
    }

    private static HeaderList describe(Path file, BasicFileAttributes attributes) {
        return HeaderList.of(
                HeaderNames.STATUS, "200",
                HeaderNames.CONTENT_TYPE, ContentType.of(file),
                HeaderNames.CONTENT_LENGTH, Long.toString(attributes.size()),
                HeaderNames.LAST_MODIFIED,
                        HttpDate.of(attributes.lastModifiedTime().toInstant()));
    }
}
