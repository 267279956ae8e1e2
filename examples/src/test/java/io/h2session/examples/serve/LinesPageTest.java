package io.h2session.examples.serve;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.examples.testing.TestClient;
import io.h2session.examples.testing.TestClient.Response;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient.Version;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code /lines}, by both versions of HTTP. */
@Timeout(180)
class LinesPageTest {
    private BothVersions both;

    @BeforeEach
    void start() throws Exception {
        both = new BothVersions(Pages.builtIn());
    }

    @AfterEach
    void stop() {
        both.close();
    }

    private static String lines(long count) {
        return LongStream.rangeClosed(1, count).mapToObj(LinesPage::line).collect(Collectors.joining());
    }

    @ParameterizedTest
    @CsvSource({"HTTP_1_1, 0", "HTTP_1_1, 1", "HTTP_1_1, 10000", "HTTP_2, 0", "HTTP_2, 1", "HTTP_2, 10000"})
    void asManyComeAsAreAskedFor(Version version, int count) throws Exception {
        HttpResponse<byte[]> response = both.get(version, "/lines?n=" + count);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-length")).isEmpty();
        assertThat(new String(response.body(), UTF_8).equals(lines(count))).isTrue();
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void whatIsNoNumberIsRefused(Version version) throws Exception {
        assertThat(both.get(version, "/lines").body()).asString(UTF_8).isEqualTo(lines(LinesPage.DEFAULT));
        for (String query : new String[] {"n=-1", "n=x", "n=", "n=1000000001", "n=99999999999999999999", "n=1e3"}) {
            assertThat(both.get(version, "/lines?" + query).statusCode())
                    .as(query)
                    .isEqualTo(400);
        }
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void headHasNoLines(Version version) throws Exception {
        HttpResponse<byte[]> response = both.send(version, "HEAD", "/lines?n=1000000000");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEmpty();
    }

    /** A billion lines would be 50 gigabytes. */
    @Test
    void aClientThatReadsNothingHoldsItsOwnStreamOnly() throws Exception {
        try (TestClient client = TestClient.connect(both.server().port())) {
            client.hold();
            CompletableFuture<Response> endless = client.begin(TestClient.request("GET", "/lines?n=1000000000"));
            client.awaitHeld();

            try (TestClient other = TestClient.connect(both.server().port())) {
                assertThat(other.get("/lines?n=5").body()).asString(UTF_8).isEqualTo(lines(5));
            }
            assertThat(TestClient.await(client.begin(TestClient.request("HEAD", "/lines")))
                            .status())
                    .isEqualTo("200");
            assertThat(endless).isNotDone();
        }
    }

    @Test
    void aClientOfHttp1MayReadWhenItLikes() throws Exception {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), both.server().port())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write("GET /lines?n=1000000000 HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(ISO_8859_1));
            assertThat(both.get(Version.HTTP_1_1, "/hello").statusCode()).isEqualTo(200);

            BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
            assertThat(in.readLine()).isEqualTo("HTTP/1.1 200 OK");
            long read = 0;
            for (String line = in.readLine(); read < 10_000; line = in.readLine()) {
                if (line.startsWith("line ")) {
                    read++;
                    assertThat(line + "\n").isEqualTo(LinesPage.line(read));
                }
            }
        }
    }
}
