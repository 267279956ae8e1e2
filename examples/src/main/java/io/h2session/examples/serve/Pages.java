package io.h2session.examples.serve;

import io.h2session.hpack.HeaderField;
import io.h2session.hpack.HeaderNames;
import io.netty.util.AsciiString;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Selects the page that answers a request.
 *
 * <pre>
 *   /hello  /bytes/N  /echo   always
 *   anything else             a file of the directory, if one was given
 *   /                         otherwise, a list of examples
 * </pre>
 */
final class Pages implements Page {
    private static final AsciiString BYTES = AsciiString.cached("/bytes/");
    private static final AsciiString ROOT = AsciiString.cached("/");

    /** The number of lengths of {@code /bytes/N} whose pages are cached. */
    private static final int LENGTHS_KEPT = 256;

    private static final Page INDEX = ConstantPage.html("""
            <!DOCTYPE html>
            <html lang="en">
            <head><title>h2session</title></head>
            <body>
            <h1>It works</h1>
            <p>This page came from an h2session server.</p>
            <ul>
            <li><a href="/hello">/hello</a>: a greeting</li>
            <li><a href="/bytes/1048576">/bytes/N</a>: N bytes</li>
            <li>/echo: sends a request's body back while it arrives</li>
            </ul>
            </body>
            </html>
            """);
    private static final Page NOT_FOUND = ConstantPage.refusal("404", "not found\n");
    private static final Page NOT_ALLOWED =
            ConstantPage.refusal("405", "only GET and HEAD\n", HeaderField.of(HeaderNames.ALLOW, "GET, HEAD"));
    private static final Page ECHO = new EchoPage();

    private final Map<AsciiString, Page> fixed = Map.of(
            AsciiString.cached("/hello"), ConstantPage.text("hello, world\n"), AsciiString.cached("/echo"), ECHO);
    private final Map<Long, Page> bytes = new ConcurrentHashMap<>();
    private final Page others;

    private Pages(Page others) {
        this.others = others;
    }

    /** The built-in pages. */
    static Pages builtIn() {
        return new Pages(exchange -> (exchange.path().equals(ROOT) ? INDEX : NOT_FOUND).answer(exchange));
    }

    /** The built-in pages and the files below a directory. */
    static Pages withFiles(Path root) throws IOException {
        return new Pages(new FilePages(root, NOT_FOUND));
    }

    @Override
    public void answer(Exchange exchange) throws IOException {
        Page page = find(exchange.path());
        (page == ECHO || exchange.isRead() ? page : NOT_ALLOWED).answer(exchange);
    }

    private Page find(AsciiString path) {
        Page page = fixed.get(path);
        if (page != null) {
            return page;
        }
        return path.startsWith(BYTES) ? bytes(path) : others;
    }

    private Page bytes(AsciiString path) {
        long length;
        try {
            length = path.parseLong(BYTES.length(), path.length());
        } catch (NumberFormatException notANumber) {
            return NOT_FOUND;
        }
        if (length < 0 || length > BytesPage.MAX) {
            return NOT_FOUND;
        }
        Page kept = bytes.get(length);
        if (kept == null) {
            kept = new BytesPage(length);
            if (bytes.size() < LENGTHS_KEPT) {
                bytes.put(length, kept);
            }
        }
        return kept;
    }
}
