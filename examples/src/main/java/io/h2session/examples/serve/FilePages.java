package io.h2session.examples.serve;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * The files below a directory. Every path is resolved in the file system, links included, and the file is served only if it lies
 * below the directory. Names that begin with a dot are not served, except {@code .well-known} (RFC 8615). The path of the index of a
 * directory ends with a slash, so that its relative links work. The path of a file does not.
 */
final class FilePages implements PipelinePage {
    private static final String INDEX = "index.html";
    private static final String WELL_KNOWN = ".well-known";

    private final Path root;
    private final Page notFound;
    private final FileResponses responses;

    /**
     * The files below {@code root}.
     *
     * @param notFound answers all other requests
     */
    FilePages(Path root, Page notFound) throws IOException {
        this.root = root.toRealPath();
        this.notFound = notFound;
        responses = new FileResponses(this.root, notFound);
    }

    @Override
    public void answer(ChannelExchange exchange) throws IOException {
        String path = PercentDecoder.decode(exchange.path());
        if (path == null || !path.startsWith("/") || path.indexOf('\0') >= 0) {
            notFound.answer(exchange);
            return;
        }
        Path named;
        Path file;
        boolean directory;
        try {
            named = root.resolve(path.substring(1)).normalize();
            if (!isServed(named)) {
                notFound.answer(exchange);
                return;
            }
            Path real = named.toRealPath();
            directory = Files.isDirectory(real);
            file = directory ? real.resolve(INDEX).toRealPath() : real;
        } catch (FileSystemException | InvalidPathException nowhere) {
            // Missing, unreadable and invalid names get the same response.
            notFound.answer(exchange);
            return;
        }
        if (!isServed(file) || !Files.isRegularFile(file) || (namesDirectory(path) && !directory)) {
            notFound.answer(exchange);
        } else if (directory && !namesDirectory(path)) {
            ConstantPage.refusal(
                            HttpResponseStatus.MOVED_PERMANENTLY,
                            "moved\n",
                            HttpHeaderNames.LOCATION,
                            location(root.relativize(named), exchange.query()))
                    .answer(exchange);
        } else {
            responses.answer(exchange, file);
        }
    }

    /** Whether a path is below the directory, and none of its names is hidden. */
    private boolean isServed(Path path) {
        if (!path.startsWith(root)) {
            return false;
        }
        for (Path name : root.relativize(path)) {
            String text = name.toString();
            if (text.startsWith(".") && !text.equals(WELL_KNOWN)) {
                return false;
            }
        }
        return true;
    }

    private static boolean namesDirectory(String path) {
        return path.endsWith("/") || path.endsWith("/.") || path.endsWith("/..");
    }

    /**
     * The location of a directory. It begins with one slash and a name, so that clients cannot resolve it to another host. It
     * keeps the query.
     */
    private static String location(Path directory, String query) {
        StringBuilder location = new StringBuilder();
        for (Path name : directory) {
            location.append('/');
            PercentEncoder.encodeName(name.toString(), location);
        }
        location.append('/');
        PercentEncoder.encodeQuery(query, location);
        return location.toString();
    }
}
