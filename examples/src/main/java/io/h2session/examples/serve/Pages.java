package io.h2session.examples.serve;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Selects the page that answers a request.
 *
 * <pre>
 *   /hello  /bytes/N  /echo  /lines  /events  /websocket   always
 *   anything else                                          a file of the directory, if one was given
 *   /                                                      otherwise, a list of examples
 * </pre>
 */
final class Pages implements Page {
    private static final String BYTES = "/bytes/";

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
            <li><a href="/lines?n=100">/lines?n=N</a>: N lines, each written alone</li>
            <li><a href="/events">/events</a>: server-sent events, one a second (every=MILLISECONDS, n=COUNT)</li>
            <li>/websocket: sends WebSocket messages back</li>
            </ul>
            </body>
            </html>
            """);
    private static final Page NOT_FOUND = ConstantPage.text(HttpResponseStatus.NOT_FOUND, "not found\n");
    private static final Page NOT_ALLOWED = ConstantPage.refusal(
            HttpResponseStatus.METHOD_NOT_ALLOWED, "only GET and HEAD\n", HttpHeaderNames.ALLOW, "GET, HEAD");

    private final Page echo = new EchoPage();
    private final Page webSocket = new WebSocketPage();
    private final Page events = new EventsPage();
    // A HashMap finds a key without a division.
    private final Map<String, Page> fixed = new HashMap<>(Map.of(
            "/hello",
            ConstantPage.text(HttpResponseStatus.OK, "hello, world\n"),
            "/echo",
            echo,
            "/lines",
            new LinesPage(),
            "/events",
            events,
            "/websocket",
            webSocket));
    private final Map<Long, Page> bytes = new ConcurrentHashMap<>();
    private final Page others;

    private Pages(Page others) {
        this.others = others;
    }

    /** The built-in pages. */
    static Pages builtIn() {
        return new Pages(exchange -> (exchange.path().equals("/") ? INDEX : NOT_FOUND).answer(exchange));
    }

    /** The built-in pages and the files below a directory. */
    static Pages withFiles(Path root) throws IOException {
        return new Pages(new FilePages(root, NOT_FOUND));
    }

    @Override
    public void answer(Exchange exchange) throws IOException {
        Page page = find(exchange.path());
        boolean allowed = exchange.isRead() || page == echo || page == webSocket;
        (allowed ? page : NOT_ALLOWED).answer(exchange);
    }

    @Override
    public boolean needsPipeline(String path) {
        return find(path).needsPipeline(path);
    }

    @Override
    public void stop() {
        events.stop();
        webSocket.stop();
    }

    private Page find(String path) {
        Page page = fixed.get(path);
        if (page != null) {
            return page;
        }
        return path.startsWith(BYTES) ? bytes(path) : others;
    }

    private Page bytes(String path) {
        long length = Parameters.number(path.substring(BYTES.length()), BytesPage.MAX);
        if (length < 0) {
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
