package io.h2session.examples.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.examples.Main;
import io.h2session.examples.testing.CommandRun;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Prometheus and other clients are answered. */
@Timeout(240)
class MetricsPortTest {
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private MetricsPort port;

    @BeforeEach
    void open() throws Exception {
        port = MetricsPort.open(0);
    }

    @AfterEach
    void close() {
        port.close();
    }

    /** Scrapes until the meters have these values: the client of a program may know of the end of a request before its meters do. */
    private void scrapeUntil(String url, String... values) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        String scrape;
        do {
            scrape = ask("GET", url).body();
        } while (!Stream.of(values).allMatch(scrape::contains) && System.nanoTime() < end);
        assertThat(scrape).contains(values);
    }

    private HttpResponse<String> ask(String method, String url) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create(url))
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());
    }

    @Test
    void aScrapeHasTheSessionsAndTheJavaMachine() throws Exception {
        HttpResponse<String> scrape = ask("GET", port.url());
        assertThat(scrape.statusCode()).isEqualTo(200);
        assertThat(scrape.headers().firstValue("content-type")).hasValue("text/plain; version=0.0.4; charset=utf-8");
        assertThat(scrape.body())
                .contains("h2session_streams_pending_streams{role=\"server\",side=\"local\"} 0.0\n")
                .contains("# TYPE jvm_memory_used_bytes gauge\n");
        assertThat(ask("GET", port.url() + "?name=x").statusCode()).isEqualTo(200);
    }

    @Test
    void headHasTheLengthAndNoContent() throws Exception {
        HttpResponse<String> head = ask("HEAD", port.url());
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValueAsLong("content-length").orElseThrow())
                .isGreaterThan(1000);
        assertThat(head.body()).isEmpty();
    }

    @Test
    void otherPathsAndMethodsAreRefused() throws Exception {
        HttpResponse<String> elsewhere = ask("GET", port.url().replace("/metrics", "/"));
        assertThat(elsewhere.statusCode()).isEqualTo(404);
        assertThat(elsewhere.body()).isEqualTo("The meters are at /metrics\n");
        HttpResponse<String> written = ask("POST", port.url());
        assertThat(written.statusCode()).isEqualTo(405);
        assertThat(written.headers().firstValue("allow")).hasValue("GET, HEAD");
    }

    /** The answer of {@code get} to a URL, by HTTP/2. */
    private static String get(String url) {
        StringWriter out = new StringWriter();
        // Without the content, which goes to the standard output of the process: there the build is told of tests.
        int code = CommandRun.of(out, out, "get", "-n", "--timeout", "60", url);
        assertThat(code).as("%s", out).isZero();
        return out.toString();
    }

    @Test
    void theSessionsThatAreWatchedAreCounted() throws Exception {
        try (RunningProgram serve = new RunningProgram("serve", "--port", "0", "--threads", "1", "--metrics", "0")) {
            String url = serve.word("listening on ");
            String metrics = serve.word("metrics on ");
            assertThat(metrics).matches("http://127\\.0\\.0\\.1:[0-9]+/metrics");
            get(url + "/hello");
            scrapeUntil(
                    metrics,
                    "h2session_stream_ends_total{code=\"NO_ERROR\",role=\"server\",side=\"remote\"} 1.0\n",
                    "h2session_frames_total{direction=\"received\",role=\"server\",type=\"HEADERS\"} 1.0\n");
        }
    }

    @Test
    void theProxyCountsBothSides() throws Exception {
        try (RunningProgram serve = new RunningProgram("serve", "--port", "0", "--threads", "1");
                RunningProgram proxy = RunningProgram.proxy(serve, "--metrics", "0")) {
            String url = proxy.word("listening on ");
            String metrics = proxy.word("metrics on ");
            get(url + "/hello");
            get(url + "/hello");
            scrapeUntil(
                    metrics,
                    "h2session_stream_ends_total{code=\"NO_ERROR\",role=\"server\",side=\"remote\"} 2.0\n",
                    "h2session_stream_ends_total{code=\"NO_ERROR\",role=\"client\",side=\"local\"} 2.0\n",
                    "h2session_connections{role=\"client\"} 1.0\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"serve --port 0", "proxy --listen 0 --upstream h2c://127.0.0.1:1"})
    void aPortThatIsTakenIsNamed(String program) throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            StringWriter err = new StringWriter();
            String command = program + " --metrics " + other.getLocalPort();
            int code = Main.commandLine().setErr(new PrintWriter(err, true)).execute(command.split(" "));
            assertThat(code).isEqualTo(1);
            assertThat(err.toString())
                    .isEqualTo("h2session " + program.substring(0, 5) + ": cannot listen on 127.0.0.1:"
                            + other.getLocalPort() + ": Address already in use" + System.lineSeparator());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"serve --metrics 65536", "proxy --listen 0 --upstream h2c://127.0.0.1:1 --metrics -1"})
    void aPortThatIsNoneIsRefused(String command) {
        StringWriter err = new StringWriter();
        int code = Main.commandLine().setErr(new PrintWriter(err, true)).execute(command.split(" "));
        assertThat(code).isEqualTo(2);
        assertThat(err.toString()).contains("--metrics must be from 0 to 65535");
    }
}
