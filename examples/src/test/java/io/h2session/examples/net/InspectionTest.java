package io.h2session.examples.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h2session.examples.Main;
import io.h2session.examples.testing.TestClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page of {@code serve --inspect} and {@code proxy --inspect}. */
@Timeout(240)
class InspectionTest {
    private final HttpClient browser =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private HttpResponse<String> ask(String url) throws IOException, InterruptedException {
        return browser.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
    }

    /**
     * Asks until the answer has these parts: the client may know of the end of a request before the server has read the last frames of
     * the client, and a list is without the sessions of an event loop that takes a second to answer.
     */
    private String askUntil(String url, String... parts) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        String answer;
        do {
            answer = ask(url).body();
        } while (!Stream.of(parts).allMatch(answer::contains) && System.nanoTime() < end);
        assertThat(answer).contains(parts);
        return answer;
    }

    private static TestClient connect(RunningProgram program) throws Exception {
        return TestClient.connect(URI.create(program.word("listening on ")).getPort());
    }

    @Test
    void serveShowsItsSessionsOnAPageOfThisComputer() throws Exception {
        try (RunningProgram serve = new RunningProgram("serve", "--port", "0", "--threads", "1", "--inspect")) {
            String inspector = serve.word("inspector on ");
            assertThat(inspector).matches("http://127\\.0\\.0\\.1:[0-9]+/");
            HttpResponse<String> page = ask(inspector);
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.headers().firstValue("content-type")).hasValue("text/html; charset=utf-8");
            assertThat(page.headers().firstValue("content-security-policy").orElseThrow())
                    .startsWith("default-src 'none'");
            assertThat(page.body()).contains("<title>h2session inspector</title>", "new EventSource(");

            try (TestClient client = connect(serve)) {
                client.send(TestClient.request("GET", "/hello").plus("x-plain", "unseen"));
                askUntil(
                        inspector + "sessions",
                        "\"sessions\":1",
                        "\"role\":\"server\"",
                        "\"streams\":1",
                        "\"state\":\"open\"");
                String session = askUntil(
                        inspector + "session?session=1",
                        "\"deadlines\":[{\"name\":\"IDLE\",\"stream\":0,",
                        "\"budgets\":[{\"name\":\"ABUSE\",\"used\":0,\"limit\":10000,",
                        "{\"index\":62,\"size\":45,\"name\":\"x-plain\"}");
                assertThat(session).doesNotContain("unseen");
                assertThat(ask(inspector + "session?session=1&format=qlog").body())
                        .contains("urn:ietf:params:qlog:file:sequential");
            }
        }
    }

    @Test
    void onlyTheLoopbackAddressIsListenedOn() throws Exception {
        try (RunningProgram serve =
                        new RunningProgram("serve", "--host", "0.0.0.0", "--port", "0", "--threads", "1", "--inspect");
                Socket other = new Socket()) {
            int port = URI.create(serve.word("inspector on ")).getPort();
            assertThatThrownBy(() -> other.connect(new InetSocketAddress("127.0.0.2", port), 5000))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void valuesAreShownIfAskedForAndSecretsAreNot() throws Exception {
        try (RunningProgram serve =
                new RunningProgram("serve", "--port", "0", "--threads", "1", "--inspect", "0", "--inspect-values")) {
            String inspector = serve.word("inspector on ");
            try (TestClient client = connect(serve)) {
                client.send(TestClient.request("GET", "/hello")
                        .plus("x-api-token", "hidden")
                        .plus("x-plain", "seen"));
                assertThat(ask(inspector + "session?session=1").body())
                        .contains("\"name\":\"x-plain\",\"value\":\"seen\"")
                        .contains("\"name\":\"x-api-token\",\"value\":\"[redacted]\"")
                        .doesNotContain("hidden");
            }
        }
    }

    @Test
    void theProxyShowsBothSides() throws Exception {
        try (RunningProgram serve = new RunningProgram("serve", "--port", "0", "--threads", "1");
                RunningProgram proxy = RunningProgram.proxy(serve, "--inspect")) {
            String inspector = proxy.word("inspector on ");
            try (TestClient client = connect(proxy)) {
                assertThat(client.get("/hello").status()).isEqualTo("200");
                askUntil(
                        inspector + "sessions?order=age",
                        "\"sessions\":2",
                        "\"id\":1,\"role\":\"server\"",
                        "\"id\":2,\"role\":\"client\"");
                askUntil(
                        inspector + "session?session=2",
                        "\"role\":\"client\"",
                        "\"streams\":1",
                        "\"tables\":{\"in\":{\"size\":");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"serve --port 0", "proxy --listen 0 --upstream h2c://127.0.0.1:1"})
    void aPortThatIsTakenIsNamed(String program) throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            StringWriter err = new StringWriter();
            String command = program + " --inspect " + other.getLocalPort();
            int code = Main.commandLine().setErr(new PrintWriter(err, true)).execute(command.split(" "));
            assertThat(code).isEqualTo(1);
            assertThat(err.toString())
                    .startsWith("h2session: the inspector cannot listen on 127.0.0.1:" + other.getLocalPort() + ": ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"serve --inspect 65536", "proxy --listen 0 --upstream h2c://127.0.0.1:1 --inspect -1"})
    void aPortThatIsNoneIsRefused(String command) {
        StringWriter err = new StringWriter();
        int code = Main.commandLine().setErr(new PrintWriter(err, true)).execute(command.split(" "));
        assertThat(code).isEqualTo(2);
        assertThat(err.toString()).contains("--inspect must be from 0 to 65535");
    }
}
