package io.h2session.examples.serve;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.examples.testing.TestClient;
import io.h2session.examples.testing.TestClient.Response;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code /events}, by both versions of HTTP. */
@Timeout(180)
class EventsPageTest {
    private BothVersions both;

    @BeforeEach
    void start() throws Exception {
        both = new BothVersions(Pages.builtIn());
    }

    @AfterEach
    void stop() {
        both.close();
    }

    private HttpResponse<InputStream> listen(Version version, String path) throws Exception {
        HttpResponse<InputStream> response = HttpClient.newBuilder()
                .version(version)
                .build()
                .send(HttpRequest.newBuilder(both.uri(path)).build(), BodyHandlers.ofInputStream());
        assertThat(response.version()).isEqualTo(version);
        assertThat(response.headers().firstValue("content-type")).contains("text/event-stream; charset=utf-8");
        return response;
    }

    private static void assertEvent(BufferedReader in, long id) throws Exception {
        assertThat(in.readLine()).isEqualTo("id: " + id);
        assertThat(in.readLine()).isEqualTo("event: tick");
        assertThat(in.readLine()).startsWith("data: ").endsWith(" GMT");
        assertThat(in.readLine()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void eventsComeOneByOneWhileTheResponseGoesOn(Version version) throws Exception {
        try (BufferedReader in = new BufferedReader(
                new InputStreamReader(listen(version, "/events?every=10").body(), UTF_8))) {
            for (int i = 1; i <= 5; i++) {
                assertEvent(in, i);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void asManyComeAsAreAskedForAndTheyGoOnWhereTheClientWas(Version version) throws Exception {
        HttpResponse<byte[]> response = both.get(version, "/events?every=1&n=3", "last-event-id", "41");

        BufferedReader in = new BufferedReader(new InputStreamReader(new ByteArrayInputStream(response.body()), UTF_8));
        for (int i = 42; i <= 44; i++) {
            assertEvent(in, i);
        }
        assertThat(in.readLine()).isNull();
        assertThat(both.get(version, "/events?n=0").body()).isEmpty();
        assertThat(both.get(version, "/events?every=0").statusCode()).isEqualTo(400);
    }

    @Test
    void theyEndWhenTheServerStopsByHttp1() throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(
                listen(Version.HTTP_1_1, "/events?every=3600000").body(), UTF_8));
        assertEvent(in, 1);

        CompletableFuture<Void> closing = CompletableFuture.runAsync(both::close);

        assertThat(in.readLine()).isNull();
        assertEndsWithOneAnswer(closing);
    }

    /** Java's client takes the notice that a server stops for the end of its streams, so it is not asked here. */
    @Test
    void theyEndWhenTheServerStopsByHttp2() throws Exception {
        try (TestClient client = TestClient.connect(both.server().port())) {
            client.hold();
            CompletableFuture<Response> response = client.begin(TestClient.request("GET", "/events?every=3600000"));
            client.awaitHeld();
            client.letGo();

            CompletableFuture<Void> closing = CompletableFuture.runAsync(both::close);

            assertThat(TestClient.await(response).errorCode()).isZero();
            assertThat(TestClient.await(response).body())
                    .asString(UTF_8)
                    .startsWith("id: 1\n")
                    .endsWith("\n\n");
            assertEndsWithOneAnswer(closing);
        }
    }

    private void assertEndsWithOneAnswer(CompletableFuture<Void> closing) throws Exception {
        closing.get(60, TimeUnit.SECONDS);
        assertThat(both.server().requests()).hasToString("1 requests: 1 answered, 0 given up by clients, 0 lost");
    }
}
