package io.h2session.examples.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.examples.net.Watch;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/** A server, and a client for each version of HTTP. */
final class BothVersions implements AutoCloseable {
    private final Server server;

    BothVersions(Page pages) throws Exception {
        this(pages, System.err);
    }

    BothVersions(Page pages, PrintStream messages) throws Exception {
        server = Server.start(
                new Server.Settings("127.0.0.1", 0, pages, null, true, 2, 100, Watch.NONE, messages, false));
    }

    Server server() {
        return server;
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }

    /** Sends a request; {@code fields} are names and values by turns. */
    HttpResponse<byte[]> send(HttpClient.Version version, String method, String path, String... fields)
            throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri(path)).method(method, HttpRequest.BodyPublishers.noBody());
        if (fields.length > 0) {
            request.headers(fields);
        }
        HttpResponse<byte[]> response =
                HttpClient.newBuilder().version(version).build().send(request.build(), BodyHandlers.ofByteArray());
        assertThat(response.version()).isEqualTo(version);
        return response;
    }

    HttpResponse<byte[]> get(HttpClient.Version version, String path, String... fields) throws Exception {
        return send(version, "GET", path, fields);
    }

    static String field(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse(null);
    }

    @Override
    public void close() {
        server.close();
    }
}
